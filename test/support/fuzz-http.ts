/** Random HTTP requests to a running server, and what is wrong with the answers. */
import { Agent, request as ask } from "node:http";
import { connect } from "node:net";
import { bytes, nested, object, oneOf, PROTOTYPE_NAMES, upTo, VICTIM, type Chance } from "./fuzz-values.ts";
import type { Route } from "./http-routes.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "TRACE"];
const FIELDS = [
  "username", "password", "new_password", "token", "email", "name_or_email", "reason", "minutes", "text", "room", "to", "kind", "quantity", "coins", "item", "role", "address", "climate", "weather",
  "offset_s", "name", "share", "note", "entry", "force", "level", "process", "seconds", "protocol", "resume", "area", "walksFrom", "characterId", "sessionId", "roomId", ...PROTOTYPE_NAMES,
];
const PARAMETERS = [VICTIM, "town_square", "nobody", "no-such", "world", "joinOrCreate", "create", "reconnect", "seat", ...PROTOTYPE_NAMES, "%00", "%zz", "%ff%fe", "..%2f..%2fetc%2fpasswd", "%F0%9F%92%A5", "-1", "9".repeat(40), "a".repeat(3_000), "", ".", ":", "x;y=1", "a%20b"];

interface Input {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | null;
  /** The client goes away when it has sent half of it. */
  readonly abandoned: boolean;
}

export const TOKENS_AT_HAND = ["player", "operator"] as const;
export type Tokens = Readonly<Record<(typeof TOKENS_AT_HAND)[number], string>>;

export function anInput(chance: Chance, routes: readonly Route[], tokens: Tokens): Input {
  const route = oneOf(chance, routes);
  const bare = chance() < 0.05 ? `/${oneOf(chance, PARAMETERS)}/${oneOf(chance, PARAMETERS)}` : route.path.replaceAll(/:\w+/g, () => oneOf(chance, PARAMETERS));
  const query = chance() < 0.3 ? `?${["limit", "target", "before", "character", "last", "state", "sessionId", "_authToken", "__proto__[a]", "a[b][c]"].filter(() => chance() < 0.3).map((name) => `${name}=${oneOf(chance, PARAMETERS)}`).join("&")}` : "";
  const method = chance() < 0.8 ? route.method : oneOf(chance, METHODS);
  const headers: Record<string, string> = {};
  const sometimes = (probability: number, name: string, make: () => string): void => { if (chance() < probability) headers[name] = make(); };
  sometimes(0.7, "authorization", () => oneOf(chance, [`Bearer ${tokens.player}`, `Bearer ${tokens.operator}`, `Bearer ${tokens.operator}`, "Bearer x.y.z", `Bearer ${"e30.".repeat(30)}`, "Basic YWRtaW46YWRtaW4=", "Bearer", `Bearer ${tokens.player.slice(0, -3)}AAA`]));
  sometimes(0.9, "content-type", () => oneOf(chance, ["application/json", "application/json", "application/json", "application/json; charset=utf-7", "text/plain", "multipart/form-data; boundary=x", "", "application/x-www-form-urlencoded"]));
  sometimes(0.05, "content-encoding", () => oneOf(chance, ["gzip", "br", "nonsense"]));
  sometimes(0.1, "origin", () => oneOf(chance, ["https://elsewhere.example", "null", "http://127.0.0.1", "://", "\u00e9"]));
  sometimes(0.1, "x-forwarded-for", () => oneOf(chance, ["203.0.113.5", "x, y, z", ",,,,", "::1", "a".repeat(2_000)]));
  sometimes(0.05, "x-forwarded-proto", () => oneOf(chance, ["https", "javascript", "http:", "a b"]));
  sometimes(0.05, "host", () => oneOf(chance, ["game.example.com", "user:pw@x", "a b", "[::", "a/../b", "x:99999", "\u00e9", ""]));
  sometimes(0.05, "cookie", () => oneOf(chance, ["waystone_staff=x.y.z", "waystone_staff=", ";;;===", `waystone_staff=${"e30.".repeat(500)}`]));
  sometimes(0.05, "x-waystone-peer", () => oneOf(chance, [`${Date.now()}.x`, "NaN.", `${Date.now()}.${"A".repeat(43)}`, "..."]));
  sometimes(0.03, "expect", () => oneOf(chance, ["100-continue", "nothing"]));
  sometimes(0.05, "accept", () => oneOf(chance, ["text/html", "*/*;q=nonsense", ""]));
  const body = chance() < 0.75 ? bodyOf(chance) : null;
  return { method, path: `${bare.startsWith("/") ? bare : "/"}${query}`, headers, body, abandoned: body !== null && chance() < 0.04 };
}

