/** What the administration over HTTP needs from the rest of the server. */
import type { AccountStore } from "../../session/account-store.ts";
import type { AuthService } from "../../session/auth-service.ts";
import type { Role } from "../../session/roles.ts";
import type { Tokens } from "../../session/tokens.ts";
import type { RateSettings } from "../rate-gate.ts";
import type { JobsDesk } from "./jobs-desk.ts";
import type { ProcessDesk } from "./process-desk.ts";

/** Whoever asks, proven. */
export interface Staff {
  /** The id of their character; null: they know the password of the configuration. */
  readonly id: string | null;
  readonly name: string;
  readonly role: Role;
  readonly address: string;
}

export interface Deed {
  readonly action: string;
  readonly target?: string | null;
  readonly targetName?: string | null;
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly reason?: string | null;
}

export interface DeedResult {
  readonly id: string;
  /** "ordered": the owner of the area has not answered yet; `GET /admin/api/orders/:id` tells later. */
  readonly outcome: "done" | "refused" | "done-before" | "ordered";
  readonly said: readonly string[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

export interface AuditQuery { readonly before?: string | undefined; readonly target?: string | undefined; readonly limit?: number | undefined }

/** Everything staff do and read; `src/staff-desk.ts` puts it together. All methods reject with an AppError. */
export interface StaffDesk {
  /** Records the deed and does it; resolves when it is done, or after `waitMs`. */
  act(who: Staff, deed: Deed, waitMs?: number): Promise<DeedResult>;
  result(id: string): Promise<DeedResult | undefined>;
  /** Undefined: nobody is so called. */
  person(name: string): Promise<Person | undefined>;
  /** All that is known of somebody; with their address where `withAddress`. */
  dossier(name: string, withAddress: boolean): Promise<object | undefined>;
  players(): Promise<readonly object[]>;
  processes(): Promise<readonly object[]>;
  /** A room, who and what is in it. Undefined: there is none. */
  look(room: string): Promise<object | undefined>;
  /** Through whose hands a thing went, in sentences. Undefined: there never was one. */
  provenance(item: string): Promise<readonly string[] | undefined>;
  journalOf(name: string, last: number): Promise<readonly string[] | undefined>;
  entry(number: string): Promise<readonly string[] | undefined>;
  /** The area whose owner can undo an entry, or why nobody can. */
  undoArea(number: string): Promise<{ readonly area: string } | { readonly why: string }>;
  audit(query: AuditQuery): Promise<readonly object[]>;
  reports(state: "open" | "closed"): Promise<readonly object[]>;
  addressBans(): Promise<readonly object[]>;
  flags(): Promise<readonly object[]>;
  world(): Promise<object>;
  hasRoom(id: string): boolean;
  hasKind(id: string): boolean;
  hasClimate(id: string): boolean;
  readonly weathers: readonly string[];
}

export interface AdminDeps {
  readonly auth: AuthService;
  readonly accounts: Pick<AccountStore, "findById">;
  readonly desk: StaffDesk;
  readonly jobs: JobsDesk;
  readonly processes: ProcessDesk;
  /** Null: nobody comes in by a password alone. */
  readonly adminPassword: string | null;
  /** For whoever came in by the password. */
  readonly adminTokens: Tokens;
  /** For the pages that send no token of their own (the monitor): kept in a cookie. */
  readonly pageTokens: Tokens;
  readonly rates?: Partial<RateSettings>;
}
