import type { Runner } from '../runner.ts';
import type { userQuotaReset } from './definition.ts';

/** Resolves with the use of storage as it was counted before and as it is. */
export const runUserQuotaReset: Runner<typeof userQuotaReset> = async (_call, context) => {
  const { before, after } = await context.upkeep.recount();
  return { before: { ...before }, after: { ...after } };
};
