import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { Entry } from "../state/log-buffer.ts";
import { LogEntry } from "./LogEntry.tsx";

const html = (entry: Entry): string => renderToStaticMarkup(<LogEntry entry={entry} />).replace(/<time[^>]*>[^<]*<[/]time>/, "");

test("what others write is text, never markup", () => {
  const message = `Ben says: <img src=x onerror="alert(1)"> & <b>bold</b>`;
  expect(html({ kind: "line", key: 1, atMs: 0, message, type: "say", refs: [{ text: "<b>bold</b>", type: "detail", id: "d", command: `look "><script>` }] }))
    .toBe(`<p class="line line-say" data-key="1">Ben says: &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; <button type="button" tabindex="-1" class="ref" data-command="look &quot;&gt;&lt;script&gt;" data-kind="detail" title="look &quot;&gt;&lt;script&gt;">&lt;b&gt;bold&lt;/b&gt;</button></p>`);
  expect(html({ kind: "echo", key: 2, atMs: 0, command: "say <i>", mark: "done" })).toContain("say &lt;i&gt;");
});

test("colour is never the only cue", () => {
  expect(html({ kind: "line", key: 1, atMs: 0, message: "No.", type: "error", refs: [] })).toContain("Not possible: ");
  expect(html({ kind: "line", key: 1, atMs: 0, message: "Ben tells you: hi", type: "tell", refs: [] })).toContain("\u2192");
  expect(html({ kind: "echo", key: 2, atMs: 0, command: "dance", mark: "refused" })).toContain(">refused<");
  expect(html({ kind: "echo", key: 2, atMs: 0, command: "get all", mark: "queued" })).toContain(">waiting for the world<");
});

test("a long text that came by itself is spoken in short where that is wanted; the eye has it whole", () => {
  const entry: Entry = { kind: "line", key: 1, atMs: 0, message: "A long text. It goes on.", type: "room_description", refs: [], brief: "A long text." };
  const spoken = renderToStaticMarkup(<LogEntry entry={entry} brief />);
  expect(spoken).toContain(`<span class="sr-only">A long text.</span><span aria-hidden="true">A long text. It goes on.</span>`);
  expect(html(entry)).not.toContain("aria-hidden");
});
