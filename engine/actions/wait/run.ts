import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../contract/errors.ts';
import { isTrue, type Runner } from '../runner.ts';
import type { wait } from './definition.ts';

const LOOK_EVERY_MS = 1000;

/** Resolves when the time is over or the template has come true, or rejects with the signal's reason. */
export const runWait: Runner<typeof wait> = async ({ config, source }, context) => {
  const { signal } = context;
  const { timeoutSeconds: seconds, whenNever } = config;
  if (source.until === '') {
    await passing(seconds * 1000, signal);
    return { seconds };
  }
  const began = performance.now();
  const passed = (): number => performance.now() - began;
  while (!isTrue(context.render(source.until))) {
    const left = seconds * 1000 - passed();
    if (left <= 0) {
      if (whenNever === 'continue') return { seconds, becameTrue: false };
      throw new AppError('action_failed', `This did not become true within ${seconds} s: ${source.until}`);
    }
    await passing(Math.min(LOOK_EVERY_MS, left), signal);
  }
  return { seconds: Math.round(passed() / 1000), becameTrue: true };
};

async function passing(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
