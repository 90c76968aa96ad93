import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openSealedStream, SealBroken, sealStream } from '../../../engine/lib/sealed-stream.ts';

const KEY = Buffer.alloc(32, 5);
const CONTEXT = Buffer.from('head');
const PIECE = 64 * 1024;
const SEALED_PIECE = PIECE + 16;

async function* inChunks(bytes: Buffer, size = 10_007): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const seal = (plain: Buffer): Promise<Buffer> => all(sealStream(KEY, CONTEXT, inChunks(plain)));
const open = (sealed: Buffer, key = KEY, context = CONTEXT): Promise<Buffer> => all(openSealedStream(key, context, inChunks(sealed)));

test.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])('%i bytes come back as they were', async (size) => {
  const plain = randomBytes(size);
  expect((await open(await seal(plain))).equals(plain)).toBe(true);
});

test.each<[string, (sealed: Buffer) => Buffer]>([
  ['a changed bit', (sealed) => Buffer.concat([sealed.subarray(0, 100), Buffer.from([(sealed[100] ?? 0) ^ 1]), sealed.subarray(101)])],
  ['the last piece left out', (sealed) => sealed.subarray(0, 2 * SEALED_PIECE)],
  ['the end cut off', (sealed) => sealed.subarray(0, -1)],
  ['nothing left', () => Buffer.alloc(0)],
  ['less than a tag left', (sealed) => sealed.subarray(0, 7)],
  ['something added', (sealed) => Buffer.concat([sealed, Buffer.from('more')])],
  [
    'two pieces swapped',
    (sealed) =>
      Buffer.concat([sealed.subarray(SEALED_PIECE, 2 * SEALED_PIECE), sealed.subarray(0, SEALED_PIECE), sealed.subarray(2 * SEALED_PIECE)]),
  ],
])('%s is noticed', async (_what, change) => {
  await expect(open(change(await seal(randomBytes(2 * PIECE + 500))))).rejects.toBeInstanceOf(SealBroken);
});

test('another key or context opens nothing', async () => {
  const sealed = await seal(Buffer.from('plain'));
  await expect(open(sealed, Buffer.alloc(32, 6))).rejects.toBeInstanceOf(SealBroken);
  await expect(open(sealed, KEY, Buffer.from('neck'))).rejects.toBeInstanceOf(SealBroken);
});
