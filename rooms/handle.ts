/** Messages of clients: checked, limited, handed to the area, answered. Nothing a client sends can throw past here. */
import { ClientState, Protocol, ServerError, type Client, type Room } from "@colyseus/core";
import type { z } from "zod";
import type { ContentIndex } from "../src/engine/content.ts";
import type { CharacterId } from "../src/engine/ids.ts";
import { MAX_WS_PAYLOAD_BYTES, READY_WITHIN_MS } from "../src/limits.ts";
import { AppError, ERROR_CODES, type ErrorCode } from "../src/protocol/codes.ts";
import { commandPayload, plainCommand, type CommandMessage } from "../src/protocol/client-messages.ts";
import type { Response } from "../src/protocol/server-messages.ts";
import type { ActiveArea } from "../src/runtime/active-area.ts";
import type { Clock } from "../src/runtime/ports.ts";
import { timeout } from "../src/timers.ts";
import type { ConnectionGuards } from "./connection-guard.ts";
import { hasReadableType } from "./frame-type.ts";

export interface MessageDeps {
  readonly clock: Clock;
  readonly content: ContentIndex;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
  /** Counts what was turned away, by code. */
  readonly turnedAway: (code: ErrorCode) => void;
  /** Words an error for Colyseus' matchmaking answer. */
  readonly toJoinError: (error: unknown) => ServerError;
}

interface GuardedRoom {
  readonly active: ActiveArea;
  readonly guards: ConnectionGuards;
}

/** Too many messages without sense. */
const CLOSE_BAD = 4400;

/** Clients that are ready for what is sent to them as they come in, those that say so, and those that keep their connection. */
export interface Readiness {
  isWalking(client: Client): boolean;
  saidReady(client: Client): void;
  /** False when it may not. */
  keep(room: Room, client: Client): boolean;
}

/** Installs the message handlers on an area's room. */
export function guardFrames(room: Room & GuardedRoom, deps: MessageDeps, readiness: Readiness): void {
  const handler = new MessageHandler(room, deps);
  // Colyseus answers a request with what its handler returns, though its types know only handlers that return nothing.
  const onCommand = (client: Client, payload: unknown, context?: { readonly id: number | undefined }): unknown => handler.commands(client, payload, context?.id !== undefined);
  room.onMessage("command", onCommand);
  room.onMessage("keep", (client: Client) => { if (!readiness.keep(room, client)) handler.turnAway(client, "E_BAD_MESSAGE"); });
  // Asked for when it had been led here already.
  room.onMessage("take", () => undefined);
  awaitReady(room, deps, readiness);
  room.onMessage("*", (client: Client) => handler.turnAway(client, "E_UNKNOWN_TYPE"));

  // Colyseus closes the connection on a frame it cannot decode, and decodes any size: look at it first.
  const frames = room as unknown as { _onMessage(client: Client, frame: Buffer): void };
  const inner = frames._onMessage.bind(room);
  frames._onMessage = (client, frame) => {
    if (room.guards.of(client)?.frame() === false) client.leave(CLOSE_BAD, "E_RATE");
    else if (frame.length > MAX_WS_PAYLOAD_BYTES) handler.turnAway(client, "E_TOO_LARGE");
    else if (frame.length === 0 || !hasReadableType(frame)) handler.turnAway(client, "E_BAD_MESSAGE");
    else {
      inner(client, frame);
      if (frame[0] === Protocol.JOIN_ROOM) readiness.saidReady(client);
    }
  };
}

/** Closes a connection that has its seat and never says that it is ready: all that is sent to it would wait in memory. */
function awaitReady(room: Room, deps: MessageDeps, readiness: Readiness): void {
  const joins = room as unknown as { _onJoin(client: Client, ...rest: unknown[]): Promise<unknown> };
  const inner = joins._onJoin.bind(room);
  joins._onJoin = async (client, ...rest) => {
    const joined = await inner(client, ...rest);
    if (readiness.isWalking(client)) return joined;
    const stop = timeout(() => { if (client.state === ClientState.JOINING) client.leave(CLOSE_BAD, "E_BAD_MESSAGE"); }, READY_WITHIN_MS, (error) => deps.bug(error, { ready: client.sessionId }));
    client.ref.once("close", stop);
    return joined;
  };
}

class MessageHandler {
  readonly #room: GuardedRoom;
  readonly #deps: MessageDeps;

