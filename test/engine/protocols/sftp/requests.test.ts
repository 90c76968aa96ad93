import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../engine/contract/errors.ts';
import { type Packet, PacketSplitter } from '../../../../engine/protocols/sftp/packet-splitter.ts';
import { AttributeFlag, PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { MalformedPacket, PacketReader } from '../../../../engine/protocols/sftp/packets.ts';
import { parseRequest } from '../../../../engine/protocols/sftp/requests.ts';
import { statusOf } from '../../../../engine/protocols/sftp/status.ts';
import { packet } from './raw-client.ts';

const handle = Buffer.from([0, 0, 0, 7]);
const ALL_ATTRIBUTES = [
  AttributeFlag.SIZE | AttributeFlag.UIDGID | AttributeFlag.PERMISSIONS | AttributeFlag.ACMODTIME,
  1234n,
  10,
  20,
  0o100_640,
  1000,
  2000,
] as const;
const attributes = { attributes: { size: 1234, mode: 0o640, atimeMs: 1_000_000, mtimeMs: 2_000_000 }, ownership: true };
const none = { attributes: {}, ownership: false };

/** Every request of version 3: its packet and what is read from it. */
const TABLE: readonly (readonly [packet: Buffer, read: object])[] = [
  [packet(PacketType.OPEN, 1, '/a', 0x1a, ...ALL_ATTRIBUTES), { id: 1, type: 'OPEN', path: '/a', flags: 0x1a, attributes }],
  [packet(PacketType.CLOSE, 2, handle), { id: 2, type: 'CLOSE', handle }],
  [packet(PacketType.READ, 3, handle, 2n ** 40n, 4096), { id: 3, type: 'READ', handle, offset: 2 ** 40, length: 4096 }],
  [packet(PacketType.WRITE, 4, handle, 5n, 'content'), { id: 4, type: 'WRITE', handle, offset: 5, payload: Buffer.from('content') }],
  [packet(PacketType.LSTAT, 5, '/ä'), { id: 5, type: 'LSTAT', path: '/ä' }],
  [packet(PacketType.FSTAT, 6, handle), { id: 6, type: 'FSTAT', handle }],
  [packet(PacketType.SETSTAT, 7, '/a', ...ALL_ATTRIBUTES), { id: 7, type: 'SETSTAT', path: '/a', attributes }],
  [packet(PacketType.FSETSTAT, 8, handle, 0), { id: 8, type: 'FSETSTAT', handle, attributes: none }],
  [packet(PacketType.OPENDIR, 9, '/'), { id: 9, type: 'OPENDIR', path: '/' }],
  [packet(PacketType.READDIR, 10, handle), { id: 10, type: 'READDIR', handle }],
  [packet(PacketType.REMOVE, 11, '/a'), { id: 11, type: 'REMOVE', path: '/a' }],
  [packet(PacketType.MKDIR, 12, '/a', 0), { id: 12, type: 'MKDIR', path: '/a', attributes: none }],
  [packet(PacketType.RMDIR, 13, '/a'), { id: 13, type: 'RMDIR', path: '/a' }],
  [packet(PacketType.REALPATH, 14, '.'), { id: 14, type: 'REALPATH', path: '.' }],
  [packet(PacketType.STAT, 15, ''), { id: 15, type: 'STAT', path: '' }],
  [packet(PacketType.RENAME, 16, '/a', '/b'), { id: 16, type: 'RENAME', from: '/a', to: '/b' }],
  [packet(PacketType.READLINK, 17, '/a'), { id: 17, type: 'READLINK', path: '/a' }],
  [packet(PacketType.SYMLINK, 18, '/a', '/b'), { id: 18, type: 'SYMLINK', from: '/a', to: '/b' }],
];

function split(bytes: Buffer): Packet {
  const packets: Packet[] = [];
  new PacketSplitter((found) => packets.push(found)).push(bytes);
  return packets[0] as Packet;
}

/** The packet with its last `cut` bytes missing and its length set accordingly. */
function shorten(bytes: Buffer, cut: number): Buffer {
  const shorter = Buffer.from(bytes.subarray(0, bytes.length - cut));
  shorter.writeUInt32BE(shorter.length - 4, 0);
  return shorter;
}

describe('parseRequest', () => {
  it.each(TABLE)('reads %#', (bytes, read) => {
    expect(parseRequest(split(bytes))).toEqual(read);
  });

  it.each(TABLE.map(([bytes, read]) => [(read as { type: string }).type, bytes] as const))(
    'answers %s cut at any byte as malformed',
    (_type, bytes) => {
      for (let cut = 1; bytes.length - cut >= 9; cut++) {
        const shorter = shorten(bytes, cut);
        let request: ReturnType<typeof parseRequest>;
        try {
          request = parseRequest(split(shorter));
        } catch (thrown) {
          // A WRITE whose fields do not fit ends the stream: where its payload begins is unknown.
          expect(bytes[4]).toBe(PacketType.WRITE);
          expect(thrown).toBeInstanceOf(MalformedPacket);
          continue;
        }
        expect(request.type, `${cut} bytes missing`).toBe('UNREADABLE');
        if (request.type === 'UNREADABLE') expect(statusOf(request.error).code).toBe(5);
      }
    },
  );

  it('refuses a packet without an id', () => {
    expect(() => parseRequest(split(Buffer.from([0, 0, 0, 3, PacketType.STAT, 0, 0])))).toThrow(MalformedPacket);
  });

  it('answers requests of unknown types as unsupported', () => {
    for (const type of [0, 1, 21, 99, 101, 150, 201, 255]) {
      const request = parseRequest(split(packet(type, 77, 'whatever')));
      expect(request).toMatchObject({ id: 77, type: 'UNREADABLE' });
      if (request.type === 'UNREADABLE') expect(statusOf(request.error).code).toBe(8);
    }
  });

  it('refuses names that are not UTF-8', () => {
    const request = parseRequest(split(packet(PacketType.STAT, 1, Buffer.from([0x2f, 0xff, 0xfe]))));
    expect(request.type === 'UNREADABLE' && request.error).toMatchObject({ code: 'invalid_name' });
  });

  it('refuses positions that no disk has', () => {
    const request = parseRequest(split(packet(PacketType.READ, 1, handle, 2n ** 63n, 10)));
    expect(request.type).toBe('UNREADABLE');
  });

  it('refuses a handle above 256 bytes', () => {
    expect(parseRequest(split(packet(PacketType.CLOSE, 1, Buffer.alloc(257)))).type).toBe('UNREADABLE');
  });

  it.each([
    [8, undefined],
    [7, 'content'],
    [6, 'conten'],
    [0, ''],
  ])('takes of a WRITE with 7 bytes that states %i what OpenSSH takes: %j', (stated, taken) => {
    const write = packet(PacketType.WRITE, 1, handle, 0n, 'content');
    write.writeUInt32BE(stated, write.length - 11);
    const request = parseRequest(split(write));
    expect(request.type === 'WRITE' ? request.payload.toString() : undefined).toBe(taken);
  });

  it('does not spend time on an ATTRS structure that claims 4 billion extensions', () => {
    const request = parseRequest(split(packet(PacketType.MKDIR, 1, '/a', AttributeFlag.EXTENDED, 0xffff_ffff)));
    expect(request.type).toBe('UNREADABLE');
  });

  it('skips the extended pairs of ATTRS', () => {
    const request = parseRequest(
      split(packet(PacketType.MKDIR, 1, '/a', (AttributeFlag.EXTENDED | AttributeFlag.PERMISSIONS) >>> 0, 0o40_755, 1, 'x@y', 'z')),
    );
    expect(request).toMatchObject({ type: 'MKDIR', attributes: { attributes: { mode: 0o755 } } });
  });

  it('leaves the fields of EXTENDED to the extension', () => {
    const request = parseRequest(split(packet(PacketType.EXTENDED, 1, 'posix-rename@openssh.com', '/a', '/b')));
    if (request.type !== 'EXTENDED') throw new AppError('internal');
    expect(request.name).toBe('posix-rename@openssh.com');
    expect([request.fields.string().toString(), request.fields.string().toString()]).toEqual(['/a', '/b']);
  });
});

describe('PacketReader', () => {
  it('never reads past the end', () => {
    const reader = new PacketReader(Buffer.from([0, 0, 0, 5, 1]));
    expect(() => reader.string()).toThrow(MalformedPacket);
    expect(() => new PacketReader(Buffer.alloc(7)).uint64()).toThrow(MalformedPacket);
    expect(() => new PacketReader(Buffer.alloc(3)).uint32()).toThrow(MalformedPacket);
  });
});
