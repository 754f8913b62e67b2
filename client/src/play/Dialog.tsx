import { useEffect, useRef } from "react";
import type { ReactNode } from "react";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A page over the page: the browser's own dialog, which keeps the focus and gives it back. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const it = dialog.current;
    it?.showModal();
    return () => {
      it?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog} className="dialog" aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Not on click: one that begins inside, on something that then moves, ends out here.
      onPointerDown={(event) => { if (event.target === event.currentTarget) onClose(); }}
    >
      <div className="dialog-page">
        <div className="dialog-head">
          <h2 id="dialog-title">{title}</h2>
          <button type="button" onClick={onClose}>Close</button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
