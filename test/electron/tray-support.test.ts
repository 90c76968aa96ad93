import { expect, it } from 'vitest';
import { type Execute, hasTraySupport } from '../../electron/tray-support.ts';

const answering =
  (answers: Record<string, string>): Execute =>
  (program) => {
    const answer = answers[program];
    return answer === undefined ? Promise.reject(new Error('ENOENT')) : Promise.resolve(answer);
  };

it.each([
  [{ gdbus: '(<true>,)\n' }, true],
  [{ gdbus: '(<false>,)\n' }, false],
  [{ busctl: 'b true\n' }, true],
  [{ busctl: 'b false\n' }, false],
  [{}, false],
])('on Linux %j means %s', async (answers, expected) => {
  expect(await hasTraySupport('linux', answering(answers))).toBe(expected);
});

it('asks nobody on Windows and macOS', async () => {
  expect(await hasTraySupport('win32', answering({}))).toBe(true);
  expect(await hasTraySupport('darwin', answering({}))).toBe(true);
});
