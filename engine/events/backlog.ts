import type { Clock } from '../lib/clock.ts';
import type { Gap, Reserve } from './reserve.ts';

/** How the log fares while it cannot be written, or lives on its reserve. */
export type LogTrouble = {
  /** Events wait in memory; otherwise the reserve is in use and everything is written. */
  readonly isHolding: boolean;
  readonly waiting: number;
  readonly lost: number;
};

/**
 * Events that wait for the disk, at most MOST_WAITING, in order. It looks every second whether they can be written, then whether the
 * reserve can be made again.
 */
export type Backlog<Entry> = {
  /** The next events have to wait behind others. */
  isHolding(): boolean;
  /** Gives the reserve to the disk, if there is one: then the write may be tried again. */
  useReserve(): boolean;
  /** Takes the event in, or counts it as lost. */
  hold(entry: Entry): void;
  /** From now on events wait until they can be written again; adds to what an earlier run has noted and could not say yet. */
  holdBack(): void;
  /** Counts an operation that was refused because its event could not be stored. */
  refused(): void;
  trouble(): LogTrouble | null;
  onTrouble(listener: () => void): void;
  /** Tries at once to write what waits. */
  retry(): void;
  /** Looks no more; what still waits is in the note of the gap. */
  close(): void;
};

export type BacklogOptions<Entry> = {
  readonly reserve: Reserve | undefined;
  readonly clock: Clock;
  /** Writes them all, and after the last of them what was lost meanwhile, or throws and writes none. */
  readonly write: (entries: readonly Entry[], gap: Gap | null) => void;
  /** Whether an error of `write` means that the log still cannot be written, rather than that an event is bad. */
  readonly isUnwritable: (error: unknown) => boolean;
};

const MOST_WAITING = 10_000;
const AT_ONCE = 500;
const LOOK_EVERY_MS = 1000;

export function createBacklog<Entry>({ reserve, clock, write, isUnwritable }: BacklogOptions<Entry>): Backlog<Entry> {
  const listeners: (() => void)[] = [];
  let entries: Entry[] = [];
  let gap: Gap | null = null;
  /** The reserve has been given away. */
  let isSpent = reserve?.restore() === false;
  let timer: NodeJS.Timeout | undefined;
  if (isSpent) watch();

  const tell = (): void => listeners.forEach((listener) => listener());

  function watch(): void {
    timer ??= setInterval(look, LOOK_EVERY_MS).unref();
  }

  function grow(change: Partial<Omit<Gap, 'waiting'>>): void {
    const isNew = gap === null;
    gap = { from: clock.now(), lost: 0, refused: 0, ...gap, ...change, waiting: entries.length };
    reserve?.noteGap(gap);
    watch();
    if (isNew) tell();
  }

  function look(): void {
    if (gap !== null) retry();
    if (gap !== null) return;
    if (isSpent && reserve?.restore() === false) return;
    isSpent = false;
    clearInterval(timer);
    timer = undefined;
    tell();
  }

  /** The gap without what waits: what the log has to say of it when the rest is written. */
  const missing = (): Gap | null => (gap === null || gap.lost + gap.refused === 0 ? null : { ...gap, waiting: 0 });

  function retry(): void {
    let atOnce = AT_ONCE;
    while (gap !== null) {
      const batch = entries.slice(0, atOnce);
      const isLast = batch.length === entries.length;
      try {
        write(batch, isLast ? missing() : null);
      } catch (error) {
        if (isUnwritable(error)) break;
        // One of them is bad, and shall not keep the others.
        if (atOnce > 1) atOnce = 1;
        else if (batch.length > 0) dropFirst();
        else break;
        continue;
      }
      entries = entries.slice(batch.length);
      if (isLast) gap = null;
    }
    if (gap !== null) gap = { ...gap, waiting: entries.length };
    reserve?.noteGap(gap);
  }

  function dropFirst(): void {
    entries = entries.slice(1);
    if (gap !== null) gap = { ...gap, lost: gap.lost + 1 };
  }

  return {
    isHolding: () => gap !== null,
    useReserve() {
      if (reserve?.release() !== true) return false;
      isSpent = true;
      watch();
      tell();
      return true;
    },
    hold(entry) {
      if (entries.length < MOST_WAITING) {
        entries.push(entry);
        grow({});
      } else grow({ lost: (gap?.lost ?? 0) + 1 });
    },
    holdBack() {
      const earlier = gap === null ? (reserve?.earlierGap ?? null) : null;
      if (earlier === null) grow({});
      else grow({ from: earlier.from, lost: earlier.lost + earlier.waiting, refused: earlier.refused });
    },
    refused: () => grow({ refused: (gap?.refused ?? 0) + 1 }),
    trouble: () => (gap === null && !isSpent ? null : { isHolding: gap !== null, waiting: entries.length, lost: gap?.lost ?? 0 }),
    onTrouble: (listener) => void listeners.push(listener),
    retry,
    close() {
      if (gap !== null) retry();
      clearInterval(timer);
    },
  };
}
