import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSshSftp } from '../helpers/clients.ts';
import { damagePageOf } from '../helpers/damage.ts';
import { startTestEngine, type TestEngine } from '../helpers/engine.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { run } from '../helpers/run.ts';

const PASSWORD = 'correct horse battery';

/** A stopped data folder with a partner and a file that it can fetch. */
async function usedFolder(): Promise<string> {
  const own = await startTestEngine();
  await own.call('accounts.save', { username: 'acme', password: PASSWORD });
  expect(await put(own.sftp ?? 0, '/kept.txt')).toMatchObject({ code: 0 });
  expect(readFileSync(own.home('acme', 'kept.txt'), 'utf8')).toBe('content');
  await own.engine.stop(0);
  return own.dataFolder;
}

const client = (port: number | null) => openSshSftp({ port: port ?? 0, username: 'acme', password: PASSWORD });

function put(port: number, remote: string) {
  const local = join(temporaryFolder(), 'local');
  writeFileSync(local, 'content');
  return client(port).put(local, remote);
}

async function expectReadOnly(engine: TestEngine, finding: RegExp): Promise<void> {
  const { problems } = await engine.call('server.status');
  expect(problems.find(({ id }) => id === 'database')?.message).toMatch(finding);
  expect(problems.find(({ id }) => id === 'database')?.message).toMatch(/only reads.*gatehouse restore/);
  const local = join(temporaryFolder(), 'back');
  expect(await client(engine.sftp).get('/kept.txt', local)).toMatchObject({ code: 0 });
  expect(readFileSync(local, 'utf8')).toBe('content');
  const upload = ['-sSv', '-T', local, '-u', `acme:${PASSWORD}`, `ftp://127.0.0.1:${String(engine.ftp)}/new.txt`];
  const refused = await run('curl', upload);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toMatch(/451 .*database of this server is damaged/);
  expect(await put(engine.sftp ?? 0, '/new.txt')).not.toMatchObject({ code: 0 });
  expect(existsSync(engine.home('acme', 'new.txt'))).toBe(false);
  await expect(engine.call('accounts.save', { username: 'more', password: PASSWORD })).rejects.toThrow(/database_damaged/);
  await expect(engine.call('accounts.list')).resolves.toHaveLength(1);
}

test('a database with a damaged page is only read, until a backup is in its place', async () => {
  const dataFolder = await usedFolder();
  const file = join(dataFolder, 'gatehouse.db');
  const backup = join(temporaryFolder(), 'backup.db');
  copyFileSync(file, backup);
  damagePageOf(file, 'notices');
  const damaged = readFileSync(file);

  const engine = await startTestEngine({ dataFolder });
  await expectReadOnly(engine, /damaged.*notices/);
  const { events, newestId } = await engine.call('events.search', { limit: 100 });
  expect(events.some(({ path }) => path === '/kept.txt')).toBe(true);
  await engine.engine.stop(0);
  expect(readFileSync(file).equals(damaged)).toBe(true);

  copyFileSync(backup, file);
  const restored = await startTestEngine({ dataFolder });
  await expect(restored.call('accounts.save', { username: 'more', password: PASSWORD })).resolves.toMatchObject({ username: 'more' });
  expect((await restored.call('server.status')).problems.map(({ id }) => id)).not.toContain('database');
  const gap = await restored.call('events.search', { type: 'LOG_GAP' });
  // At least the start, the sign-ins and sign-outs of two clients, the fetched file and the stop.
  expect(gap.events[0]?.info['lost']).toBeGreaterThanOrEqual(7);
  expect(gap.events[0]?._id).toBeGreaterThan(newestId);
});

test('damage that a reader meets while Gatehouse runs ends all writing, and the next start knows of it', async () => {
  const dataFolder = await usedFolder();
  const file = join(dataFolder, 'gatehouse.db');
  damagePageOf(file, 'events_outcome');
  const engine = await startTestEngine({ dataFolder });
  await engine.call('accounts.save', { username: 'acme', displayName: 'still writable' });
  await expect(engine.call('events.search', { outcome: 'failed' })).rejects.toThrow(/database_damaged/);
  await eventually(async () => expect((await engine.call('server.status')).problems.map(({ id }) => id)).toContain('database'));
  await expectReadOnly(engine, /damaged/);
  await engine.engine.stop(0);

  const next = await startTestEngine({ dataFolder });
  await expectReadOnly(next, /damaged.*events/);
});

test('a start whose first look at the log meets damage goes on reading', async () => {
  const dataFolder = await usedFolder();
  damagePageOf(join(dataFolder, 'gatehouse.db'), 'events_type');
  const engine = await startTestEngine({ dataFolder });
  await expectReadOnly(engine, /damaged/);
});

test('where it cannot be read who may do what, it is not opened at all', async () => {
  const dataFolder = await usedFolder();
  damagePageOf(join(dataFolder, 'gatehouse.db'), 'accounts');
  await expect(startTestEngine({ dataFolder })).rejects.toMatchObject({
    code: 'database_damaged',
    message: expect.stringMatching(/accounts.*gatehouse restore/) as string,
  });
});
