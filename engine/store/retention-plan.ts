import type { InfoKeys } from './personal-data.ts';

/** How long what of the log is kept. Times in ms since the epoch, as of one pass. */
export type RetentionPlan = {
  readonly types: readonly TypePlan[];
  /** Types of which the log may hold events though no program knows them any more. */
  readonly othersBefore: number;
  /** Runs that ended before it are deleted; failed ones have a time of their own. */
  readonly runsBefore: number;
  readonly failedRunsBefore: number;
  /** The oldest events go, whatever their age, while what the database uses is larger. */
  readonly largestBytes: number;
  /** The timeline forgets the addresses of sessions that ended before it; null keeps them. */
  readonly forgetSessionAddressesBefore: number | null;
  /** Runs that were asked before an operation keep it: those from before it forget its address when they have ended. */
  readonly operations: readonly { readonly operation: string; readonly forgetAddressesBefore: number }[];
};

export type TypePlan = {
  readonly type: string;
  /** Of a type that tells of files and of records: which of them it is about. */
  readonly of?: 'files' | 'records';
  /** Events before it are deleted. */
  readonly deleteBefore: number;
  /** Addresses of events before it are removed; null keeps them. */
  readonly forgetAddressesBefore: number | null;
  /** Where in `info` addresses stand. */
  readonly addressInfo: InfoKeys;
};
