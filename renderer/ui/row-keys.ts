/** What a key means in a list of rows; undefined where it means nothing, or is meant for a control that takes text. */
export function rowMove(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: EventTarget;
}): 'next' | 'previous' | 'first' | 'last' | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (
    event.target instanceof Element &&
    event.target.closest('input, textarea, select, [contenteditable], [role="menu"], [role="listbox"]') !== null
  ) {
    return undefined;
  }
  switch (event.key) {
    case 'j':
    case 'ArrowDown':
      return 'next';
    case 'k':
    case 'ArrowUp':
      return 'previous';
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    default:
      return undefined;
  }
}

/** The row to go to from `current`, within `count` rows. */
export function rowAfter(move: 'next' | 'previous' | 'first' | 'last', current: number, count: number): number {
  switch (move) {
    case 'next':
      return Math.min(current + 1, count - 1);
    case 'previous':
      return Math.max(current - 1, 0);
    case 'first':
      return 0;
    case 'last':
      return count - 1;
  }
}
