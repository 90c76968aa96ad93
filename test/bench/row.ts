/** What the command line asks for. */
export type BenchOptions = {
  /** Of the event log: a million events, ten million, or both. */
  readonly sizes: readonly ('small' | 'large')[];
  /** Names of parts of a suite; none: all of them. */
  readonly parts: readonly string[];
  /** Where the logs of the event suite are kept for later runs. */
  readonly data: string | undefined;
};

/** One measured figure. */
export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The peer's figure on the same work in the same run. */
  readonly peer?: number;
  /** value / peer. */
  readonly ratio?: number;
  /** The same where the bounds are those of the value. */
  readonly peerRatio?: number;
  /** What must hold, and what is aimed at: bounds of the ratio where there is a peer, else of the value. */
  readonly floor?: number;
  readonly target?: number;
  /** Whether the bounds are upper ones (times) or lower ones (rates). */
  readonly better: 'lower' | 'higher';
};

/** Whether the figure keeps within its floor; true where there is none. */
export function meetsFloor({ value, ratio, floor, better }: BenchRow): boolean {
  if (floor === undefined) return true;
  const measured = ratio ?? value;
  return better === 'lower' ? measured <= floor : measured >= floor;
}

/** The middle one; the upper one of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
