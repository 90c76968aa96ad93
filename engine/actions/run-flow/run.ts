import { AppError } from '../../contract/errors.ts';
import type { Runner } from '../runner.ts';
import type { runFlow } from './definition.ts';

/** Rejects: the run itself goes through a flow's actions, so there is nothing that this one could do outside of a run. */
export const runRunFlow: Runner<typeof runFlow> = () =>
  Promise.reject(new AppError('action_failed', 'A flow cannot be tested as one action. Run the flow by hand, or the rule.'));
