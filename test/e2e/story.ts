/** The story that every way of running the server must be able to tell: two people meet, talk, take, walk away and come back. */
import { expect } from "vitest";
import { StockPlayer, textOf } from "../support/players.ts";

export async function tellStory(endpoint: string, names: readonly [string, string] = ["Adalind", "Benedikt"]): Promise<void> {
  const ada = await StockPlayer.register(endpoint, names[0]);
  const ben = await StockPlayer.register(endpoint, names[1]);
  try {
    // They stand in the same place and see each other, in words and in the synced state.
    const look = textOf(await ben.types("look"));
    expect(look).toContain("The Town Square");
    expect(look).toContain(ada.name);
    await ben.until(() => [...(ben.view.rooms.get("town_square")?.characters.values() ?? [])].some(({ name }) => name === ada.name), "Ada in the view");
    expect([...ben.view.rooms.keys()]).toEqual(["town_square"]);
    expect([...ben.view.selves.values()].map(({ name }) => name)).toEqual([ben.name]);

    // Talk.
    expect(textOf(await ada.types("say Good morning, {actor}; nice stone"))).toContain('You say, "Good morning, {actor}"');
    await ben.hears(`${ada.name} says, "Good morning, {actor}"`);
    await ada.types(`tell ${ben.name} psst`);
    await ben.hears("psst");

    // One leaflet, two hands.
    const [first, second] = await Promise.all([ada.types("get leaflet"), ben.types("get leaflet")]);
    expect([first.status, second.status].toSorted()).toEqual(["ok", "refused"]);
    expect([first, second].find((reply) => reply.status === "refused")?.code).toBe("no_such_item");

    // Walking into another area takes the connection along; things come too.
    ben.forget();
    const walk = await ada.types("north");
    expect(walk.status).toBe("ok");
    expect(ada.transfers).toBe(1);
    await ben.hears(`${ada.name} leaves north`);
    await ada.hears("Exits:");
    const bag = textOf(await ada.types("inventory"));
    expect(bag).toContain("travel loaves");
    await ada.types("south");
    await ben.hears(`${ada.name} arrives from the north`);

    // What makes no sense is said so.
    expect(await ada.types("flarp")).toMatchObject({ status: "refused", code: "unknown_command" });
  } finally {
    await ada.leaves();
    await ben.leaves();
  }
}
