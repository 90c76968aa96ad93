import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startFileActions } from './file-action.ts';

let count = 0;

/** Runs one action by hand and gives it as the trace shows it. */
async function act(engine: TestEngine, action: string, config: Record<string, unknown> = {}) {
  const rule = await engine.call('rules.save', {
    name: `${action} ${++count}`,
    triggers: ['on-demand'],
    steps: [{ action, config }],
  });
  const { runs } = await engine.call('rules.run', { id: rule.id });
  const { steps } = await eventually(async () => {
    const trace = await engine.call('runs.get', { id: runs[0]?.id ?? 0 });
    expect(trace.finishedAt).not.toBeNull();
    return trace;
  });
  return steps[0];
}

test('backup needs the passphrase first, then makes one file and keeps as many as it was told; rotate log begins a new file', async () => {
  const engine = await startTestEngine();
  expect(await act(engine, 'backup')).toMatchObject({
    state: 'failed',
    error: 'Set a recovery passphrase first: it is what opens a backup on another machine.',
  });
  await engine.call('secrets.setPassphrase', { passphrase: 'correct horse battery' });
  const made = await act(engine, 'backup', { keep: 1 });
  expect(made).toMatchObject({ state: 'done', detail: { removed: [] } });
  const { backups } = await engine.call('backups.list');
  expect(backups).toMatchObject([{ includesLog: true, isOurs: true }]);
  expect(made?.detail?.['path']).toBe(join(engine.dataFolder, 'backups', backups[0]?.name ?? ''));
  // One of another day in its place, and one of another installation.
  const folder = join(engine.dataFolder, 'backups');
  const bytes = readFileSync(join(folder, backups[0]?.name ?? ''));
  const old = 'gatehouse-2020-01-02-thursday-0304.backup';
  const foreign = 'gatehouse-2020-01-03-friday-0304.backup';
  const withHead = (change: (head: string) => string) => {
    const [first = '', head = ''] = bytes.toString('latin1', 0, 4096).split('\n');
    return Buffer.concat([Buffer.from(`${first}\n${change(head)}\n`), bytes.subarray(first.length + head.length + 2)]);
  };
  writeFileSync(
    join(folder, old),
    withHead((head) => head.replace(/"madeAt":"\d+/, '"madeAt":"2020')),
  );
  writeFileSync(
    join(folder, foreign),
    withHead((head) => head.replace(/"keyId":"[^"]+/, '"keyId":"0000000000000000')),
  );
  writeFileSync(join(folder, 'gatehouse-2020-01-04-saturday-0304.backup'), 'not a backup');
  const again = await act(engine, 'backup', { keep: 1, includeLog: false });
  expect(again?.detail?.['removed']).toContain(old);
  expect((await engine.call('backups.list')).backups.map(({ name, isOurs }) => [name === foreign, isOurs]).sort()).toEqual([
    [false, true],
    [true, false],
  ]);

  const log = join(engine.dataFolder, 'logs', 'gatehouse.log');
  mkdirSync(join(engine.dataFolder, 'logs'), { recursive: true });
  writeFileSync(log, 'what was logged before\n');
  expect(await act(engine, 'rotate-log')).toMatchObject({ state: 'done', detail: { rotated: true } });
  expect(readFileSync(`${log}.1`, 'utf8')).toBe('what was logged before\n');
  rmSync(log, { force: true });
  expect(await act(engine, 'rotate-log')).toMatchObject({ state: 'done', detail: { rotated: false } });
}, 60_000);

test('transfer quota reset sets the counters to 0', async () => {
  const engine = await startFileActions();
  const { id } = engine.account('alice');
  engine.store.transaction(() => engine.store.tables.accounts.transferred(id, 100, 20));
  expect(await engine.act('transfer-quota-reset', {})).toMatchObject({ state: 'done', detail: { uploaded: 100, downloaded: 20 } });
  expect(engine.account('alice')).toMatchObject({ uploadedBytes: 0, downloadedBytes: 0 });
});

test('user quota reset counts what is there', async () => {
  const engine = await startFileActions();
  const { id } = engine.account('alice');
  engine.place({ '/a.txt': '12345', '/deep/er/b.txt': '123', '/empty.txt': '' });
  engine.store.transaction(() => engine.store.tables.usage.add(id, 999, 7));
  expect(await engine.act('user-quota-reset', {})).toMatchObject({
    state: 'done',
    detail: { before: { bytes: 999, files: 7 }, after: { bytes: 8, files: 3 } },
  });
  expect(engine.store.tables.usage.get(id)).toEqual({ bytes: 8, files: 3 });
});

test('folder quota reset counts a virtual folder where somebody has it, and the count of the user leaves it out', async () => {
  const engine = await startFileActions();
  const folder = (name: string): number =>
    engine.store.tables.folders.insert({ name, description: '', path: name, quotaBytes: 0, quotaFiles: 0, remote: null }, 0);
  const shared = folder('shared');
  folder('unused');
  const alice = engine.account('alice');
  const folders = [{ path: '/deep/shared', folder: 'shared', countsInAccount: false }];
  engine.store.tables.accounts.update(alice.id, { ...alice, folders, passwordHash: null });
  mkdirSync(join(engine.exchange, 'shared', 'sub'), { recursive: true });
  writeFileSync(join(engine.exchange, 'shared', 'sub', 'a.txt'), '1234');
  engine.place({ '/own.txt': '12' });
  expect(await engine.act('folder-quota-reset', { folders: ['Shared'] })).toMatchObject({
    state: 'done',
    detail: { done: [{ before: { bytes: 0, files: 0 }, after: { bytes: 4, files: 1 } }] },
  });
  expect(engine.store.tables.folderUsage.get(shared)).toEqual({ bytes: 4, files: 1 });
  expect(await engine.act('user-quota-reset', {})).toMatchObject({ detail: { after: { bytes: 2, files: 1 } } });
  expect((await engine.act('folder-quota-reset', { folders: ['unused'] })).error).toContain('Nobody has the virtual folder unused');
  expect((await engine.act('folder-quota-reset', { folders: ['none'] })).error).toContain('There is no virtual folder none');
});
