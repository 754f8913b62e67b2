/**
 * Machines of their own as far as a network goes: Linux network namespaces, each with an address on one wire, which this
 * process is on too. Needs root.
 */
import { execFile } from "node:child_process";
import { createServer, connect, type Server } from "node:net";
import { promisify } from "node:util";

const ip = async (...args: string[]): Promise<string> => (await promisify(execFile)("ip", args)).stdout;

export interface Machine {
  readonly address: string;
  /** Runs what follows it on that machine. */
  readonly within: readonly string[];
  /** Pulls its cable out, or puts it in again. */
  connected(on: boolean): Promise<void>;
}

export interface Machines {
  /** This process's own address on the wire. */
  readonly address: string;
  readonly list: readonly Machine[];
  /** Makes something that listens on 127.0.0.1 here reachable from the machines, under the same port. */
  offer(port: number): Promise<void>;
  remove(): Promise<void>;
}

/** Why there cannot be any here; undefined when there can. */
export async function whyNoMachines(): Promise<string | undefined> {
  if (process.platform !== "linux") return "network namespaces are Linux'";
  if (process.getuid?.() !== 0) return "making network namespaces needs root";
  try {
    const machines = await makeMachines(1);
    await machines.remove();
    return undefined;
  } catch (error) {
    return `network namespaces cannot be made here: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
}

export async function makeMachines(count: number): Promise<Machines> {
  // Names and addresses that another run on this machine does not have: an interface's name has at most 15 characters.
  const tag = Math.floor(Math.random() * 36 ** 4).toString(36).padStart(4, "0");
  const net = `10.${100 + Math.floor(Math.random() * 100)}.${Math.floor(Math.random() * 250)}`;
  const bridge = `wsbr${tag}`;
  const servers: Server[] = [];
  const undo: (() => Promise<unknown>)[] = [];
  const remove = async (): Promise<void> => {
    for (const server of servers) server.close();
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    await ip("link", "add", bridge, "type", "bridge");
    undo.push(() => ip("link", "del", bridge));
    await ip("addr", "add", `${net}.1/24`, "dev", bridge);
    await ip("link", "set", bridge, "up");
    const list: Machine[] = [];
    for (let number = 1; number <= count; number += 1) {
      const [name, cable, address] = [`ws${tag}${number}`, `wsv${tag}${number}`, `${net}.${number + 1}`];
      await ip("netns", "add", name);
      undo.push(() => ip("netns", "del", name));
      await ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name);
      await ip("link", "set", cable, "master", bridge, "up");
      await ip("-n", name, "addr", "add", `${address}/24`, "dev", "eth0");
      await ip("-n", name, "link", "set", "eth0", "up");
      await ip("-n", name, "link", "set", "lo", "up");
      list.push({ address, within: ["ip", "netns", "exec", name], connected: async (on) => void (await ip("link", "set", cable, on ? "up" : "down")) });
    }
    return {
      address: `${net}.1`, list, remove,
      offer: async (port) => {
        const server = createServer((from) => {
          const to = connect(port, "127.0.0.1");
          from.pipe(to).pipe(from);
          // One end gone is the end of the other.
          from.on("error", () => to.destroy());
          to.on("error", () => from.destroy());
        });
        servers.push(server);
        await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, `${net}.1`, resolve));
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
