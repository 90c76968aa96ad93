import type { Store } from '../store/index.ts';
import type { RunStepRow } from '../store/runs-table.ts';

/** Commits that steps have begun, before their effect. */
export type StepStarts = {
  /** Resolves once the row is committed; rejects, with nothing written, when it cannot be. */
  commit(row: RunStepRow): Promise<void>;
};

type Waiting = { readonly row: RunStepRow; readonly resolve: () => void; readonly reject: (error: unknown) => void };

/** Steps of several runs that begin in one turn of the event loop share a commit: each costs more than all of the step's other work. */
export function createStepStarts(store: Store): StepStarts {
  const { runs } = store.tables;
  let waiting: Waiting[] = [];

  function commitAll(): void {
    const together = waiting;
    waiting = [];
    try {
      store.transaction(() => together.forEach(({ row }) => runs.putStep(row)));
    } catch (error) {
      together.forEach(({ reject }) => reject(error));
      return;
    }
    together.forEach(({ resolve }) => resolve());
  }

  return {
    commit: (row) =>
      new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject });
        if (waiting.length === 1) setImmediate(commitAll);
      }),
  };
}
