import { describe, expect, it } from 'vitest';
import { type Packet, PacketSplitter } from '../../../../engine/protocols/sftp/packet-splitter.ts';
import { MAX_PACKET_LENGTH, PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { MalformedPacket } from '../../../../engine/protocols/sftp/packets.ts';
import { packet } from './raw-client.ts';

const handle = Buffer.from([0, 0, 0, 7]);
const payload = Buffer.from(Array.from({ length: 9000 }, (_, index) => index % 251));
const STREAM = Buffer.concat([
  packet(PacketType.INIT, 3),
  packet(PacketType.WRITE, 1, handle, 5n, payload),
  packet(PacketType.CLOSE, 2, handle),
  packet(PacketType.WRITE, 3, handle, 0n, Buffer.alloc(0)),
  packet(PacketType.STAT, 4, '/a/b'),
  packet(PacketType.WRITE, 5, handle, 5n, payload.subarray(0, 3)),
]);

function split(stream: Buffer, size: number): Packet[] {
  const packets: Packet[] = [];
  const splitter = new PacketSplitter((found) => packets.push(found));
  const memory = Buffer.alloc(size);
  for (let at = 0; at < stream.length; at += size) {
    // As a connection does that reads into the same memory again.
    const count = stream.copy(memory, 0, at, at + size);
    splitter.push(memory.subarray(0, count));
    memory.fill(0xee);
  }
  return packets;
}

const flat = (packets: readonly Packet[]): unknown[] =>
  packets.map(({ type, body, payload }) => ({ type, body: body.toString('hex'), payload: payload.toString('hex') }));

describe('PacketSplitter', () => {
  const whole = flat(split(STREAM, STREAM.length));

  it('separates the payload of a WRITE from its fields', () => {
    const [, write] = split(STREAM, STREAM.length);
    expect(write?.body.readUInt32BE(0)).toBe(1);
    expect(write?.payload.equals(payload)).toBe(true);
    expect(whole.map((found) => (found as Packet).type)).toEqual([1, 6, 4, 6, 17, 6]);
  });

  it.each([1, 2, 3, 5, 7, 13, 64, 1000, 2047, 2048, 2049, 4096])('finds the same packets in chunks of %i bytes', (size) => {
    expect(flat(split(STREAM, size))).toEqual(whole);
  });

  it('says of each packet whether the next one had begun', () => {
    const isFollowed = (size: number): boolean[] => split(STREAM, size).map((found) => found.isFollowed);
    expect(isFollowed(STREAM.length)).toEqual([true, true, true, true, true, false]);
    expect(isFollowed(1)).toEqual([false, false, false, false, false, false]);
  });

  it.each([
    ['a length of zero', Buffer.from([0, 0, 0, 0, 1])],
    ['a packet above the limit', Buffer.concat([Buffer.from([0, 4, 0, 1]), Buffer.from([3])])],
    ['a text protocol', Buffer.from('GET / HTTP/1.1\r\n')],
    [
      'a WRITE whose handle reaches past its end',
      Buffer.concat([Buffer.from([0, 0, 0, 20, 6, 0, 0, 0, 1, 0, 0, 0, 200]), Buffer.alloc(11)]),
    ],
    ['a WRITE with a handle of 4 GiB', Buffer.from([0, 0, 0, 40, 6, 0, 0, 0, 1, 255, 255, 255, 255])],
  ])('refuses %s', (_what, bytes) => {
    expect(() => split(bytes, bytes.length)).toThrow(MalformedPacket);
    expect(() => split(bytes, 1)).toThrow(MalformedPacket);
  });

  it('takes the largest packet', () => {
    const name = Buffer.alloc(MAX_PACKET_LENGTH - 9, 97);
    expect(split(packet(PacketType.STAT, 1, name), 32_768)).toHaveLength(1);
  });
});
