import { expect, test } from "vitest";
import { clientAddress } from "./client-address.ts";

const from = (forwarded: string | undefined, hops: number): string =>
  clientAddress({ headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded }, socket: { remoteAddress: "10.0.0.1" } }, hops);

test("without proxies nobody can say that they come from elsewhere", () => {
  expect([from(undefined, 0), from("1.2.3.4", 0), from("1.2.3.4, 5.6.7.8", 0)]).toEqual(["10.0.0.1", "10.0.0.1", "10.0.0.1"]);
});

test("each proxy in front is believed about who asked it, and nothing before that is", () => {
  expect([from("1.2.3.4", 1), from("9.9.9.9, 1.2.3.4", 1), from("9.9.9.9, 1.2.3.4, 10.0.0.2", 2)]).toEqual(["1.2.3.4", "1.2.3.4", "1.2.3.4"]);
  expect([from("", 1), from(undefined, 2)]).toEqual(["10.0.0.1", "10.0.0.1"]);
});
