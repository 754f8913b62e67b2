/** Bodies of requests: JSON and nothing else, of a bounded size, checked by a schema. */
import express, { type Request, type RequestHandler } from "express";
import type { z } from "zod";
import { MAX_HTTP_BODY_BYTES } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";

/** Takes JSON and nothing else; a request without a body is fine where no body is needed. */
export const jsonBody: readonly RequestHandler[] = [
  (request, _response, next) => {
    if (request.is("application/json") === false && request.get("content-length") !== "0") {
      throw new AppError("E_BAD_REQUEST", "Send the body as JSON, with the content type application/json.");
    }
    next();
  },
  express.json({ limit: MAX_HTTP_BODY_BYTES, inflate: false, type: "application/json" }),
];

/** Text that a database can keep: no zero bytes, no halves of characters. */
export function isKeepable(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  return typeof value !== "object" || value === null || Object.entries(value).every(([key, inner]) => isKeepable(key) && isKeepable(inner));
}

/** What is in the body, or E_BAD_REQUEST with the first thing that is wrong with it. */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  if (!isKeepable(value)) throw new AppError("E_BAD_REQUEST", "The request has characters in it that are none.");
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new AppError("E_BAD_REQUEST", `${where === "" ? "The request" : where} is not valid: ${issue?.message ?? "something is wrong with it"}.`, { cause: parsed.error });
}

/** The token of the header `Authorization: Bearer …`. */
export function bearerOf(request: Request): string {
  const token = /^Bearer +(\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
  if (token === undefined) throw new AppError("E_AUTH");
  return token;
}

/** The address of whoever asks; behind proxies, what the configured number of them says. */
export const addressOf = (request: Request): string => request.ip ?? "unknown";
