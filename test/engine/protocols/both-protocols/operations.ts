import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Client } from '../../../helpers/clients.ts';
import { startTestEngine, type TestEngine } from '../../../helpers/engine.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import type { Finished } from '../../../helpers/run.ts';
import { ADAPTERS } from './adapters.ts';
import { CLIENTS, type ClientEntry, type ClientId, type Operation } from './matrix.ts';

/** One client in front of a running server. */
export type Situation = {
  readonly test: TestEngine;
  readonly client: Client;
  /** The same client, whose programs are killed when the signal aborts. */
  readonly killable: (signal: AbortSignal) => Client;
  /** A client that does not know the password. */
  readonly stranger: Client;
  /** Path of a file on the client's side. */
  readonly local: (name: string) => string;
  /** Real path of a file in the account's home. */
  readonly home: (name: string) => string;
};

const PASSWORD = 'correct horse';

/** A server with implicit TLS besides its other listeners, one account and the client. */
export async function setUp(id: ClientId): Promise<Situation> {
  const test = await startTestEngine();
  const entry: ClientEntry = CLIENTS[id];
  await test.call('accounts.save', { username: 'acme', password: PASSWORD });
  mkdirSync(test.home('acme'), { recursive: true });
  const port = await portOf(test, entry);
  const folder = temporaryFolder();
  const adapter = ADAPTERS[id];
  const target = { port, username: 'acme', password: PASSWORD };
  return {
    test,
    client: adapter(target),
    killable: (signal) => adapter({ ...target, signal, timeoutMs: 60_000 }),
    stranger: adapter({ ...target, password: 'wrong-secret' }),
    local: (name) => join(folder, name),
    home: (name) => test.home('acme', name),
  };
}

async function portOf(test: TestEngine, { listener, compatibility }: ClientEntry): Promise<number> {
  if (compatibility === true) {
    await test.call('settings.save', { sftp: { compatibility: true } });
    return (await test.call('server.status')).listeners.sftp.port;
  }
  if (listener !== 'ftpsImplicit') {
    const port = test[listener];
    if (port === null) throw new Error(`${listener} is off`);
    return port;
  }
  const placeholder = createServer().listen(0, '127.0.0.1');
  await once(placeholder, 'listening');
  const { port } = placeholder.address() as AddressInfo;
  placeholder.close();
  await once(placeholder, 'close');
  await test.call('settings.save', { ftp: { implicitTlsPort: port } });
  return port;
}

/** Fails with the client's own words unless it left with 0. */
export function succeeded(finished: Finished): void {
  expect({ code: finished.code, said: finished.code === 0 ? '' : finished.stderr + finished.stdout }).toEqual({ code: 0, said: '' });
}

/** Names that clients, shells and listings get wrong when somebody is careless. */
const ODD_NAMES = [
  'with space.txt',
  'Rechnung März.pdf',
  '日本語.txt',
  "it's.txt",
  '-dash',
  '#hash%20.txt',
  'a;b&c.txt',
  '[bracket].txt',
  '~tilde',
  'plain.txt',
];

