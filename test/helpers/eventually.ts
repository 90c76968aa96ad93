import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `look` returns without throwing and gives its value; after `withinMs` its last error. */
export async function eventually<T>(look: () => Promise<T> | T, withinMs = 15_000): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > until) throw error;
      await pause(25);
    }
  }
}
