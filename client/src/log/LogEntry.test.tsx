import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { Entry } from "../state/log-buffer.ts";
import { LogEntry } from "./LogEntry.tsx";

const html = (entry: Entry): string => renderToStaticMarkup(<LogEntry entry={entry} onCommand={() => undefined} />);

test("what others write is text, never markup", () => {
  const message = `Ben says: <img src=x onerror="alert(1)"> & <b>bold</b>`;
  expect(html({ kind: "line", key: 1, message, type: "say", refs: [{ text: "<b>bold</b>", type: "detail", id: "d", command: `look "><script>` }] }))
    .toBe(`<p class="line line-say">Ben says: &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; <button type="button" class="ref" title="look &quot;&gt;&lt;script&gt;">&lt;b&gt;bold&lt;/b&gt;</button></p>`);
  expect(html({ kind: "echo", key: 2, command: "say <i>", mark: "done" })).toContain("say &lt;i&gt;");
});

test("colour is never the only cue", () => {
  expect(html({ kind: "line", key: 1, message: "No.", type: "error", refs: [] })).toContain("Not possible: ");
  expect(html({ kind: "line", key: 1, message: "Ben tells you: hi", type: "tell", refs: [] })).toContain("\u2192");
  expect(html({ kind: "echo", key: 2, command: "dance", mark: "refused" })).toContain(">refused<");
  expect(html({ kind: "echo", key: 2, command: "get all", mark: "queued" })).toContain(">waiting for the world<");
});
