/** Where a request comes from, when only so many proxies are believed. */
import type { IncomingMessage } from "node:http";

/**
 * The address that the `hops`th proxy in front says it was asked from; with none, the socket's. What a client writes into
 * headers of its own counts for nothing.
 */
export function clientAddress(request: Pick<IncomingMessage, "headers"> & { readonly socket: { readonly remoteAddress?: string | undefined } }, hops: number): string {
  const header = request.headers["x-forwarded-for"];
  const forwarded = (Array.isArray(header) ? header.join(",") : header ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "");
  const chain = [request.socket.remoteAddress ?? "unknown", ...forwarded.reverse()];
  return chain[Math.min(hops, chain.length - 1)]!;
}
