/** What we use of `pg`, which brings no types of its own. */
declare module "pg" {
  export class TypeOverrides {
    setTypeParser(oid: number, parse: (text: string) => unknown): void;
  }

  export interface PoolOptions {
    readonly connectionString: string;
    readonly max: number;
    readonly connectionTimeoutMillis: number;
    readonly application_name: string;
    readonly keepAlive: boolean;
    readonly types: TypeOverrides;
    /** Runs on each new connection before anybody gets it. */
    readonly onConnect: (client: PoolClient) => Promise<void>;
  }

  export interface PgResult {
    readonly rows: object[];
  }

  export interface PoolClient {
    query(query: { text: string; values: readonly unknown[]; name?: string; query_timeout?: number }): Promise<PgResult>;
    /** Several statements, without values; one result where it is only one. */
    query(text: string): Promise<PgResult | PgResult[]>;
    on(event: "error", heard: (error: Error) => void): void;
    /** With an error the connection is closed instead of being kept. */
    release(error?: Error): void;
  }

  export class Pool {
    constructor(options: PoolOptions);
    readonly options: object;
    /** Connections that are open, that nobody uses, and callers that wait for one. */
    readonly totalCount: number;
    readonly idleCount: number;
    readonly waitingCount: number;
    connect(): Promise<PoolClient>;
    end(): Promise<void>;
    on(event: "connect", heard: (client: PoolClient) => void): void;
    on(event: "error", heard: (error: Error) => void): void;
  }
}
