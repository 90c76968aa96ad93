import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import { startRules, type TestRules } from '../../helpers/rules.ts';
import { names, put } from '../../helpers/vfs.ts';

const told = async (test: Pick<TestRules, 'recorded'>): Promise<string[]> =>
  (await test.recorded('OBJECT_INSERT', 'OBJECT_UPDATE', 'OBJECT_DELETE', 'TRANSFER_FAILED', 'USER_LOGOUT')).map(
    ({ type, info, path, bytes }) => `${type} ${(info['operation'] ?? info['direction'] ?? '') as string} ${String(path)} ${String(bytes)}`,
  );

const AFTER_RENAME = { mtimeMs: Date.UTC(2026, 0, 1) };

it('an upload under a temporary name counts once, under the name that it is given, also over an old file', async () => {
  const test = await startRules();
  const account = test.account('acme');
  const session = await test.login(account);
  await put(session, '/a.pdf.filepart', 'first');
  expect(await told(test)).toEqual([]);
  expect(await names(session, '/')).toEqual(['a.pdf.filepart']);
  await session.rename('/a.pdf.filepart', '/a.pdf', { overwrite: false });
  await session.setAttributes('/a.pdf', AFTER_RENAME);
  await put(session, '/a.pdf.filepart', 'the second');
  await session.rename('/a.pdf.filepart', '/a.pdf', { overwrite: true });
  expect(await told(test)).toEqual([
    'OBJECT_INSERT upload /a.pdf 5',
    'OBJECT_UPDATE setstat /a.pdf null',
    'OBJECT_UPDATE overwrite /a.pdf 10',
  ]);
  expect(test.store.tables.usage.get(account.id)).toEqual({ bytes: 10, files: 1 });
  const [inserted, , overwritten] = await test.recorded('OBJECT_INSERT', 'OBJECT_UPDATE');
  expect([inserted?.object_id, inserted?.object_version]).toEqual([overwritten?.object_id, 1]);
});

it('it counts under its own name when nobody renames it in time, when its session ends, and before it is deleted or moved with its folder', async () => {
  const test = await startRules();
  const account = test.account('acme');
  const session = await test.login(account);
  await session.mkdir('/in');
  await put(session, '/late.part', 'x');
  test.clock.advance(59_000);
  await test.vfs.settleNames();
  expect(await told(test)).toEqual(['OBJECT_INSERT mkdir /in null']);
  test.clock.advance(1000);
  await test.vfs.settleNames();
  await put(session, '/in/moved.part', 'x');
  await session.rename('/in', '/out', { overwrite: false });
  await put(session, '/gone.part', 'x');
  await session.remove('/gone.part');
  await put(session, '/left.part', 'x');
  await session.close('disconnected');
  expect((await told(test)).slice(1)).toEqual([
    'OBJECT_INSERT upload /late.part 1',
    'OBJECT_INSERT upload /in/moved.part 1',
    'OBJECT_UPDATE rename /in null',
    'OBJECT_INSERT upload /gone.part 1',
    'OBJECT_DELETE delete /gone.part 1',
    'OBJECT_INSERT upload /left.part 1',
    'USER_LOGOUT  null null',
  ]);
  expect(test.store.tables.usage.get(account.id)).toEqual({ bytes: 3, files: 3 });
});

it('what was complete before a kill counts after it, under the name that the file has', async () => {
  const before = await startRules();
  const session = await before.login(before.account('acme'));
  await put(session, '/a.part', 'content');
  await before.store.close();
  const after = await startRules({ dataFolder: before.dataFolder });
  await after.vfs.settleNames();
  expect(await told(after)).toEqual(['OBJECT_INSERT upload /a.part 7']);
});

it('rules that the client waits for run on the answer to the rename, with the final name; what they refuse is gone', async () => {
  const hook = await startHookServer([200, 500]);
  const test = await startRules();
  await test.save({
    triggers: ['upload'],
    conditions: { names: [{ pattern: '*.pdf' }] },
    steps: [
      { action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/seen/{{.ObjectName}}' }] }, sync: true },
      { action: 'http', config: { method: 'POST', url: hook.url, body: '{{.VirtualPath}}' }, sync: true },
    ],
  });
  const account = test.account('acme');
  const session = await test.login(account);
  await session.mkdir('/in');
  await put(session, '/a.pdf.filepart', 'content');
  expect(hook.got).toEqual([]);
  await session.rename('/a.pdf.filepart', '/in/a.pdf', { overwrite: false });
  expect(hook.bodies).toEqual(['/in/a.pdf']);
  expect(readFileSync(join(test.exchange, 'acme', 'seen', 'a.pdf'), 'utf8')).toBe('content');
  await put(session, '/a.pdf.filepart', 'newer');
  await expect(session.rename('/a.pdf.filepart', '/in/a.pdf', { overwrite: true })).rejects.toThrow('A rule of this server refused');
  expect(readFileSync(join(test.exchange, 'acme', 'in', 'a.pdf'), 'utf8')).toBe('content');
  expect(existsSync(join(test.exchange, 'acme', 'a.pdf.filepart'))).toBe(false);
  expect((await told(test)).filter((line) => !/seen|create/.test(line))).toEqual([
    'OBJECT_INSERT mkdir /in null',
    'OBJECT_INSERT upload /in/a.pdf 7',
    'TRANSFER_FAILED upload /in/a.pdf 5',
  ]);
  expect((await test.allRested()).map(({ state, eventId }) => `${state} ${String(eventId !== null)}`)).toEqual([
    'done true',
    'partly false',
  ]);
});

it('a copy and what a rule writes wait for no name', async () => {
  const test = await startRules();
  const account = test.account('acme');
  const session = await test.login(account);
  await put(session, '/a', 'x');
  await session.copy('/a', '/a.part', { overwrite: false });
  const rule = await test.login(account, { origin: 'rule', causedBy: null });
  await put(rule, '/b.part', 'x');
  await eventually(async () =>
    expect(await told(test)).toEqual(['OBJECT_INSERT upload /a 1', 'OBJECT_INSERT copy /a.part 1', 'OBJECT_INSERT upload /b.part 1']),
  );
});
