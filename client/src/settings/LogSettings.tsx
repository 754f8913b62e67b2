import type { Game } from "../state/game.ts";
import { logAsHtml, logAsText } from "../state/log-export.ts";
import { useStore } from "../state/store.ts";
import { download } from "./fields.tsx";

/** Takes the log along as a file. */
export function LogSettings({ game }: { game: Game }) {
  const { first, end } = useStore(game.extent);
  const day = new Date().toISOString().slice(0, 10);
  const title = `Waystone, ${game.username}, ${day}`;
  const name = `waystone-${game.username.toLowerCase()}-${day}`;
  return (
    <>
      <p>The log has {(end - first).toLocaleString("en")} entries.</p>
      <div className="setting-buttons">
        <button type="button" onClick={() => download(`${name}.txt`, "text/plain;charset=utf-8", logAsText(game.log.all()))}>Save as text</button>
        <button type="button" onClick={() => download(`${name}.html`, "text/html;charset=utf-8", logAsHtml(game.log.all(), title))}>Save as a page (HTML)</button>
      </div>
    </>
  );
}
