import type { SelfView } from "../../sdk/index.ts";

/** Below this share, in percent, a value calls for attention: it says so in words too. */
const LOW_PERCENT = 30;

/** One's own character: how it is. */
export function CharacterPanel({ self }: { self: SelfView | null }) {
  if (self === null) return <p className="empty">{"\u2026"}</p>;
  return (
    <>
      <dl className="vitals">
        <Vital name="Health" percent={self.health} />
        <Vital name="Vigour" percent={self.vigour} />
        <div className="vital"><dt>Coins</dt><dd>{self.coins.toLocaleString("en")}</dd></div>
      </dl>
      {self.position !== "" && self.position !== "standing" && <p className="posture">You are {self.position}.</p>}
    </>
  );
}

function Vital({ name, percent }: { name: string; percent: number }) {
  const low = percent < LOW_PERCENT;
  return (
    <div className={`vital${low ? " vital-low" : ""}`}>
      <dt>{name}</dt>
      <dd>{percent}{low && <span className="vital-word"> low</span>}</dd>
      <dd className="vital-bar" aria-hidden="true"><span style={{ width: `${Math.min(100, percent)}%` }} /></dd>
    </div>
  );
}
