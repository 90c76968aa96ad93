import { closeSync, ftruncateSync, openSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SYSTEM } from '../../../engine/events/log.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import { BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';
import { startFileActions } from '../actions/file-action.ts';

/** Who ends runs in these tests. */
const HANNA = { actor: { ...SYSTEM, userName: 'hanna', origin: 'console' }, batchId: null } as const;

async function upload(engine: TestRules, path: string): Promise<void> {
  const session = await engine.login(engine.account('alice'));
  await put(session, path, 'x');
  await session.close('test');
}

const atWork = (engine: TestRules, runId: number) =>
  eventually(async () => expect((await engine.rules.trace(runId)).steps.some(({ state }) => state === 'started')).toBe(true));

test('a run at work is broken off by name, nothing after its action begins, and it can be retried', async () => {
  const server = await startHookServer();
  server.holdNext();
  const engine = await startRules();
  const config = (path: string) => ({ action: 'http', config: { url: `${server.url}/${path}` } });
  await engine.save({ triggers: ['upload'], steps: [config('held'), config('next'), { ...config('alarm'), failureAction: true }] });
  await upload(engine, '/a.txt');
  await atWork(engine, 1);
  expect(await engine.rules.cancel(1, HANNA)).toMatchObject({ state: 'cancelled', error: 'Cancelled by hanna.' });
  const trace = await engine.rules.trace(1);
  expect(trace.steps.map(({ state }) => state)).toEqual(['interrupted', 'skipped', 'skipped']);
  expect(trace.steps[0]?.error).toBe('Cancelled by hanna. It was broken off in the middle.');
  expect(server.got).toEqual(['POST /held']);
  expect(await engine.recorded('RULE_RUN')).toMatchObject([
    { outcome: 'aborted', info: { outcome: 'cancelled', error: 'Cancelled by hanna.' } },
  ]);
  await expect(engine.rules.cancel(1, HANNA)).rejects.toMatchObject({ code: 'conflict' });
  await expect(engine.rules.cancel(99, HANNA)).rejects.toMatchObject({ code: 'not_found' });
  await engine.rules.retry(1, BY);
  await eventually(async () => expect((await engine.rules.trace(1)).state).toBe('done'));
});

test.each([
  ['compress', { paths: ['/big.bin'], archive: '/big.zip' }],
  ['pgp-encrypt', { pairs: [{ source: '/big.bin', target: '/big.pgp' }], password: 'p' }],
  ['copy', { pairs: [{ source: '/big.bin', target: '/copy.bin' }] }],
])('what %s had begun to write is gone after a cancel', async (action, config) => {
  const engine = await startFileActions();
  const file = openSync(engine.real('/big.bin'), 'w', 0o644);
  ftruncateSync(file, 8 * 1024 ** 3);
  closeSync(file);
  const rule = await engine.save({
    triggers: ['on-demand'],
    conditions: { users: [{ pattern: 'alice' }] },
    steps: [{ action, config, timeoutSeconds: 600 }],
  });
  const [run] = await engine.rules.run(rule.id, undefined, BY);
  await eventually(async () => {
    expect(readdirSync(engine.real('/')).length).toBeGreaterThan(1);
    await Promise.resolve();
  });
  expect(await engine.rules.cancel(run?.id ?? 0, HANNA)).toMatchObject({ state: 'cancelled' });
  expect(readdirSync(engine.real('/'))).toEqual(['big.bin']);
});

test('runs that wait are cancelled too: for a retry, for their turn, for more events', async () => {
  const server = await startHookServer([500]);
  const engine = await startRules();
  const step = { action: 'http', config: { url: server.url }, retries: 3 };
  await engine.save({ triggers: ['upload'], conditions: { names: [{ pattern: '*.retry' }] }, steps: [step] });
  await upload(engine, '/a.retry');
  expect((await engine.allRested())[0]?.state).toBe('waiting');
  expect(await engine.rules.cancel(1, BY)).toMatchObject({ state: 'cancelled', error: 'Cancelled over the API.' });

  const gather = { per: 'quiet', quietSeconds: 30 } as const;
  await engine.save({ triggers: ['upload'], conditions: { names: [{ pattern: '*.batch' }] }, timing: gather, steps: [step] });
  await upload(engine, '/a.batch');
  await eventually(async () => expect(await engine.rules.runs({ limit: 10 })).toHaveLength(2));
  expect(await engine.rules.cancel(2, HANNA)).toMatchObject({ state: 'cancelled' });
  // What comes afterwards is gathered anew.
  await upload(engine, '/b.batch');
  await eventually(async () =>
    expect((await engine.rules.runs({ limit: 10 })).map(({ id, state }) => [id, state])).toContainEqual([3, 'waiting']),
  );

  engine.settings.rules.workers = 1;
  server.holdNext();
  const rule = await engine.save({ triggers: ['on-demand'], steps: [{ ...step, retries: 0 }] });
  await engine.rules.run(rule.id, undefined, BY);
  await atWork(engine, 4);
  await engine.rules.run(rule.id, undefined, BY);
  expect(await engine.rules.cancel(5, HANNA)).toMatchObject({ state: 'cancelled', startedAt: null });
  server.release();
  expect((await engine.rested(4)).state).toBe('failed');
});
