import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import ssh2 from 'ssh2';
import { expect, onTestFinished } from 'vitest';
import type { Run } from '../../engine/contract/rule.ts';
import type { StoredEvent } from '../../engine/contract/event.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { seededRandom } from '../helpers/random.ts';
import { type Serving, serve } from '../helpers/serve.ts';

/** What the client knows: hashes of the contents that it sent, the names whose CLOSE was answered with ok, and those that were refused. */
export type ClientRecord = { readonly sent: Map<string, string>; readonly acknowledged: Set<string>; readonly refused: Set<string> };

/** What one of the uploads at a time puts next, and how long it waits before that. */
export type NextFile = (worker: number, index: number) => { readonly path: string; readonly content: Buffer; readonly pauseMs: number };

const WORKERS = 4;

const hash = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * Kills a loaded server `times` times at random moments and compares what is left with the client's own record, and with the record of the
 * HTTP server that a rule calls for each upload. `seed` makes the moments repeatable as far as the machine lets them be.
 */
export async function killRepeatedly(times: number, seed: number): Promise<{ acknowledged: number; runs: number; interrupted: number }> {
  const receiver = await startReceiver();
  const dataFolder = join(temporaryFolder(), 'data');
  const record: ClientRecord = { sent: new Map(), acknowledged: new Set(), refused: new Set() };
  const random = seededRandom(seed);
  let gatehouse = await serve(dataFolder);
  onTestFinished(() => gatehouse.kill());
  await gatehouse.call('accounts.save', { username: 'acme', password: 'correct horse' });
  await gatehouse.call('settings.save', { outbound: { allowLoopback: true } });
  await gatehouse.call('rules.save', {
    name: 'Call',
    triggers: ['upload'],
    steps: [{ action: 'http', config: { method: 'POST', url: `${receiver.url}/upload`, body: '{{.VirtualPath}}' } }],
  });
  for (let round = 0; round < times; round++) {
    const load = uploadUntilBroken(gatehouse.sftp, record, (worker, index) => ({
      path: `/${String(round)}-${String(worker)}-${String(index)}`,
      content: randomBytes(Math.floor(Math.random() ** 3 * 300_000)),
      pauseMs: 0,
    }));
    await pause(200 + random() * 1200);
    await gatehouse.kill();
    await load;
    gatehouse = await serve(dataFolder);
    await verifyFiles(gatehouse, join(dataFolder, 'exchange', 'acme'), record);
    verifyHiddenFiles(dataFolder, join(dataFolder, 'exchange', 'acme'));
  }
  const runs = await eventually(async () => {
    const found = await allRuns(gatehouse);
    expect(found.filter((run) => ['queued', 'running', 'waiting'].includes(run.state))).toEqual([]);
    return found;
  }, 60_000);
  await verifyRuns(gatehouse, runs, receiver.calls);
  await gatehouse.terminate();
  return {
    acknowledged: record.acknowledged.size,
    runs: runs.length,
    interrupted: runs.filter((run) => run.state === 'interrupted').length,
  };
}

/** Four uploads at a time over one connection of acme until it breaks. */
export async function uploadUntilBroken(port: number, record: ClientRecord, nextFile: NextFile): Promise<void> {
  const client = new ssh2.Client();
  let isGone = false;
  const gone = new Promise<void>((resolve) => client.once('close', resolve).on('error', () => resolve())).then(() => void (isGone = true));
  client.connect({ host: '127.0.0.1', port, username: 'acme', password: 'correct horse' });
  const connected = await Promise.race([
    new Promise<true>((resolve) => client.once('ready', () => resolve(true))),
    gone.then(() => false as const),
  ]);
  if (!connected) return;
  client.sftp((error, sftp) => {
    if (error !== undefined) return;
    sftp.on('error', () => undefined);
    for (let worker = 0; worker < WORKERS; worker++) void work(sftp, worker);
  });
  await gone;

  async function work(sftp: ssh2.SFTPWrapper, worker: number): Promise<void> {
    for (let index = 0; ; index++) {
      const { path, content, pauseMs } = nextFile(worker, index);
      await pause(pauseMs);
      if (isGone) return;
      record.sent.set(path, hash(content));
      const answer = await new Promise<Error | null | undefined>((resolve) => sftp.writeFile(path, content, resolve));
      if (answer === undefined || answer === null) record.acknowledged.add(path);
      else if (isRefusal(answer)) record.refused.add(path);
    }
  }
}

