/** What all rivals say, so that the same bots play on each and the same bytes pass: the shapes of src/protocol. */
import type { CommandMessage } from "../../../src/protocol/client-messages.ts";
import type { Response, RoomMessage, WelcomeMessage } from "../../../src/protocol/server-messages.ts";

/** As often as Waystone sends lines. */
export const TICK_MS = 50;

export const welcomeTo = (place: string, username: string): WelcomeMessage =>
  ({ type: "welcome", protocol: 1, username, room_id: place, seq: 0, line: 0, complete: true });

const said = (command: string): string => command.replace(/^say /, "");

export const replyTo = ({ command, id, seq }: CommandMessage): Response =>
  ({ type: "response", id, ...(seq === undefined ? {} : { seq }), status: "ok", messages: [{ message: `You say, "${said(command)}"`, message_type: "say" }] });

export const lineFor = ({ command }: CommandMessage, place: string, sender: string, line: number): RoomMessage => ({
  type: "room_message", id: `${place}:${line}`, line, room_id: place, message: `${sender} says, "${said(command)}"`, message_type: "say", sender,
  refs: [{ text: sender, type: "character", id: sender }],
});
