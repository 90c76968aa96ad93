/** A moment of the demo (ms since the epoch) as the engine states it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
