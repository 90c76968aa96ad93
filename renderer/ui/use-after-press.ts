import { useState, useSyncExternalStore } from 'react';

let pressed = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  pressed = next;
  for (const listener of listeners) listener();
}

window.addEventListener('pointerdown', () => set(true), { capture: true });
// The click comes after these in the same task.
for (const end of ['pointerup', 'pointercancel'] as const) window.addEventListener(end, () => setTimeout(set, 0, false), { capture: true });

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * The value as it was before the pointer went down, until it is up again. An error that appears when a field is left would otherwise push
 * the pressed button away from under the pointer, and the click would go nowhere.
 */
export function useAfterPress<Value>(value: Value): Value {
  const isPressed = useSyncExternalStore(subscribe, () => pressed);
  const [shown, setShown] = useState(value);
  if (!isPressed && shown !== value) setShown(value);
  return isPressed ? shown : value;
}