function bodyOf(chance: Chance): Buffer {
  const kind = upTo(chance, 12);
  if (kind <= 7) return Buffer.from(JSON.stringify(object(chance, FIELDS)));
  if (kind === 8) return bytes(chance, 400);
  if (kind === 9) return Buffer.from(JSON.stringify(nested(chance, upTo(chance, 2_000))));
  if (kind === 10) return Buffer.from(JSON.stringify({ username: "x".repeat(upTo(chance, 60_000)), password: "y" }));
  if (kind === 11) return Buffer.from(JSON.stringify(object(chance, FIELDS)).slice(0, -upTo(chance, 20) - 1));
  return Buffer.from(oneOf(chance, ["", "null", "[]", "\"text\"", "{\"__proto__\":{\"role\":\"operator\"}}", `{"reason":"${"\\u0000"}"}`, "{\"a\":1e999}", "[[[[[[[[", "\ufeff{}"]));
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** What is wrong with the answer; undefined: nothing. */
export function sendHttp(port: number, { method, path, headers, body, abandoned }: Input): Promise<string | undefined> {
  return new Promise((resolve) => {
    const fail = (what: string): void => resolve(`${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 400)} ${body?.toString("latin1").slice(0, 400) ?? "(no body)"}: ${what}`);
    const length = body === null ? {} : { "content-length": String(body.length) };
    const sent = ask({ host: "127.0.0.1", port, method, path, agent, headers: { ...headers, ...length }, timeout: 60_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", (error) => fail(String(error))).on("end", () => {
        const wrong = faultOf(method, path, response.statusCode ?? 0, Buffer.concat(chunks).toString());
        if (wrong === undefined) resolve(undefined);
        else fail(wrong);
      });
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer")));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // A server that refuses a body does not take all of it first.
      if (abandoned || ["EPIPE", "ECONNRESET"].includes(error.code ?? "") && (body?.length ?? 0) > 16_000) resolve(undefined);
      else fail(String(error));
    });
    if (!abandoned) return void sent.end(body ?? undefined);
    sent.write(body!.subarray(0, body!.length / 2), () => sent.destroy());
  });
}

function faultOf(method: string, path: string, status: number, answer: string): string | undefined {
  if (status === 500 || status === 0) return `${status} ${answer.slice(0, 300)}`;
  // Without a body, or before anything of ours is asked: an `Expect` that Node does not know.
  if (status < 400 || method === "HEAD" || (status === 417 && answer === "")) return undefined;
  if (status === 404 && path.split("?")[0] === "/" && answer.startsWith("The browser client has not been built")) return undefined;
  // A machine that is slow enough: the database has not said for two seconds that it is there.
  if (status === 503 && path.startsWith("/readyz") && answer.startsWith("{\"ready\":false")) return undefined;
  const code = codeIn(answer);
  return code === undefined || code === "E_INTERNAL" ? `${status} without a code: ${answer.slice(0, 300)}` : undefined;
}

/** Ours, or Colyseus' answer to who wants to come in, with our code in front of the sentence. */
function codeIn(answer: string): string | undefined {
  try {
    const { error } = JSON.parse(answer) as { error?: unknown };
    const said = typeof error === "string" ? error : (error as { code?: unknown } | undefined)?.code;
    return /^E_[A-Z_]+/.exec(String(said))?.[0];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Bytes that are no request, or one to become a WebSocket; whatever comes back, the connection has to end. */
export function sendRaw(port: number, chance: Chance): Promise<string | undefined> {
  const line = oneOf(chance, ["GET / HTTP/1.1", "GET /proc/room?sessionId=a HTTP/1.1", "GET /__proto__/constructor?sessionId=__proto__ HTTP/1.1", "POST /matchmake/joinOrCreate/world HTTP/1.1", "GET http://x/ HTTP/1.1", "GET // HTTP/1.1", "GET /a/b?sessionId=%zz&reconnectionToken=__proto__ HTTP/1.1", "CONNECT a:1 HTTP/1.1", "GET / HTTP/9.9", "PRI * HTTP/2.0", "OPTIONS * HTTP/1.1", "\0\0\0"]);
  const headers = ["Host: a", "Connection: Upgrade", `Upgrade: ${oneOf(chance, ["websocket", "h2c", ""])}`, "Sec-WebSocket-Version: 13", `Sec-WebSocket-Key: ${oneOf(chance, ["dGhlIHNhbXBsZSBub25jZQ==", "x", ""])}`, "Transfer-Encoding: chunked", "Content-Length: 5", "Content-Length: -1", `X: ${"y".repeat(upTo(chance, 20_000))}`, ": none", "Origin: null", `Sec-WebSocket-Protocol: ${"a,".repeat(upTo(chance, 50))}`].filter(() => chance() < 0.55);
  const head = Buffer.from(`${line}\r\n${headers.join("\r\n")}\r\n\r\n`);
  for (let flips = chance() < 0.3 ? upTo(chance, 8) : 0; flips > 0; flips -= 1) head[upTo(chance, head.length - 1)] = upTo(chance, 255);
  const sent = chance() < 0.1 ? bytes(chance, 2_000) : Buffer.concat([head, bytes(chance, chance() < 0.5 ? 0 : 200)]);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(sent));
    socket.setTimeout(60_000, () => { socket.destroy(); resolve(`never closed after ${sent.toString("latin1").slice(0, 300)}`); });
    socket.on("data", (chunk: Buffer) => { answer += chunk.toString("latin1"); });
    // Bytes that came after the end of it reset the connection.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(/^HTTP\/1\.1 500/m.test(answer) ? `${sent.toString("latin1").slice(0, 300)}: ${answer.slice(0, 300)}` : undefined));
  });
}

