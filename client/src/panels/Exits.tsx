import type { ExitView } from "../../sdk/index.ts";

interface ExitsProps {
  exits: readonly ExitView[];
  onCommand: (command: string) => void;
}

const DOOR: Readonly<Record<ExitView["door"], string>> = { "": "", open: "open", closed: "closed", locked: "locked" };

/** The ways out; a click goes there. */
export function Exits({ exits, onCommand }: ExitsProps) {
  if (exits.length === 0) return <p className="empty">No way out that you can see.</p>;
  return (
    <ul className="exits">
      {exits.map(({ name, to_title, door, door_name }) => (
        <li key={name}>
          <button type="button" className="exit" onClick={() => onCommand(name)}>
            <span className="exit-name">{name}</span>
            {to_title !== "" && <span className="exit-to">{to_title}</span>}
            {door !== "" && <span className={`exit-door exit-door-${door}`}>{door_name === "" ? "door" : door_name}, {DOOR[door]}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
