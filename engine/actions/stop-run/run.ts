import { AppError } from '../../contract/errors.ts';
import type { Runner } from '../runner.ts';
import type { stopRun } from './definition.ts';

/** Resolves with the reason, or rejects with it for the outcome `failed`; the run's plan does the rest. */
export const runStopRun: Runner<typeof stopRun> = ({ config: { outcome, message } }) => {
  if (outcome === 'failed')
    return Promise.reject(new AppError('action_failed', message === '' ? 'The rule stops here as failed.' : message));
  return Promise.resolve({ stopped: true, reason: message });
};
