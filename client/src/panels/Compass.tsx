import type { ExitView } from "../../sdk/index.ts";

interface CompassProps {
  exits: readonly ExitView[];
  onCommand: (command: string) => void;
}

/** For the thumb: the ways out in one row that can be swiped, where there is no room for a panel. */
export function Compass({ exits, onCommand }: CompassProps) {
  return (
    <nav className="compass" aria-label="Ways">
      <button type="button" onClick={() => onCommand("look")}>look</button>
      {exits.map(({ name, door }) => (
        <button key={name} type="button" className="compass-exit" onClick={() => onCommand(name)}>
          {name}{door === "closed" || door === "locked" ? <span className="exit-door"> ({door})</span> : null}
        </button>
      ))}
    </nav>
  );
}
