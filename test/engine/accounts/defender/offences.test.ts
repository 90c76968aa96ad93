import { expect, test } from 'vitest';
import { createOffences } from '../../../../engine/accounts/defender/offences.ts';

const SCORES = { wrongPassword: 1, unknownUser: 2, limit: 3, noSignIn: 0 };
const MINUTE = 60_000;

function start(limits = { soft: 4, hard: 6 }) {
  let now = 1_000_000;
  const offences = createOffences(
    () => ({ windowMs: 30 * MINUTE, scores: SCORES }),
    () => now,
    limits,
  );
  const add = (source: string, kind: keyof typeof SCORES = 'wrongPassword', login: string | null = 'root') =>
    offences.add(source, { kind, address: source, login });
  return { offences, add, wait: (minutes: number) => void (now += minutes * MINUTE) };
}

test('each kind counts what the settings say, and the sum slides', () => {
  const { add, wait } = start();
  expect(add('a')).toBe(1);
  wait(20);
  expect(add('a', 'unknownUser')).toBe(3);
  expect(add('a', 'limit')).toBe(6);
  expect(add('b')).toBe(1);
  wait(11);
  expect(add('a')).toBe(6);
  wait(31);
  expect(add('a')).toBe(1);
});

test('what counts nothing is not kept', () => {
  const { offences, add } = start();
  expect(add('a', 'noSignIn', null)).toBe(0);
  expect(offences.of('a')).toBeUndefined();
});

test('the last names are kept, each once, newest first, and cut', () => {
  const { offences, add } = start();
  for (const name of ['root', 'admin', 'root', 'a', 'b', 'c', 'x'.repeat(500)]) add('a', 'wrongPassword', name);
  expect(offences.of('a')?.logins).toEqual(['x'.repeat(64), 'c', 'b', 'a', 'root']);
});

test('the table is bounded: the outdated go first, then the oldest', () => {
  const { offences, add, wait } = start();
  add('outdated');
  wait(31);
  for (const source of ['a', 'b', 'c', 'd', 'e', 'f']) add(source);
  add('a');
  expect(offences.list().map(({ source, score }) => [source, score])).toEqual([
    ['a', 1],
    ['f', 1],
    ['e', 1],
    ['d', 1],
    ['c', 1],
  ]);
});
