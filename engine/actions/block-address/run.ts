import { isIP } from 'node:net';
import { AppError } from '../../contract/errors.ts';
import type { Runner } from '../runner.ts';
import type { blockAddress } from './definition.ts';

const LONGEST_REASON = 255;

/** Resolves with the address and until when it is blocked; unblocking one that is not blocked is fine. */
export const runBlockAddress: Runner<typeof blockAddress> = async ({ config }, context) => {
  const address = config.address.trim();
  if (isIP(address) === 0)
    throw new AppError('action_failed', `"${address}" is no single address after the template was filled in, so nothing was blocked.`);
  if (config.do === 'unblock') return { address, unblocked: await context.upkeep.unblock(address) };
  const minutes = config.minutes === 0 ? null : config.minutes;
  const { until } = await context.upkeep.block({ address, minutes, reason: config.reason.slice(0, LONGEST_REASON) });
  return { address, until };
};