/** Whether the server answered so; where the connection is gone there is no status. */
function isRefusal(error: Error): boolean {
  const { PERMISSION_DENIED, FAILURE } = ssh2.utils.sftp.STATUS_CODE;
  return 'code' in error && (error.code === PERMISSION_DENIED || error.code === FAILURE);
}

/** Every hidden file has its row in the journal, and every row its file. */
function verifyHiddenFiles(dataFolder: string, home: string): void {
  const db = new Database(join(dataFolder, 'gatehouse.db'), { readonly: true });
  const rows = db.prepare<[], { temporary: string }>('SELECT temporary FROM uploads').all();
  db.close();
  const hidden = readdirSync(home).filter((name) => name.startsWith('.gatehouse-'));
  expect(hidden.sort()).toEqual(rows.map(({ temporary }) => temporary).sort());
}

/** No acknowledged file lost, none torn, one event for each. */
export async function verifyFiles(gatehouse: Serving, home: string, record: ClientRecord): Promise<void> {
  const names = readdirSync(home);
  const finals = names.filter((name) => !name.startsWith('.gatehouse-'));
  for (const name of finals)
    expect(`${name} ${hash(readFileSync(join(home, name)))}`).toBe(`${name} ${String(record.sent.get(`/${name}`))}`);
  const present = new Set(finals.map((name) => `/${name}`));
  expect([...record.acknowledged].filter((path) => !present.has(path))).toEqual([]);
  const events = (await allUploads(gatehouse)).map((event) => event.path ?? '');
  expect(events.length).toBe(new Set(events).size);
  expect(new Set(events)).toEqual(present);
}

/** Each upload has one run; its call went out once, or at most once where the kill interrupted it, and the run says which. */
async function verifyRuns(gatehouse: Serving, runs: readonly Run[], calls: ReadonlyMap<string, number>): Promise<void> {
  const uploads = await allUploads(gatehouse);
  const byEvent = new Map(runs.map((run) => [run.eventId, run]));
  expect(runs.length).toBe(uploads.length);
  for (const upload of uploads) {
    const run = byEvent.get(upload._id);
    const times = calls.get(upload.path ?? '') ?? 0;
    if (run?.state === 'interrupted') expect(times, `${String(upload.path)} was interrupted`).toBeLessThanOrEqual(1);
    else expect(`${String(upload.path)} ${String(run?.state)} ${String(times)}`).toBe(`${String(upload.path)} done 1`);
  }
}

/** The events of complete uploads, in order. */
export async function allUploads(gatehouse: Serving): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  // On a busy machine a page ends before the log does.
  for (let after: number | null = 0; after !== null; ) {
    const page: { events: StoredEvent[]; cursor: number | null } = await gatehouse.call('events.search', {
      type: 'OBJECT_INSERT',
      after,
      limit: 1000,
    });
    found.push(...page.events);
    after = page.cursor;
  }
  return found.filter((event) => event.schema === 'USER');
}

/** Every run, newest first. */
export async function allRuns(gatehouse: Serving): Promise<Run[]> {
  const found: Run[] = [];
  for (;;) {
    const before = found.at(-1)?.id;
    const page = await gatehouse.call('runs.list', { limit: 1000, ...(before === undefined ? {} : { before }) });
    found.push(...page);
    if (page.length < 1000) return found;
  }
}

async function startReceiver(): Promise<{ url: string; calls: Map<string, number> }> {
  const calls = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      calls.set(body, (calls.get(body) ?? 0) + 1);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, calls };
}
