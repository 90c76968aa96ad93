import type { Offence } from '../../contract/defence.ts';

/** What one source has done within the window. */
export type Offender = {
  /** The exact address that offended last. */
  address: string;
  /** Newest last; those that have left the window are dropped when the next one comes. */
  counts: { readonly at: number; readonly score: number }[];
  /** Newest first. */
  logins: string[];
  lastAt: number;
};

/** The settings that counting depends on, as they are now. */
export type CountingRules = { readonly windowMs: number; readonly scores: { readonly [Kind in Offence]: number } };

/** Offences per source within a sliding window. Memory is bounded, whoever comes from wherever. */
export type Offences = {
  /** Counts one offence; returns the source's sum within the window. */
  add(source: string, offence: { readonly kind: Offence; readonly address: string; readonly login: string | null }): number;
  /** What is known of a source; undefined where nothing is. */
  of(source: string): Offender | undefined;
  forget(source: string): void;
  /** Those with a score within the window, with it, newest first. */
  list(): (Offender & { readonly source: string; readonly score: number })[];
};

/** Names are for people who look at a block; a guesser's dictionary is of no interest. */
const KEPT_LOGINS = 5;
const LONGEST_LOGIN = 64;

/**
 * `soft` and `hard` bound the table: at the hard limit those whose offences have left the window go, then the oldest, until the soft one
 * is reached. A source's own list is bounded by the threshold: beyond it the source is blocked and forgotten.
 */
export function createOffences(
  rules: () => CountingRules,
  now: () => number,
  limits: { readonly soft: number; readonly hard: number },
): Offences {
  /** Touched last stands last. */
  const table = new Map<string, Offender>();

  const scoreOf = (record: Offender, since: number): number =>
    record.counts.reduce((sum, { at, score }) => (at > since ? sum + score : sum), 0);

  function makeRoom(since: number): void {
    for (const [source, { lastAt }] of table) if (lastAt <= since) table.delete(source);
    for (const source of table.keys()) {
      if (table.size <= limits.soft) return;
      table.delete(source);
    }
  }

  return {
    add(source, { kind, address, login }) {
      const { windowMs, scores } = rules();
      const at = now();
      const since = at - windowMs;
      const before = table.get(source);
      const counts = (before?.counts ?? []).filter((count) => count.at > since && count.at <= at);
      if (scores[kind] > 0) counts.push({ at, score: scores[kind] });
      if (counts.length === 0) return 0;
      const name = login?.slice(0, LONGEST_LOGIN) ?? null;
      const others = (before?.logins ?? []).filter((known) => known !== name);
      const logins = name === null ? others : [name, ...others].slice(0, KEPT_LOGINS);
      const record = { address, counts, logins, lastAt: at };
      table.delete(source);
      table.set(source, record);
      if (table.size > limits.hard) makeRoom(since);
      return scoreOf(record, since);
    },
    of: (source) => table.get(source),
    forget: (source) => void table.delete(source),
    list() {
      const since = now() - rules().windowMs;
      return [...table]
        .map(([source, record]) => ({ ...record, source, score: scoreOf(record, since) }))
        .filter(({ score }) => score > 0)
        .reverse();
    },
  };
}
