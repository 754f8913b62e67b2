import type { QuestView } from "../../sdk/index.ts";
import { capitalised } from "../state/words.ts";

/** What one is about, and what one has done. */
export function QuestsPanel({ quests }: { quests: readonly QuestView[] }) {
  const open = quests.filter(({ state }) => state === "active");
  const others = quests.filter(({ state }) => state !== "active");
  if (quests.length === 0) return <p className="empty">None yet. People with something on their mind have them.</p>;
  return (
    <ul className="quests">
      {[...open, ...others].map((quest) => (
        <li key={quest.id} className={`quest quest-${quest.state}`}>
          <span className="quest-name">{quest.name}</span>
          <span className="quest-state">{capitalised(quest.state)}</span>
          {quest.step_text !== "" && <p>{quest.step_text}</p>}
        </li>
      ))}
    </ul>
  );
}
