import { expect, test } from "vitest";
import { AppError } from "../protocol/codes.ts";
import { kindOfError } from "./error-fingerprint.ts";

function somewhere(message: string): Error {
  return new TypeError(message);
}

test("errors from one place are one kind, whatever they say; those from another are not", () => {
  const [one, two] = [somewhere("no a in undefined"), somewhere("no b in undefined")].map(kindOfError);
  expect(one).toEqual(two);
  expect(one!.frame).toMatch(/^somewhere \(src\/telemetry\/error-fingerprint\.test\.ts:\d+\)$/);
  expect(kindOfError(new TypeError("no a in undefined")).fingerprint).not.toBe(one!.fingerprint);
});

test("the code tells errors apart, and so does the type", () => {
  const codes = ["E_BUSY", "E_MOVED"] as const;
  const kinds = codes.map((code) => kindOfError(new AppError(code)));
  expect(kinds.map(({ type, code }) => ({ type, code }))).toEqual([{ type: "AppError", code: "E_BUSY" }, { type: "AppError", code: "E_MOVED" }]);
  expect(new Set(kinds.map(({ fingerprint }) => fingerprint)).size).toBe(2);
});

test("the frame is ours, below those of Node and of libraries", () => {
  const error = new Error("x");
  error.stack = `Error: x\n    at Socket.emit (node:events:1:2)\n    at run (file:///somewhere/node_modules/pg/lib/client.js:3:4)\n    at async ${new URL("./a-file.ts", import.meta.url).href}:7:8`;
  expect(kindOfError(error).frame).toBe("(anonymous) (src/telemetry/a-file.ts:7)");
  error.stack = "Error: x\n    at Socket.emit (node:events:1:2)\n    at Client.run (file:///somewhere/node_modules/pg/lib/client.js:3:4)";
  expect(kindOfError(error).frame).toBe("Client.run (node_modules/pg/lib/client.js:3)");
});

test("whatever else is thrown has a kind too", () => {
  expect(kindOfError(undefined).fingerprint).toBe("thrown undefined");
  expect(kindOfError(null).fingerprint).toBe("thrown null");
  expect(kindOfError("words").type).toBe("thrown string");
});
