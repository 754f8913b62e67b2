/** Every table, listed by hand: nothing is discovered at run time. */
import { Account } from "./account.ts";
import { Character } from "./character.ts";
import { AreaOwner, FeatureFlag, Process, WorldSetting } from "./cluster.ts";
import { Intent } from "./intent.ts";
import { Item } from "./item.ts";
import { Journal, JournalKey, RequestReply } from "./journal.ts";
import { Door, Npc, Spawn, WorldMeta } from "./places.ts";
import { DailyPlayer, DailyStat, JobMark, JobRun, LeaderboardPlace, RoomSeen, RoomsSeen } from "./jobs.ts";
import { Letter, Outbox } from "./post.ts";
import { QuestProgress } from "./quest-progress.ts";
import { AddressBan, Report, StaffAudit } from "./staff.ts";

export const ENTITIES = [Account, Character, Item, QuestProgress, Door, Spawn, Npc, WorldMeta, Process, AreaOwner, Journal, JournalKey, RequestReply, Intent, Letter, Outbox, FeatureFlag, WorldSetting, StaffAudit, Report, AddressBan, JobRun, JobMark, DailyStat, DailyPlayer, RoomSeen, RoomsSeen, LeaderboardPlace] as const;

export { Account, AddressBan, AreaOwner, Character, DailyPlayer, DailyStat, Door, FeatureFlag, Intent, Item, JobMark, JobRun, Journal, JournalKey, LeaderboardPlace, Letter, Npc, Outbox, Process, QuestProgress, Report, RequestReply, RoomSeen, RoomsSeen, Spawn, StaffAudit, WorldMeta, WorldSetting };
