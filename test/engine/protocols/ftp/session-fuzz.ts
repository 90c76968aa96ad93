import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { expect } from 'vitest';
import type { StoredEvent } from '../../../../engine/contract/event.ts';
import { REGISTRY } from '../../../../engine/protocols/ftp/registry.ts';
import { openDescriptors } from '../../../helpers/descriptors.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { seededRandom } from '../../../helpers/random.ts';
import { PASSWORD, startFtp, type TestFtp } from './ftp-server.ts';
import { openData, RawClient } from './raw-client.ts';

/** Seeded clients gone mad: verbs in any order, games with data connections, aborts and TLS at random places. */

/** Not drawn at random: what a client finds its place by, what ends it, and what has an action of its own. */
const OWN = new Set(['PWD', 'XPWD', 'QUIT', 'AUTH']);
const VERBS = [...REGISTRY.keys()].filter((verb) => !OWN.has(verb));
/** Names that no upload of `Client.upload` bears. */
const ARGUMENTS = [
  ...['', '/', '..', 'a', 'b', 'dir', 'dir/c', '../../etc/passwd', 'a"b', '*', '-la', 'x'.repeat(300)],
  ...['0', '5', '99999999999999999999', 'I', 'A', 'P', 'C', 'partner', 'nobody', 'MLST size;', 'UTF8 ON', '20260101000000 a'],
  ...['127,0,0,1,200,1', '|1|127.0.0.1|51201|', 'CHMOD 600 a', 'MD5 a', 'HELP'],
];

type Random = (below: number) => number;

function random(seed: number): Random {
  const next = seededRandom(seed);
  return (below) => Math.floor(next() * below);
}

const one = <T>(draw: Random, of: readonly T[]): T => of[draw(of.length)] as T;

/** What was fully sent under a name, and whether any of it was acknowledged. */
type Sent = { readonly contents: Buffer[]; acknowledged: number };

class Client {
  readonly #test: TestFtp;
  readonly #draw: Random;
  readonly #prefix: string;
  readonly #sent: Map<string, Sent>;
  #client: RawClient | null = null;
  #tls = false;
  #left: Socket[] = [];

  constructor(test: TestFtp, seed: number, sent: Map<string, Sent>) {
    this.#test = test;
    this.#draw = random(seed);
    this.#prefix = `whole-${seed}`;
    this.#sent = sent;
  }

