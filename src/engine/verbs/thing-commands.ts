/** All commands about things, for the table of commands. */
import type { CommandModule } from "../command.ts";
import { buy } from "./buy.ts";
import { drop } from "./drop.ts";
import { drink, eat } from "./eat.ts";
import { get } from "./get.ts";
import { give } from "./give.ts";
import { equipment, inventory } from "./inventory.ts";
import { extinguish, light } from "./light.ts";
import { list, value } from "./list.ts";
import { lock, unlock } from "./lock.ts";
import { close, open } from "./open.ts";
import { put } from "./put.ts";
import { read } from "./read.ts";
import { remove } from "./remove.ts";
import { sell } from "./sell.ts";
import { use } from "./use.ts";
import { hold, wear, wield } from "./wear.ts";

export const thingCommands: readonly CommandModule[] = [
  get, drop, give, put, inventory, equipment, wear, wield, hold, remove, open, close, lock, unlock,
  eat, drink, use, light, extinguish, read, buy, sell, list, value,
];
