import { describe } from "vitest";
import { MemoryBus, MemoryExchange } from "../../src/cluster/memory-bus.ts";
import { busSuite, observerInto, type Ear } from "./bus/suite.ts";

describe("the bus in memory", () => {
  busSuite(() => {
    const exchange = new MemoryExchange();
    return Promise.resolve({
      join: (processId) => {
        const counted: string[] = [];
        const heard: Ear["heard"] = [];
        const bus = new MemoryBus(exchange, processId, observerInto(counted));
        bus.listen((topic, event) => heard.push({ topic, event }));
        return Promise.resolve({ bus, heard, counted });
      },
      outside: (channel, message) => Promise.resolve(exchange.publish(channel, message)),
      cut: () => Promise.resolve([...exchange.buses].forEach((bus) => (bus.up = false))),
      mend: () => Promise.resolve([...exchange.buses].forEach((bus) => (bus.up = true))),
      close: () => Promise.resolve(),
    });
  });
});
