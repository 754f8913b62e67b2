interface Action {
  label: string;
  /** Of the thing, for whoever does not see it stand beside its name. */
  onAct: () => void;
}

interface ThingProps {
  name: string;
  /** What stands behind the name: how many, how they are. */
  detail?: string | undefined;
  onLook: () => void;
  actions?: readonly Action[];
}

/** Somebody or something by name: a click looks at it, the small buttons do more. */
export function Thing({ name, detail, onLook, actions = [] }: ThingProps) {
  return (
    <li className="thing">
      <button type="button" className="thing-name" onClick={onLook}>{name}</button>
      {detail !== undefined && detail !== "" && <span className="thing-detail">{detail}</span>}
      {actions.map(({ label, onAct }) => (
        <button key={label} type="button" className="thing-action" aria-label={`${label} ${name}`} onClick={onAct}>{label}</button>
      ))}
    </li>
  );
}
