import { expect } from 'vitest';
import { PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { MalformedPacket } from '../../../../engine/protocols/sftp/packets.ts';
import { TestConversation } from './fake-session.ts';
import { packet } from './raw-client.ts';

/** The same numbers for the same seed (mulberry32), so that a failure can be played again. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const KINDS = Object.values(PacketType).filter((type) => type >= PacketType.OPEN && type <= PacketType.SYMLINK);
const PATHS = ['/', '/a', '', '..', '/ä/b', 'x'.repeat(5000), '\0'];
const EXTENSIONS = [
  'posix-rename@openssh.com',
  'limits@openssh.com',
  'fsync@openssh.com',
  'fstatvfs@openssh.com',
  'statvfs@openssh.com',
  'expand-path@openssh.com',
  'home-directory',
  'lsetstat@openssh.com',
  'no@such',
];

function randomRequest(random: (below: number) => number, id: number, handles: readonly Buffer[]): Buffer {
  const handle = (): Buffer => handles[random(handles.length + 1)] ?? Buffer.from([0, 0, 0, random(256)]);
  const path = (): string => PATHS[random(PATHS.length)] ?? '/';
  const number = (): number => (random(3) === 0 ? 0xffff_ffff - random(5) : random(600_000));
  const position = (): bigint => (random(8) === 0 ? 2n ** 63n : BigInt(random(1 << 30)));
  if (random(8) === 0)
    return packet(PacketType.EXTENDED, id, EXTENSIONS[random(EXTENSIONS.length)] ?? '', random(2) === 0 ? path() : handle(), path());
  if (random(12) === 0) return packet(PacketType.EXTENDED, id, 'copy-data', handle(), position(), position(), handle(), position());
  const type = KINDS[random(KINDS.length)] ?? PacketType.STAT;
  switch (type) {
    case PacketType.OPEN:
      return packet(type, id, path(), random(64), 0);
    case PacketType.READ:
      return packet(type, id, handle(), position(), number());
    case PacketType.WRITE:
      return packet(type, id, handle(), position(), Buffer.alloc(random(20_000)));
    case PacketType.CLOSE:
    case PacketType.FSTAT:
    case PacketType.READDIR:
      return packet(type, id, handle());
    case PacketType.FSETSTAT:
      return packet(type, id, handle(), random(16), number(), number(), number(), number());
    case PacketType.RENAME:
    case PacketType.SYMLINK:
      return packet(type, id, path(), path());
    default:
      return packet(type, id, path(), 0);
  }
}

/** Changes a few bytes, or the length; a length that no longer fits shifts everything behind it. */
function damage(random: (below: number) => number, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  for (let count = 1 + random(3); count > 0; count--) changed[4 + random(Math.max(1, changed.length - 4))] = random(256);
  return changed;
}

/**
 * One client gone mad: `packets` requests, every fourth damaged, in chunks of random size. Each request must get exactly one answer as long
 * as the stream is readable, everything opened must be ended, and nothing but MalformedPacket may be thrown.
 */
export async function fuzzConversation(seed: number, packets: number): Promise<void> {
  const random = seeded(seed);
  const test = new TestConversation();
  const sent: number[] = [];
  const stream: Buffer[] = [];
  for (let id = 1; id <= packets; id++) {
    const handles = Array.from({ length: 4 }, (_, index) => Buffer.from([0, 0, 0, index]));
    const request = randomRequest(random, id, handles);
    const broken = random(4) === 0;
    if (!broken) sent.push(id);
    stream.push(broken ? damage(random, request) : request);
  }
  const bytes = Buffer.concat(stream);
  let readable = true;
  for (let at = 0; at < bytes.length && readable; ) {
    const size = 1 + random(random(4) === 0 ? 40 : 40_000);
    try {
      test.conversation.receive(bytes.subarray(at, at + size));
    } catch (thrown) {
      expect(thrown, `seed ${seed}`).toBeInstanceOf(MalformedPacket);
      readable = false;
    }
    at += size;
    if (random(3) === 0) await test.turn();
  }
  await test.conversation.finish();
  await test.turn();
  await test.conversation.abandon('connection_lost');
  const answers = new Map<number, number>();
  for (const { id } of test.replies) answers.set(id, (answers.get(id) ?? 0) + 1);
  // Damage to an id may hit one that is in use; those are the only doubles there may be.
  if (readable) for (const id of sent) expect(answers.get(id) ?? 0, `seed ${seed}, request ${id}`).toBeGreaterThanOrEqual(1);
  const count = (pattern: RegExp): number => test.fake.calls.filter((call) => pattern.test(call)).length;
  expect(count(/^(finishUpload|abortUpload)/), `seed ${seed}: uploads`).toBe(count(/^openWrite /));
  expect(count(/^(finishDownload|abortDownload)/), `seed ${seed}: downloads`).toBe(count(/^openRead /));
  expect(count(/^closeListing/), `seed ${seed}: listings`).toBe(count(/^list /));
}
