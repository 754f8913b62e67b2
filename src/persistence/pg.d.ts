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

  export interface PoolClient {
    query(query: { text: string; values: readonly unknown[]; name?: string; query_timeout?: number }): Promise<{ rows: object[] }>;
    on(event: "error", heard: (error: Error) => void): void;
    /** With an error the connection is closed instead of being kept. */
    release(error?: Error): void;
  }

  export class Pool {
    constructor(options: PoolOptions);
    readonly options: object;
    connect(): Promise<PoolClient>;
    end(): Promise<void>;
    on(event: "connect", heard: (client: PoolClient) => void): void;
    on(event: "error", heard: (error: Error) => void): void;
  }
}