  constructor(room: GuardedRoom, deps: MessageDeps) {
    this.#room = room;
    this.#deps = deps;
  }

  /** A `command` message. For a request the answer is returned, otherwise it is sent as `response`. */
  commands(client: Client, payload: unknown, isRequest: boolean): Promise<Response | Response[]> | undefined {
    const plain = plainCommand(payload);
    if (plain !== undefined) return this.#carryOut(client, plain, isRequest);
    const parsed = commandPayload.safeParse(payload);
    if (!parsed.success) return this.#invalid(client, payload, isRequest, isTooBig(parsed.error.issues) ? "E_TOO_LARGE" : "E_BAD_MESSAGE");
    return this.#carryOut(client, parsed.data, isRequest);
  }

  #carryOut(client: Client, command: CommandMessage | CommandMessage[], isRequest: boolean): Promise<Response | Response[]> | undefined {
    const messages = Array.isArray(command) ? command : [command];
    if (!isRequest) {
      for (const message of messages) this.#one(client, message, (reply) => client.send("response", reply));
      return undefined;
    }
    // A request is answered once; when that was "queued", the final answer comes as a message.
    const replies = messages.map((message) => new Promise<Response>((resolve) => {
      let answered = false;
      this.#one(client, message, (reply) => {
        if (answered) client.send("response", reply);
        else resolve(reply);
        answered = true;
      });
    }));
    return Array.isArray(command) ? Promise.all(replies) : replies[0];
  }

  #one(client: Client, message: CommandMessage, deliver: (reply: Response) => void): void {
    const actor = (client.auth as { characterId: CharacterId }).characterId;
    if (message.answered !== undefined) this.#room.active.answered(actor, message.answered);
    // What is sent again has been counted, and may have been done: it must not be told that it was not.
    const again = message.seq !== undefined && message.seq <= this.#room.active.lastSeq(actor);
    const waitMs = again ? 0 : this.#room.guards.of(client)?.command() ?? 0;
    if (waitMs > 0) {
      this.#deps.turnedAway("E_RATE");
      deliver({ ...errorReply("E_RATE", message.id), ...(message.seq === undefined ? {} : { seq: message.seq }), retry_after_ms: waitMs });
      return;
    }
    this.#room.active.command({ actor, line: message.command, id: message.id, seq: message.seq ?? null }, deliver);
  }

  #invalid(client: Client, payload: unknown, isRequest: boolean, code: ErrorCode): Promise<Response> | undefined {
    const id = typeof payload === "object" && payload !== null && "id" in payload && typeof payload.id === "string" ? payload.id.slice(0, 64) : "";
    if (!isRequest) {
      this.turnAway(client, code, id);
      return undefined;
    }
    this.#count(client, code);
    return Promise.resolve(errorReply(code, id));
  }

  /** Answers a message that is not carried out; closes the connection when there have been too many. */
  turnAway(client: Client, code: ErrorCode, id = ""): void {
    client.send("response", errorReply(code, id));
    this.#count(client, code);
  }

  #count(client: Client, code: ErrorCode): void {
    this.#deps.turnedAway(code);
    if (this.#room.guards.of(client)?.bad() === false) client.leave(CLOSE_BAD, code);
  }
}

/** True when the only thing wrong is that something is too long; a union lists what is wrong for each of its members. */
function isTooBig(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.length > 0 && issues.every((issue) => (issue.code === "invalid_union" ? issue.errors.some((member) => isTooBig(member)) : issue.code === "too_big"));
}

export function errorReply(code: ErrorCode, id: string): Response {
  return { type: "response", id, status: "error", code, messages: [{ message: ERROR_CODES[code].message, message_type: "error" }] };
}

/**
 * What a client that tried to join reads: our code in front of the sentence ("E_AUTH: Please log in."), since
 * Colyseus carries a number and a text only.
 */
export function joinError(error: unknown, bug: MessageDeps["bug"]): ServerError {
  if (error instanceof AppError) return new ServerError(error.httpStatus, `${error.code}: ${error.message}`);
  bug(error, { joining: true });
  return new ServerError(500, `E_INTERNAL: ${ERROR_CODES.E_INTERNAL.message}`);
}

/** The code that `joinError` has put in front of its sentence. */
export const codeOfJoinError = (error: unknown): string => /^E_[A-Z_]+/.exec(error instanceof ServerError ? error.message : "")?.[0] ?? "E_INTERNAL";