/** One test for each column of the matrix. `lean`: with less of the same, for the suite that runs at every commit. */
export const RUN: Readonly<Record<Operation, (situation: Situation, lean: boolean) => Promise<void>>> = {
  async upload({ test, client, local, home }) {
    const content = randomBytes(700_001);
    writeFileSync(local('up'), content);
    succeeded(await client.put(local('up'), '/upload.bin'));
    await holds(home('upload.bin'), content);
    writeFileSync(local('empty'), '');
    succeeded(await client.put(local('empty'), '/upload.empty'));
    await holds(home('upload.empty'), '');
    // Over what is there.
    writeFileSync(local('short'), 'short');
    succeeded(await client.put(local('short'), '/upload.bin'));
    await holds(home('upload.bin'), 'short');
    const { events } = await test.call('events.search', { type: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED'], after: 0 });
    // Clients set the time of change afterwards or not.
    const uploads = events.filter((event) => event.path?.startsWith('/upload.') === true && event.info['operation'] !== 'setstat');
    expect(uploads.map((event) => [event.type, event.path, event.bytes])).toEqual([
      ['OBJECT_INSERT', '/upload.bin', 700_001],
      ['OBJECT_INSERT', '/upload.empty', 0],
      ['OBJECT_UPDATE', '/upload.bin', 5],
    ]);
  },

  async download({ test, client, local, home }) {
    const content = randomBytes(700_001);
    writeFileSync(home('download.bin'), content);
    writeFileSync(home('download.empty'), '');
    succeeded(await client.get('/download.bin', local('down')));
    expect(readFileSync(local('down')).equals(content)).toBe(true);
    succeeded(await client.get('/download.empty', local('nothing')));
    expect(readFileSync(local('nothing')).length).toBe(0);
    // Some clients leave without closing what they have read; the download is recorded when the connection ends.
    await eventually(async () => {
      const { events } = await test.call('events.search', { type: ['ASSET_DOWNLOAD', 'TRANSFER_FAILED'], after: 0 });
      const downloads = events.filter((event) => event.path === '/download.bin');
      expect(downloads.map((event) => [event.type, event.bytes])).toEqual([['ASSET_DOWNLOAD', 700_001]]);
    });
  },

  async resumeUpload({ client, local, home }) {
    const content = randomBytes(300_000);
    writeFileSync(local('whole'), content);
    writeFileSync(local('half'), content.subarray(0, 120_000));
    succeeded(await client.put(local('half'), '/resumed.bin'));
    succeeded(await demanded(client.resumePut)(local('whole'), '/resumed.bin'));
    await holds(home('resumed.bin'), content);
  },

  async resumeDownload({ client, local, home }) {
    const content = randomBytes(300_000);
    writeFileSync(home('resume.bin'), content);
    writeFileSync(local('part'), content.subarray(0, 100_000));
    succeeded(await demanded(client.resumeGet)('/resume.bin', local('part')));
    expect(readFileSync(local('part')).equals(content)).toBe(true);
  },

  async rename({ test, client, home }) {
    writeFileSync(home('before.txt'), 'content');
    succeeded(await demanded(client.manage).rename('/before.txt', '/after.txt'));
    expect(readFileSync(home('after.txt'), 'utf8')).toBe('content');
    expect(existsSync(home('before.txt'))).toBe(false);
    const { events } = await test.call('events.search', { type: ['OBJECT_UPDATE'], after: 0 });
    expect(events.filter((event) => event.info['operation'] === 'rename').map((event) => event.path)).toContain('/before.txt');
  },

  async remove({ test, client, home }) {
    writeFileSync(home('gone.txt'), 'content');
    succeeded(await demanded(client.manage).remove('/gone.txt'));
    expect(existsSync(home('gone.txt'))).toBe(false);
    const { events } = await test.call('events.search', { type: ['OBJECT_DELETE'], after: 0 });
    expect(events.map((event) => event.path)).toContain('/gone.txt');
  },

  async folders({ client, local, home }) {
    const { mkdir, rename, remove, rmdir } = demanded(client.manage);
    writeFileSync(local('inside'), 'content');
    succeeded(await mkdir('/box'));
    succeeded(await client.put(local('inside'), '/inside.txt'));
    succeeded(await rename('/inside.txt', '/box/inside.txt'));
    const listing = await client.list('/box');
    succeeded(listing);
    expect(listing.stdout).toContain('inside.txt');
    succeeded(await remove('/box/inside.txt'));
    succeeded(await rmdir('/box'));
    expect(existsSync(home('box'))).toBe(false);
  },

  async oddNames({ client, local, home }, lean) {
    const names = lean ? ODD_NAMES.slice(0, 2) : ODD_NAMES;
    for (const name of names) {
      writeFileSync(local('source'), name);
      succeeded(await client.put(local('source'), `/${name}`));
      await holds(home(name), name);
    }
    const listing = await client.list('/');
    succeeded(listing);
    for (const name of names) expect(listing.stdout).toContain(name);
    for (const name of lean ? names.slice(0, 1) : names) {
      succeeded(await client.get(`/${name}`, local('target')));
      expect(readFileSync(local('target'), 'utf8')).toBe(name);
    }
  },

  async parallel({ client, local, home }) {
    const contents = Array.from({ length: 10 }, () => randomBytes(200_000));
    contents.forEach((content, index) => writeFileSync(local(`send-${index}`), content));
    const sent = await Promise.all(contents.map((_, index) => client.put(local(`send-${index}`), `/parallel-${index}`)));
    sent.forEach(succeeded);
    await Promise.all(contents.map((content, index) => holds(home(`parallel-${index}`), content)));
    const fetched = await Promise.all(contents.map((_, index) => client.get(`/parallel-${index}`, local(`back-${index}`))));
    fetched.forEach(succeeded);
    contents.forEach((content, index) => expect(readFileSync(local(`back-${index}`)).equals(content)).toBe(true));
  },

  async abort({ test, client, killable, local, home }) {
    // Sparse: read at once, and too much for any client to be done before it is killed.
    writeFileSync(local('huge'), '');
    truncateSync(local('huge'), 16 * 1024 ** 3);
    const killed = new AbortController();
    const sending = killable(killed.signal).put(local('huge'), '/aborted.bin');
    await eventually(() => expect(largestIn(home('.'))).toBeGreaterThan(1_000_000), 60_000);
    // Over plain FTP a killed client can be told from one that is done only where the upload had lasted a while.
    await pause(1000);
    killed.abort();
    expect((await sending).code).not.toBe(0);
    await eventually(async () => {
      const { events } = await test.call('events.search', { type: ['TRANSFER_FAILED', 'OBJECT_INSERT'], after: 0 });
      const ends = events.filter((event) => event.path?.startsWith('/aborted.bin') === true);
      expect(ends.map((event) => [event.type, event.outcome])).toEqual([['TRANSFER_FAILED', 'aborted']]);
    });
    expect(existsSync(home('aborted.bin'))).toBe(false);
    writeFileSync(local('again'), 'sent again');
    succeeded(await client.put(local('again'), '/aborted.bin'));
    await holds(home('aborted.bin'), 'sent again');
  },
};

/** Waits until the file has this content: sshfs closes files behind its user's back. */
function holds(path: string, content: string | Buffer): Promise<void> {
  return eventually(() => expect(readFileSync(path).equals(Buffer.from(content))).toBe(true));
}

function largestIn(folder: string): number {
  return Math.max(
    0,
    ...readdirSync(folder).map((name) => {
      try {
        return statSync(join(folder, name)).size;
      } catch {
        return 0; // Renamed or deleted since.
      }
    }),
  );
}

function demanded<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The matrix declares what this client does not have.');
  return value;
}
