import { randomUUID } from 'node:crypto';
import type { Progress } from '../contract/push.ts';
import type { Attempt } from './perform.ts';
import type { RulesServices } from './services.ts';

/** At most one message a second of one action. */
const EVERY_MS = 1000;

/** What consoles hear of one attempt: nothing for an action that is over within a second. */
export function createStepProgress(
  { clock, progress }: Pick<RulesServices, 'clock' | 'progress'>,
  { planned, runId }: Pick<Attempt, 'planned' | 'runId'>,
): { readonly report: (done: number, total: number | null) => void; readonly end: (state: 'done' | 'failed') => void } {
  const id = randomUUID();
  let told = clock.now();
  let last: Pick<Progress, 'done' | 'total'> = { done: 0, total: null };
  let isHeard = false;
  const tell = (state: Progress['state']): void =>
    progress({ work: 'action', id, title: planned.name, ...last, state, ...(runId === null ? {} : { runId }) });
  return {
    report(done, total) {
      last = { done, total };
      if (clock.now() - told < EVERY_MS) return;
      told = clock.now();
      isHeard = true;
      tell('running');
    },
    end(state) {
      if (isHeard) tell(state);
    },
  };
}
