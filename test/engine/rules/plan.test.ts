import { expect, test } from 'vitest';
import { planSteps } from '../../../engine/rules/definition.ts';
import { errorsSoFar, nextMove } from '../../../engine/rules/plan.ts';
import type { RunStepRow } from '../../../engine/store/runs-table.ts';
import { ruleInput } from '../../helpers/rules.ts';

type StepLike = {
  name: string;
  failureAction?: boolean;
  stopOnFailure?: boolean;
  retries?: number;
  repeatSafe?: boolean;
  perUser?: boolean;
};

/** Plays a run to its end: what each attempt comes to is looked up by step name, one letter per attempt (`.` ok, `x` failed, `!` killed, `-` skipped). */
function play(
  steps: readonly StepLike[],
  outcomes: Record<string, string>,
  options: { targets?: number[]; earlier?: RunStepRow[]; runAttempt?: number } = {},
) {
  const planned = planSteps(
    ruleInput({
      triggers: ['upload'],
      steps: steps.map(({ name, repeatSafe, perUser, ...step }) => ({
        name,
        ...step,
        ...(perUser === true
          ? { action: 'delete', config: { paths: ['/a'] } }
          : { action: 'http', config: { url: 'http://h/', idempotent: repeatSafe ?? false } }),
      })),
    }),
  );
  const rows = [...(options.earlier ?? [])];
  const runAttempt = options.runAttempt ?? 1;
  const said: string[] = [];
  for (let now = 0; ; ) {
    const move = nextMove({ steps: planned, targets: options.targets ?? null, rows, runAttempt, now });
    if (move.kind === 'finish')
      return {
        said: `${said.join(' ')} = ${move.state}`,
        error: move.error,
        rows,
        errors: errorsSoFar({ steps: planned, rows, runAttempt }),
      };
    if (move.kind === 'wait') {
      said.push(`wait${(move.until - now) / 1000}`);
      now = move.until;
      continue;
    }
    const { unit, attempt } = move;
    const key = unit.accountId === 0 ? unit.step.name : `${unit.step.name}${unit.accountId}`;
    const letter = outcomes[key]?.[attempt - 1] ?? '.';
    said.push(`${key}${letter === '.' ? '' : letter}`);
    const state = ({ '.': 'done', x: 'failed', '!': 'interrupted', '-': 'skipped' } as const)[letter as '.' | 'x' | '!' | '-'];
    rows.push({
      runId: 1,
      step: unit.step.index,
      accountId: unit.accountId,
      attempt,
      runAttempt,
      state,
      startedAt: now,
      finishedAt: now,
      inputs: null,
      detail: null,
      error: state === 'done' ? null : 'because',
    });
  }
}

