/** The Waystone client library: a small typed layer over `@colyseus/sdk` that keeps one session over cuts, moves and deploys. */
export { Waystone } from "./waystone.ts";
export type { JoinSettings, Login, WaystoneOptions } from "./waystone.ts";
export type { Session, SessionEvents, ConnectionState, Reply } from "./session.ts";
export type { LeftOff } from "./resume-point.ts";
export { WaystoneError } from "./errors.ts";
export type { WaystoneErrorCode } from "./errors.ts";
export type {
  CarriedView, CharacterView, ClockView, ExitView, ItemView, NpcView, QuestView, RoomView, SelfView, WorldView,
} from "./view.ts";
export type { Connector, Link, LinkEvents, Seat } from "./link.ts";
export type { MessageType, Ref, ReplyLine, Response, RoomMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";
