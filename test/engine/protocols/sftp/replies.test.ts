import { describe, expect, it } from 'vitest';
import { PacketReader } from '../../../../engine/protocols/sftp/packets.ts';
import * as replies from '../../../../engine/protocols/sftp/replies.ts';
import type { FileStat } from '../../../../engine/vfs/types.ts';

const stat: FileStat = { name: 'ä.txt', type: 'file', size: 2 ** 33 + 5, mode: 0o640, mtimeMs: 1_700_000_000_999, atimeMs: -5 };

/** The packet behind its length and type; checks both. */
function body(packet: Buffer, type: number): PacketReader {
  expect(packet.readUInt32BE(0)).toBe(packet.length - 4);
  expect(packet[4]).toBe(type);
  return new PacketReader(packet, 5);
}

function readAttributes(reader: PacketReader): number[] {
  return [reader.uint32(), reader.uint64(), reader.uint32(), reader.uint32(), reader.uint32()];
}

const text = (reader: PacketReader): string => reader.string().toString();

describe('replies', () => {
  it('VERSION lists the extensions', () => {
    const reader = body(
      replies.versionReply([
        ['a@b', '1'],
        ['c', '2'],
      ]),
      2,
    );
    expect([reader.uint32(), text(reader), text(reader), text(reader), text(reader), reader.remaining]).toEqual([
      3,
      'a@b',
      '1',
      'c',
      '2',
      0,
    ]);
  });

  it('STATUS holds code, words and language', () => {
    const reader = body(replies.statusReply(0xffff_ffff, 4, 'Zu groß.'), 101);
    expect([reader.uint32(), reader.uint32(), text(reader), text(reader), reader.remaining]).toEqual([0xffff_ffff, 4, 'Zu groß.', 'en', 0]);
  });

  it('HANDLE, ATTRS', () => {
    const handle = body(replies.handleReply(1, Buffer.from([9, 8])), 102);
    expect([handle.uint32(), [...handle.string()], handle.remaining]).toEqual([1, [9, 8], 0]);
    const attrs = body(replies.attrsReply(2, stat), 105);
    expect([attrs.uint32(), readAttributes(attrs), attrs.remaining]).toEqual([2, [0x0d, 2 ** 33 + 5, 0o100_640, 0, 1_700_000_000], 0]);
  });

  it('ATTRS says what an entry is', () => {
    const mode = (type: FileStat['type']): number => {
      const reader = body(replies.attrsReply(1, { ...stat, type }), 105);
      reader.uint32();
      return readAttributes(reader)[2] as number;
    };
    expect([mode('file'), mode('directory'), mode('symlink'), mode('other')]).toEqual([0o100_640, 0o040_640, 0o120_640, 0o640]);
  });

  it('NAME for one path and for many entries', () => {
    const path = body(replies.pathReply(1, '/ä'), 104);
    expect([path.uint32(), path.uint32(), text(path), text(path), path.uint32(), path.remaining]).toEqual([1, 1, '/ä', '/ä', 0, 0]);
    const names = body(
      replies.namesReply(2, [
        { stat, longname: 'long' },
        { stat: { ...stat, name: 'b' }, longname: '' },
      ]),
      104,
    );
    expect([names.uint32(), names.uint32(), text(names), text(names)]).toEqual([2, 2, 'ä.txt', 'long']);
    readAttributes(names);
    expect([text(names), text(names), readAttributes(names)[1], names.remaining]).toEqual(['b', '', 2 ** 33 + 5, 0]);
  });

  it('DATA around a payload that was read into its place', () => {
    const buffer = Buffer.alloc(100);
    buffer.write('payload', replies.DATA_HEADER_LENGTH);
    const reader = body(replies.dataReply(5, buffer, 7), 103);
    expect([reader.uint32(), text(reader), reader.remaining]).toEqual([5, 'payload', 0]);
  });

  it('EXTENDED_REPLY for limits and space', () => {
    const limits = body(replies.limitsReply(1, 512), 201);
    expect([limits.uint32(), limits.uint64(), limits.uint64(), limits.uint64(), limits.uint64(), limits.remaining]).toEqual([
      1, 262_144, 261_120, 261_120, 512, 0,
    ]);
    const space = body(replies.spaceReply(2, { totalBytes: 10 * 4096 + 1, freeBytes: 4 * 4096, totalFiles: 7, freeFiles: 3 }), 201);
    expect([space.uint32(), ...Array.from({ length: 11 }, () => space.uint64()), space.remaining]).toEqual([
      2, 4096, 4096, 10, 4, 4, 7, 3, 3, 0, 2, 255, 0,
    ]);
  });
});
