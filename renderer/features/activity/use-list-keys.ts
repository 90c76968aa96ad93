import { useEffect, useRef } from 'react';

/** What the keys of the timeline do; `back` only while there is something to close. */
export type ListKeys = {
  readonly search: () => void;
  readonly live: () => void;
  readonly exportLog: () => void;
  readonly intoList: () => void;
  readonly back: (() => void) | undefined;
};

/** F, L, E, J or K and Escape anywhere on the page, but where a control or a dialogue takes them for itself. */
export function useListKeys(keys: ListKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
      const { search, live, exportLog, intoList, back } = latest.current;
      const action = { f: search, l: live, e: exportLog, j: intoList, k: intoList, Escape: back }[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** True where keys are text, or choose within something that floats above the page. */
function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"]') !== null
  );
}
