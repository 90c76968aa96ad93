/** The time as the engine sees it; tests pass one they can move. */
export type Clock = {
  /** Milliseconds since the epoch, UTC. */
  readonly now: () => number;
};

export const systemClock: Clock = { now: () => Date.now() };

/** `2026-11-21T09:30:00.000Z`: the one form in which times leave the engine. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