  async act(): Promise<void> {
    const action = one(this.#draw, ['lines', 'lines', 'upload', 'upload', 'upload', 'data', 'tls', 'leave'] as const);
    // That the server hangs up on such a client is no defect.
    await this[action]().catch(() => this.leave());
  }

  /** Ends whatever is open. */
  leave(): Promise<void> {
    if (this.#draw(3) === 0) this.#client?.send('QUIT\r\n');
    this.#client?.destroy();
    this.#client = null;
    this.#tls = false;
    for (const socket of this.#left.splice(0)) socket.destroy();
    return Promise.resolve();
  }

  async lines(): Promise<void> {
    const client = await this.#connected();
    const lines = Array.from({ length: 1 + this.#draw(8) }, () => `${one(this.#draw, VERBS)} ${one(this.#draw, ARGUMENTS)}\r\n`).join('');
    for (let at = 0; at < lines.length; ) {
      const size = this.#draw(2) === 0 ? lines.length : 1 + this.#draw(20);
      client.send(lines.slice(at, at + size));
      at += size;
    }
  }

  async upload(): Promise<void> {
    const client = await this.#inStep();
    const isPrivate = this.#tls && this.#draw(2) === 0;
    if (isPrivate) {
      await client.command('PBSZ 0');
      await client.command('PROT P');
    }
    const path = `/${this.#prefix}-${this.#draw(4)}`;
    const content = Buffer.concat([randomBytes(this.#draw(3) === 0 ? 0 : this.#draw(300_000)), Buffer.from('.')]);
    const port = await client.passive();
    if (this.#draw(6) === 0) this.#left.push(await openData(port, '127.0.0.1', '127.0.0.2'));
    const plain = await openData(port);
    this.#left.push(plain);
    if (!/^150 /.test(await client.command(`STOR ${path}`))) return;
    const data = isPrivate ? await secured(plain) : plain;
    const half = content.subarray(0, this.#draw(content.length));
    switch (one(this.#draw, ['whole', 'whole', 'whole', 'busy', 'abort', 'reset', 'vanish', 'quit'] as const)) {
      case 'whole':
        await this.#finish(client, data, path, content);
        return;
      case 'busy':
        data.write(half);
        client.send(`NOOP\r\nSTAT\r\n${one(this.#draw, VERBS)} ${one(this.#draw, ARGUMENTS)}\r\n`);
        data.end(content.subarray(half.length));
        this.#note(path, content);
        return;
      case 'abort':
        data.write(half);
        client.send(this.#draw(2) === 0 ? 'ABOR\r\n' : Buffer.from([0xff, 0xf4, 0xff, 0xf2, ...Buffer.from('ABOR\r\n')]));
        return;
      case 'reset':
        data.write(half);
        if (isPrivate) data.destroy();
        else reset(plain);
        return;
      case 'vanish':
        // In order or not: nobody was told that it arrived.
        data.end(content);
        this.#note(path, content);
        client.destroy();
        this.#client = null;
        return;
      case 'quit':
        client.send('QUIT\r\n');
        data.end(content);
        this.#note(path, content);
    }
  }

  /** Data connections that nobody asked for, that carry nothing, or that come too often. */
  async data(): Promise<void> {
    const client = await this.#inStep();
    for (let count = this.#draw(3); count >= 0; count--) {
      const port = await client.passive();
      if (this.#draw(3) > 0) this.#left.push(await openData(port));
    }
    const last = this.#left.at(-1);
    if (this.#draw(2) === 0) last?.end('unasked');
    client.send(`${one(this.#draw, ['LIST', 'MLSD', 'NLST', 'RETR a', 'STOR a', 'STOU', 'APPE b', 'REST 3\r\nSTOR a', 'ABOR'])}\r\n`);
    if (this.#draw(2) === 0) client.send('ABOR\r\n');
    if (this.#draw(2) === 0 && last !== undefined) reset(last);
  }

  async tls(): Promise<void> {
    // AUTH comes before USER; after it, it is refused.
    await this.leave();
    const client = await this.#connected();
    switch (one(this.#draw, ['handshake', 'handshake', 'garbage', 'injected', 'vanish'] as const)) {
      case 'handshake':
        await client.startTls();
        this.#tls = true;
        return;
      case 'garbage':
        client.send(Buffer.concat([Buffer.from('AUTH TLS\r\n'), randomBytes(200)]));
        break;
      case 'injected':
        client.send('AUTH TLS\r\nDELE a\r\n');
        break;
      case 'vanish':
        client.send('AUTH TLS\r\n');
    }
    await pause(this.#draw(5));
    await this.leave();
  }

  async #finish(client: RawClient, data: Socket, path: string, content: Buffer): Promise<void> {
    this.#note(path, content);
    data.end(content);
    if (/^226 /.test(await client.reply())) (this.#sent.get(path) as Sent).acknowledged++;
  }

  #note(path: string, content: Buffer): void {
    const sent = this.#sent.get(path) ?? { contents: [], acknowledged: 0 };
    sent.contents.push(content);
    this.#sent.set(path, sent);
  }

  async #connected(): Promise<RawClient> {
    if (this.#client?.ended === true) await this.leave();
    this.#client ??= await RawClient.connect(this.#test.port);
    return this.#client;
  }

  /** Signed in, in the top folder, with every earlier reply read. */
  async #inStep(): Promise<RawClient> {
    const client = await this.#connected();
    for (const socket of this.#left.splice(0)) socket.destroy();
    client.send(`ABOR\r\nUSER partner\r\nPASS ${PASSWORD}\r\nXPWD\r\n`);
    while (!/^257 "\/" is/.test(await client.reply()));
    return client;
  }
}

/** Node never closes a socket that is reset while it ends. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

async function secured(socket: Socket): Promise<Socket> {
  const secure = connectTls({ socket, rejectUnauthorized: false });
  secure.on('error', () => undefined);
  await once(secure, 'secureConnect');
  return secure;
}

/**
 * Lets `clients` of them do `actions` each at the same time, and then looks at what may never be: a session, port or descriptor left over; an
 * acknowledged upload that is not recorded; a file that nobody sent so; a hidden file without its journal row, or the other way round; storage
 * that is counted wrongly; an error that is the server's own.
 */
export async function fuzzSessions(seed: number, clients: number, actions: number): Promise<void> {
  const test = await startFtp({ limits: { dataConnectMs: 100, stallMs: 200, loginAttempts: 50 } });
  const seen: StoredEvent[] = [];
  test.events.subscribe((batch) => void seen.push(...batch));
  const before = openDescriptors(test.exchange);
  const sent = new Map<string, Sent>();
  await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      const client = new Client(test, seed * 1000 + index, sent);
      for (let action = 0; action < actions; action++) await client.act();
      await client.leave();
    }),
  );
  await eventually(() => expect(test.vfs.sessions()).toEqual([]));
  await eventually(() => expect(openDescriptors(test.exchange), `seed ${seed}: descriptors`).toBeLessThanOrEqual(before));
  await test.stop(1000);
  await test.events.flush();
  expect(
    test.logged.filter((line) => line.startsWith('error')),
    `seed ${seed}`,
  ).toEqual([]);

  const uploads = seen.filter(({ type, outcome }) => (type === 'OBJECT_INSERT' || type === 'OBJECT_UPDATE') && outcome === 'ok');
  for (const [path, { contents, acknowledged }] of sent) {
    const recorded = uploads.filter((event) => event.path === path).length;
    expect(recorded, `seed ${seed}: records of ${path}`).toBeGreaterThanOrEqual(acknowledged);
    const file = join(test.home, path);
    if (acknowledged > 0 || recorded > 0)
      expect(
        contents.some((content) => content.equals(readFileSync(file))),
        `seed ${seed}: content of ${path}`,
      ).toBe(true);
  }
  const files = readdirSync(test.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hidden = files.filter(({ name }) => /^\.gatehouse-.*\.part$/.test(name)).map(({ name }) => name);
  const rows = test.store.tables.uploads.all().map(({ temporary, state }) => [temporary, state]);
  expect(rows.toSorted(), `seed ${seed}: partials`).toEqual(hidden.map((name) => [name, 'partial']).toSorted());
  const visible = files.filter(({ name }) => !hidden.includes(name)).map(({ name, parentPath }) => statSync(join(parentPath, name)).size);
  const { bytes, files: count } = test.store.tables.usage.get(test.account('partner').id);
  expect({ bytes, count }, `seed ${seed}: storage`).toEqual({ bytes: visible.reduce((sum, size) => sum + size, 0), count: visible.length });
}
