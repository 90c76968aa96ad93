import type { Runner } from '../runner.ts';
import type { transferQuotaReset } from './definition.ts';

/** Resolves with the bytes that had been counted. */
export const runTransferQuotaReset: Runner<typeof transferQuotaReset> = async (_call, context) => {
  const { uploaded, downloaded } = await context.upkeep.resetTransfers();
  return { uploaded, downloaded };
};
