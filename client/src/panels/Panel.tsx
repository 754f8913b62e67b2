import type { ReactNode } from "react";

interface PanelProps {
  title: string;
  children: ReactNode;
}

/** A part of the side of the page, under its own small heading. */
export function Panel({ title, children }: PanelProps) {
  return (
    <section className="panel">
      <h3>{title}</h3>
      {children}
    </section>
  );
}