test.each<[string, StepLike[], Record<string, string>, string]>([
  ['steps run in order', [{ name: 'a' }, { name: 'b' }], {}, 'a b = done'],
  ['a failure does not stop what follows', [{ name: 'a' }, { name: 'b' }], { a: 'x' }, 'ax b = partly'],
  ['unless it says so', [{ name: 'a', stopOnFailure: true }, { name: 'b' }], { a: 'x' }, 'ax = failed'],
  ['stop on failure without a failure', [{ name: 'a', stopOnFailure: true }, { name: 'b' }], {}, 'a b = done'],
  ['nothing worked', [{ name: 'a' }, { name: 'b' }], { a: 'x', b: 'x' }, 'ax bx = failed'],
  ['failure actions wait for a failure', [{ name: 'a' }, { name: 'f', failureAction: true }], {}, 'a = done'],
  ['failure actions come last', [{ name: 'f', failureAction: true }, { name: 'a' }, { name: 'b' }], { a: 'x' }, 'ax b f = partly'],
  [
    'failure actions run after a stop',
    [{ name: 'a', stopOnFailure: true }, { name: 'b' }, { name: 'f', failureAction: true }],
    { a: 'x' },
    'ax f = failed',
  ],
  [
    'stop on failure among failure actions',
    [{ name: 'a' }, { name: 'f', failureAction: true, stopOnFailure: true }, { name: 'g', failureAction: true }],
    { a: 'x', f: 'x' },
    'ax fx = failed',
  ],
  [
    'a failing failure action does not stop the next',
    [{ name: 'a' }, { name: 'f', failureAction: true }, { name: 'g', failureAction: true }],
    { a: 'x', f: 'x' },
    'ax fx g = failed',
  ],
  ['only when says no', [{ name: 'a' }, { name: 'b' }], { a: '-' }, 'a- b = done'],
  ['everything skipped is done', [{ name: 'a' }], { a: '-' }, 'a- = done'],
  ['skipped and failed is failed', [{ name: 'a' }, { name: 'b' }], { a: '-', b: 'x' }, 'a- bx = failed'],
  ['retries double their pause', [{ name: 'a', retries: 3 }], { a: 'xxx.' }, 'ax wait10 ax wait20 ax wait40 a = done'],
  ['retries end', [{ name: 'a', retries: 1 }, { name: 'b' }], { a: 'xx' }, 'ax wait10 ax b = partly'],
  [
    'retries come before the next step',
    [{ name: 'a', retries: 1, stopOnFailure: true }, { name: 'b' }],
    { a: 'x.' },
    'ax wait10 a b = done',
  ],
  ['killed in a step that may be repeated', [{ name: 'a', repeatSafe: true }, { name: 'b' }], { a: '!.' }, 'a! a b = done'],
  ['killed twice, and a kill is no retry', [{ name: 'a', repeatSafe: true, retries: 1 }], { a: '!!x.' }, 'a! a! ax wait10 a = done'],
  ['killed in a step that may not', [{ name: 'a' }, { name: 'b' }], { a: '!' }, 'a! b = interrupted'],
  ['killed, with stop on failure', [{ name: 'a', stopOnFailure: true }, { name: 'b' }], { a: '!' }, 'a! = interrupted'],
  ['killed, with a failure action', [{ name: 'a' }, { name: 'f', failureAction: true }], { a: '!' }, 'a! f = interrupted'],
])('%s', (_name, steps, outcomes, expected) => {
  expect(play(steps, outcomes).said).toBe(expected);
});

test("a step in the users' trees runs for each of them, whoever fails", () => {
  const steps = [{ name: 'a', perUser: true, retries: 1 }, { name: 'b' }];
  expect(play(steps, { a2: 'x.' }, { targets: [1, 2, 3] }).said).toBe('a1 a2x a3 wait10 a2 b = done');
  expect(play(steps, { a2: 'xx' }, { targets: [1, 2, 3] }).said).toBe('a1 a2x a3 wait10 a2x b = partly');
  expect(play(steps, {}, { targets: [] }).said).toBe('b = done');
  expect(play([{ name: 'a', perUser: true }], {}, { targets: [] }).said).toBe(' = done');
});

test('failure actions see every error so far', () => {
  expect(play([{ name: 'a' }, { name: 'b' }, { name: 'c' }], { a: 'x', c: '!' }).errors).toEqual([
    'action "a" failed: because',
    'action "c" failed: because',
  ]);
});

test('a retry by hand repeats what failed and what was never reached, with failure actions anew', () => {
  const steps = [{ name: 'a' }, { name: 'b', stopOnFailure: true }, { name: 'c' }, { name: 'f', failureAction: true }];
  const first = play(steps, { b: 'x' });
  expect(first.said).toBe('a bx f = partly');
  expect(play(steps, { b: 'x.' }, { earlier: first.rows, runAttempt: 2 }).said).toBe('b c = done');
  expect(play(steps, { b: 'xx' }, { earlier: first.rows, runAttempt: 2 }).said).toBe('bx f = partly');
  const killed = play([{ name: 'a' }, { name: 'b' }], { a: '!' });
  expect(play([{ name: 'a' }, { name: 'b' }], { a: '!.' }, { earlier: killed.rows, runAttempt: 2 }).said).toBe('a = done');
});
