/** One route of the administration: who may, what the request must look like, what it does. */
import type { Request, RequestHandler, Response, Router } from "express";
import { z } from "zod";
import { MAX_REASON_CHARS } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import { mayActOn, type Role } from "../../session/roles.ts";
import { checked, isKeepable } from "../json-body.ts";
import type { AdminDeps, DeedResult, Person, Staff } from "./deps.ts";
import { staffOf } from "./staff-auth.ts";

export interface Call<S extends z.ZodType> {
  readonly staff: Staff;
  /** The body of a POST, the query of a GET. */
  readonly input: z.infer<S>;
  readonly params: Readonly<Record<string, string>>;
}

export interface RouteDef<S extends z.ZodType> {
  readonly method: "get" | "post";
  readonly path: string;
  readonly role: Role;
  readonly input: S;
  /** The answer's body. */
  readonly run: (call: Call<S>) => Promise<object>;
}

export const nothing = z.object({});
export const reason = z.string().trim().min(1).max(MAX_REASON_CHARS);

export class StaffRoutes {
  readonly #router: Router;
  readonly deps: AdminDeps;

  constructor(router: Router, deps: AdminDeps) {
    this.#router = router;
    this.deps = deps;
  }

  add<S extends z.ZodType>({ method, path, role, input, run }: RouteDef<S>): void {
    const handler: RequestHandler = async (request, response) => {
      const staff = await staffOf(this.deps, request, role);
      const body = await run({ staff, input: checked(input, method === "get" ? { ...request.query } : request.body), params: paramsOf(request) });
      const ordered = "outcome" in body && body.outcome === "ordered";
      response.status(ordered ? 202 : 200).set("Cache-Control", "no-store").json(body);
    };
    this.#router[method](path, handler);
  }

  /** A GET that answers with something else than JSON, which `run` sends; it may reject as long as it has sent nothing. */
  sends(path: string, role: Role, run: (call: Pick<Call<z.ZodType>, "staff" | "params">, response: Response) => Promise<void>): void {
    this.#router.get(path, async (request, response) => {
      await run({ staff: await staffOf(this.deps, request, role), params: paramsOf(request) }, response);
    });
  }

  /** Somebody to whom this member of staff may do something. Rejects with E_NOT_FOUND, E_FORBIDDEN. */
  async subject(staff: Staff, name: string): Promise<Person> {
    const person = await this.deps.desk.person(name);
    if (person === undefined) throw new AppError("E_NOT_FOUND", `Nobody is called ${name.slice(0, 64)}.`);
    if (!mayActOn(staff.role, person.role)) throw new AppError("E_FORBIDDEN", "They look after the world as much as you do. That is for an operator.");
    return person;
  }
}

function paramsOf(request: Request): Record<string, string> {
  if (!isKeepable(request.params)) throw new AppError("E_NOT_FOUND", "There is no such thing here.");
  return Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value).slice(0, 256)]));
}

export const found = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new AppError("E_NOT_FOUND", what);
  return value;
};

/** A refusal by the rules of the world is an error of the request. */
export function accepted(result: DeedResult): DeedResult {
  if (result.outcome === "refused") throw new AppError("E_REFUSED", result.said.join(" ") || undefined);
  return result;
}
