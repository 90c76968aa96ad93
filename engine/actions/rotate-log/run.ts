import type { Runner } from '../runner.ts';
import type { rotateLog } from './definition.ts';

/** Resolves with whether there was a file to put aside. */
export const runRotateLog: Runner<typeof rotateLog> = (_call, context) => Promise.resolve({ rotated: context.upkeep.rotateLog() });
