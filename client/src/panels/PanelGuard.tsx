import { Component } from "react";
import type { ReactNode } from "react";

/** Keeps a mistake in one panel from taking the page along: the log and the line go on, and the panel can be tried again. */
export class PanelGuard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <div role="alert">
        <p className="empty">Something went wrong in this panel.</p>
        <button type="button" onClick={() => this.setState({ broken: false })}>Try again</button>
      </div>
    );
  }
}
