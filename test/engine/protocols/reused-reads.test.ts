import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as tcpConnect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OpenFlag, PacketType } from '../../../engine/protocols/sftp/packet-types.ts';
import { reuseReads, type ReuseOptions } from '../../../engine/protocols/reused-reads.ts';
import { seededRandom } from '../../helpers/random.ts';
import { connect, rawSftp } from './sftp/raw-client.ts';
import { startSftp } from './sftp/start-sftp.ts';

type Pair = { readonly client: Socket; readonly socket: Socket; readonly chunks: Buffer[]; readonly listener: Server };

async function connected(isKept: (bytes: ArrayBufferLike) => boolean, options?: ReuseOptions): Promise<Pair> {
  const accepted = Promise.withResolvers<Socket>();
  const listener = createServer({ pauseOnConnect: true }, accepted.resolve);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const client = tcpConnect((listener.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  const socket = reuseReads(await accepted.promise, isKept, options);
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
    listener.close();
  });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { client, socket, chunks, listener };
}

async function say(pair: Pair, text: string): Promise<void> {
  const { length } = pair.chunks;
  pair.client.write(text);
  while (pair.chunks.length === length) await turn();
}

describe('a connection that reads into the same memory again', () => {
  it('does so once nobody keeps what was read', async () => {
    const pair = await connected(() => false);
    await say(pair, 'first');
    await say(pair, 'other');
    expect(pair.chunks.map(String)).toEqual(['other', 'other']);
  });

  it('leaves alone what is kept', async () => {
    let kept = true;
    const pair = await connected(() => kept);
    await say(pair, 'first');
    kept = false;
    await say(pair, 'second');
    expect(pair.chunks.map(String)).toEqual(['first', 'second']);
    await say(pair, '1234');
    expect(pair.chunks.map(String)).toEqual(['1234t', 'second', '1234']);
  });

  it('keeps any amount', async () => {
    const pair = await connected(() => true);
    const content = randomBytes(3_000_000);
    pair.client.end(content);
    await once(pair.socket, 'end');
    expect(Buffer.concat(pair.chunks).equals(content)).toBe(true);
    expect(new Set(pair.chunks.map((chunk) => chunk.buffer)).size).toBeLessThan(20);
  });

  it('goes round a few pieces of memory while others of them are kept', async () => {
    let newest: ArrayBufferLike[] = [];
    const pair = await connected((bytes) => newest.includes(bytes), { slabs: 4, paused: true });
    let content = Buffer.alloc(0);
    const used = new Set<ArrayBufferLike>();
    pair.socket.removeAllListeners('data').on('data', (chunk: Buffer) => {
      content = Buffer.concat([content, chunk]);
      used.add(chunk.buffer);
      newest = [...new Set([...newest, chunk.buffer])].slice(-3);
    });
    const sent = randomBytes(8_000_000);
    pair.client.end(sent);
    await turn();
    expect(content.length).toBe(0);
    pair.socket.resume();
    await once(pair.socket, 'end');
    expect(content.equals(sent)).toBe(true);
    expect(used.size).toBeLessThanOrEqual(4);
  });

  it('hands its memory on to the next one when nobody keeps it any more', async () => {
    const first = await connected(() => false);
    await say(first, 'first');
    const memory = first.chunks[0]?.buffer;
    first.client.end();
    await once(first.socket, 'close');
    const next = await connected(() => false);
    await say(next, 'next');
    expect(next.chunks[0]?.buffer).toBe(memory);

    const kept = await connected(() => true);
    await say(kept, 'kept');
    kept.client.end();
    await once(kept.socket, 'close');
    const other = await connected(() => false);
    await say(other, 'other');
    expect(other.chunks[0]?.buffer).not.toBe(kept.chunks[0]?.buffer);
  });

  it('ends as any other, and lets its server close', async () => {
    const pair = await connected(() => false);
    expect(pair.socket.remoteAddress).toBe('127.0.0.1');
    pair.socket.end('bye');
    const [word] = (await once(pair.client, 'data')) as [Buffer];
    expect(word.toString()).toBe('bye');
    pair.client.end();
    await once(pair.socket, 'close');
    await new Promise((resolve) => pair.listener.close(resolve));
  });
});

/** Passes on what a client sends in pieces of up to `most` bytes, a piece per turn. Returns its port. */
async function inPieces(port: number, most: number): Promise<number> {
  const random = seededRandom(7);
  const relay = createServer({ noDelay: true }, (near) => {
    const far = tcpConnect({ port, host: '127.0.0.1', noDelay: true });
    far.pipe(near);
    for (const side of [near, far]) side.on('error', () => undefined).on('close', () => void [near, far].map((other) => other.destroy()));
    near.on('data', (chunk: Buffer) => {
      near.pause();
      void (async () => {
        for (let at = 0; at < chunk.length; ) {
          const piece = chunk.subarray(at, at + Math.ceil(random() * most));
          at += piece.length;
          far.write(piece);
          await turn();
        }
        near.resume();
      })();
    });
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  onTestFinished(() => void relay.close());
  return (relay.address() as AddressInfo).port;
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.each(['aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr'] as const)('over it, through %s,', (cipher) => {
  it('an upload arrives whole that key exchanges interrupt and whose client reads no answers', async () => {
    const test = await startSftp({ rekey: { bytes: 1_500_000, ms: 3_600_000 } });
    const port = await inPieces(test.server.port, 60_000);
    const { sftp } = await rawSftp(await connect(test, { port, algorithms: { cipher: [cipher] } }));
    const handle = await sftp.open('/a', OpenFlag.WRITE | OpenFlag.CREAT | OpenFlag.TRUNC);
    const content = randomBytes(8_000_000);
    sftp.channel.pause();
    for (let at = 0; at < content.length; at += 200_000)
      sftp.request(PacketType.WRITE, handle, BigInt(at), content.subarray(at, at + 200_000));
    sftp.request(PacketType.CLOSE, handle);
    sftp.channel.resume();
    for (let answers = 0; answers < 41; answers++) expect((await sftp.answer()).body.uint32()).toBe(0);
    expect(hash(readFileSync(test.home('a')))).toBe(hash(content));
  }, 30_000);

  it('packets may be cut anywhere, before their authentication too', async () => {
    const test = await startSftp();
    const port = await inPieces(test.server.port, 200);
    const { sftp } = await rawSftp(await connect(test, { port, algorithms: { cipher: [cipher] } }));
    const handle = await sftp.open('/a', OpenFlag.WRITE | OpenFlag.CREAT | OpenFlag.TRUNC);
    const content = randomBytes(30_000);
    for (let at = 0; at < content.length; at += 60) sftp.request(PacketType.WRITE, handle, BigInt(at), content.subarray(at, at + 60));
    for (let answers = 0; answers < 500; answers++) expect((await sftp.answer()).body.uint32()).toBe(0);
    await sftp.ask(PacketType.CLOSE, handle);
    expect(hash(readFileSync(test.home('a')))).toBe(hash(content));
  }, 30_000);
});
