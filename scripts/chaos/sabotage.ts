/** Harm done on purpose, by hand, to a database that is in order: each must be seen by the checks, else they prove nothing. */
import type { Sql } from "../../src/persistence/sql.ts";
import { checkWorld, type Evidence } from "./checks.ts";
import type { Acknowledged, Violation } from "./evidence.ts";

export interface Sabotage {
  readonly name: string;
  /** A check that must see it; others may, too. */
  readonly seenBy: Violation["check"];
  /** Statements; or, where what was told is to be wrong, the evidence instead. */
  readonly harm: readonly string[] | ((evidence: Evidence) => Evidence);
}

export interface Caught {
  readonly name: string;
  readonly caught: boolean;
  /** The checks that saw something. */
  readonly by: readonly string[];
}

/** Something that somebody carries, and something that nobody does. */
const CARRIED = "(select id from item where location like 'char:%' and kind <> 'coins' order by id limit 1)";
const LYING = "(select id from item where location like 'room:%' order by id limit 1)";
/** The newest command of a player that moved things or coins; such a one has a reply. */
const DEED = "(select max(id) from journal where seq is not null)";
const SOMEBODY = "(select actor from journal where seq is not null order by id desc limit 1)";

const changeAnswer = (which: (answer: Acknowledged) => boolean, change: (answer: Acknowledged) => Acknowledged) => (evidence: Evidence): Evidence => {
  const index = evidence.acknowledged.findLastIndex(which);
  return { ...evidence, acknowledged: evidence.acknowledged.map((answer, at) => (at === index ? change(answer) : answer)) };
};

export const SABOTAGE: readonly Sabotage[] = [
  { name: "a thing is moved by hand", seenBy: "items", harm: [`update item set location = 'room:' || (select room_id from character order by id limit 1) where id = ${CARRIED}`] },
  { name: "a thing is gone", seenBy: "items", harm: [`delete from item where id = ${LYING}`] },
  { name: "a thing is there twice", seenBy: "items", harm: [`insert into item (id, kind, location, quantity) select 'twin', kind, location, quantity from item where id = ${CARRIED}`] },
  { name: "a thing is at a place that is not there", seenBy: "places", harm: [`update item set location = 'room:nowhere' where id = ${LYING}`] },
  { name: "a thing is with somebody who is not there", seenBy: "places", harm: [`update item set location = 'char:nobody' where id = ${CARRIED}`] },
  { name: "a thing is within itself", seenBy: "cycles", harm: [`update item set location = 'item:' || id where id = ${CARRIED}`] },
  { name: "a stack has one more", seenBy: "units of a kind", harm: [`update item set quantity = quantity + 1 where id = ${CARRIED}`] },
  { name: "a purse has one coin more", seenBy: "purses", harm: [`update character set coins = coins + 1 where id = ${SOMEBODY}`] },
  { name: "a coin changes its purse", seenBy: "purses", harm: [`update character set coins = coins + 1 where id = ${SOMEBODY}`, `update character set coins = coins - 1 where id = (select id from character where coins > 0 and id <> ${SOMEBODY} order by id limit 1)`] },
  { name: "a coin is made of nothing", seenBy: "coins", harm: [`insert into item (id, kind, location, quantity) select 'false coin', 'coins', location, 1 from item where id = ${LYING}`] },
  { name: "an entry makes coins out of a gift", seenBy: "coins in an entry", harm: [`update journal set events = events || jsonb_build_array(jsonb_build_object('type', 'coins-changed', 'character', ${SOMEBODY}, 'delta', 5, 'cause', 'give')) where id = ${DEED}`, `update character set coins = coins + 5 where id = ${SOMEBODY}`] },
  { name: "an entry of the journal is gone", seenBy: "acknowledged is written", harm: [`delete from journal where id = ${DEED}`] },
  { name: "an entry is gone and its reply stays", seenBy: "replies have entries", harm: [`delete from journal where id = ${DEED}`] },
  { name: "a request was carried out twice", seenBy: "each request once", harm: [`insert into journal (area_id, epoch, actor, seq, step, request_key, commit_id, room_id, command, events) select area_id, epoch, actor, seq, step, request_key || ' again', commit_id, room_id, command, '[]' from journal where id = ${DEED}`] },
  { name: "a former owner has written", seenBy: "epochs", harm: [`update journal set epoch = epoch - 1 where id = (select max(id) from journal where area_id is not null)`] },
  { name: "a stored reply is another", seenBy: "stored replies", harm: [`update request_reply set reply = jsonb_set(reply::jsonb, '{messages}', '[{"message": "Nothing happens.", "message_type": "info"}]')::json where (character_id, seq) = (select actor, seq from journal where id = ${DEED})`] },
  { name: "a letter that nobody wrote", seenBy: "letters", harm: [`insert into letter (id, sender, sender_name, recipient, note) values ('false', 'nobody', 'Nobody', ${SOMEBODY}, '')`] },
  { name: "somebody stands elsewhere", seenBy: "rooms of characters", harm: [`update character set room_id = 'elsewhere' where id = ${SOMEBODY}`] },
  { name: "a quest is done by hand", seenBy: "quests", harm: [`insert into quest_progress (character_id, quest_id, state, step, count) values (${SOMEBODY}, 'a_false_one', 'done', 1, 0)`] },
  { name: "somebody was told of a deed that is not there", seenBy: "acknowledged is written", harm: changeAnswer(({ durableSteps, status }) => durableSteps > 0 && status === "ok", (answer) => ({ ...answer, seq: answer.seq + 1_000_000 })) },
  { name: "somebody was refused what was done", seenBy: "refused is not done", harm: changeAnswer(({ durableSteps, status }) => durableSteps === 1 && status === "ok", (answer) => ({ ...answer, status: "error", code: "E_STORAGE" })) },
  { name: "somebody believes in one coin more", seenBy: "beliefs", harm: (evidence) => ({ ...evidence, believed: evidence.believed.map((bot, index) => (index === 0 ? { ...bot, coins: bot.coins + 1 } : bot)) }) },
  { name: "somebody sees a thing that is not there", seenBy: "beliefs", harm: (evidence) => ({ ...evidence, believed: evidence.believed.map((bot, index) => (index === 0 ? { ...bot, items: [...bot.items, { id: "ghost", kind: "sword", quantity: 1, in: "" }] } : bot)) }) },
];

class Undone extends Error {}

/** Does it within a transaction that is taken back, and answers what the checks say meanwhile. */
export async function sabotage(sql: Sql, evidence: Evidence, { harm }: Sabotage): Promise<Violation[]> {
  let violations: Violation[] = [];
  try {
    await sql.transaction(async (tx) => {
      if (typeof harm !== "function") for (const statement of harm) await tx.query(statement);
      ({ violations } = await checkWorld(tx, typeof harm === "function" ? harm(evidence) : evidence));
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  return violations;
}

export async function sabotageAll(sql: Sql, evidence: Evidence): Promise<Caught[]> {
  const caught: Caught[] = [];
  for (const each of SABOTAGE) {
    const by = new Set((await sabotage(sql, evidence, each)).map(({ check }) => check));
    caught.push({ name: each.name, caught: by.has(each.seenBy), by: [...by] });
  }
  return caught;
}
