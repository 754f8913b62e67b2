import type { CarriedView, QuestView, SelfView } from "../../sdk/index.ts";
import { capitalised } from "../state/words.ts";
import { Panel } from "./Panel.tsx";
import { targetsOf } from "./targets.ts";
import { Thing } from "./Thing.tsx";

interface CharacterPanelProps {
  self: SelfView | null;
  onCommand: (command: string) => void;
}

/** One's own character: how it is, what it wears and carries, what it is about. */
export function CharacterPanel({ self, onCommand }: CharacterPanelProps) {
  if (self === null) return <p className="empty">{"\u2026"}</p>;
  const worn = self.items.filter((item) => item.slot !== "");
  const loose = self.items.filter((item) => item.slot === "" && (item.in === "" || !self.items.some(({ id }) => id === item.in)));
  // Worn and loose things are named apart, as the commands for them look at them apart.
  const targets = new Map([...targetsOf(worn), ...targetsOf(self.items.filter((item) => item.slot === ""))]);
  return (
    <div className="character-panel">
      <h2>{self.name}</h2>
      <dl className="vitals">
        <div><dt>Health</dt><dd>{self.health}</dd></div>
        <div><dt>Vigour</dt><dd>{self.vigour}</dd></div>
        <div><dt>Coins</dt><dd>{self.coins.toLocaleString()}</dd></div>
      </dl>
      {self.position !== "" && self.position !== "standing" && <p className="posture">You are {self.position}.</p>}
      {worn.length > 0 && (
        <Panel title="Worn">
          <ul className="things">
            {worn.map((item) => <Carried key={item.id} item={item} self={self} targets={targets} onCommand={onCommand} />)}
          </ul>
        </Panel>
      )}
      <Panel title="Carried">
        {loose.length === 0 ? <p className="empty">Nothing.</p> : (
          <ul className="things">
            {loose.map((item) => <Carried key={item.id} item={item} self={self} targets={targets} onCommand={onCommand} />)}
          </ul>
        )}
      </Panel>
      <Quests quests={self.quests} />
    </div>
  );
}

interface CarriedProps {
  item: CarriedView;
  self: SelfView;
  targets: ReadonlyMap<string, string>;
  onCommand: (command: string) => void;
}

/** A thing one has, and under it what is inside. */
function Carried({ item, self, targets, onCommand }: CarriedProps) {
  const inside = self.items.filter((other) => other.in === item.id && other.id !== item.id);
  const words = targets.get(item.id) ?? item.name;
  const actions = item.in !== "" ? []
    : item.slot !== "" ? [{ label: "remove", onAct: () => onCommand(`remove ${words}`) }]
      : [{ label: "drop", onAct: () => onCommand(`drop ${words}`) }];
  return (
    <>
      <Thing name={item.name} detail={item.slot} onLook={() => onCommand(`look ${words}`)} actions={actions} />
      {inside.length > 0 && (
        <li className="inside">
          <ul className="things" aria-label={`In ${item.name}`}>
            {inside.map((other) => <Carried key={other.id} item={other} self={self} targets={targets} onCommand={onCommand} />)}
          </ul>
        </li>
      )}
    </>
  );
}

function Quests({ quests }: { quests: readonly QuestView[] }) {
  if (quests.length === 0) return null;
  return (
    <Panel title="Quests">
      <ul className="quests">
        {quests.map((quest) => (
          <li key={quest.id} className={`quest quest-${quest.state}`}>
            <span className="quest-name">{quest.name}</span>
            <span className="quest-state">{capitalised(quest.state)}</span>
            {quest.step_text !== "" && <p>{quest.step_text}</p>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
