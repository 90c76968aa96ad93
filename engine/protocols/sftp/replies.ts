import type { FileStat, SpaceInfo } from '../../vfs/types.ts';
import { ATTRIBUTES_LENGTH, writeAttributes } from './attributes.ts';
import { MAX_DATA_LENGTH, MAX_PACKET_LENGTH, PacketType, SFTP_VERSION } from './packet-types.ts';
import { PacketWriter } from './packets.ts';
import { StatusCode } from './status.ts';

/** Replies of the server, each as one packet ready to send (draft-ietf-secsh-filexfer-02, section 7). */

const LANGUAGE = Buffer.from('en');

export function versionReply(extensions: readonly (readonly [name: string, version: string])[]): Buffer {
  const pairs = extensions.flat().map((text) => Buffer.from(text));
  const writer = new PacketWriter(PacketType.VERSION, 4 + pairs.reduce((sum, bytes) => sum + 4 + bytes.length, 0));
  writer.uint32(SFTP_VERSION);
  for (const bytes of pairs) writer.string(bytes);
  return writer.bytes;
}

export function statusReply(id: number, code: StatusCode, message: string): Buffer {
  const text = Buffer.from(message);
  return new PacketWriter(PacketType.STATUS, 16 + text.length + LANGUAGE.length).uint32(id).uint32(code).string(text).string(LANGUAGE)
    .bytes;
}

export const okReply = (id: number): Buffer => statusReply(id, StatusCode.OK, '');
export const eofReply = (id: number): Buffer => statusReply(id, StatusCode.EOF, 'End of file.');

export function handleReply(id: number, handle: Uint8Array): Buffer {
  return new PacketWriter(PacketType.HANDLE, 8 + handle.length).uint32(id).string(handle).bytes;
}

export function attrsReply(id: number, stat: FileStat): Buffer {
  const writer = new PacketWriter(PacketType.ATTRS, 4 + ATTRIBUTES_LENGTH).uint32(id);
  writeAttributes(writer, stat);
  return writer.bytes;
}

/** NAME with one path and no attributes: the answer to REALPATH and its kin. */
export function pathReply(id: number, path: string): Buffer {
  const bytes = Buffer.from(path);
  return new PacketWriter(PacketType.NAME, 8 + 2 * (4 + bytes.length) + 4).uint32(id).uint32(1).string(bytes).string(bytes).uint32(0).bytes;
}

export type NamedEntry = { readonly stat: FileStat; readonly longname: string };

/** NAME with the entries of a directory. */
export function namesReply(id: number, entries: readonly NamedEntry[]): Buffer {
  const encoded = entries.map(({ stat, longname }) => ({ stat, name: Buffer.from(stat.name), longname: Buffer.from(longname) }));
  const length = encoded.reduce((sum, entry) => sum + 8 + entry.name.length + entry.longname.length + ATTRIBUTES_LENGTH, 8);
  const writer = new PacketWriter(PacketType.NAME, length).uint32(id).uint32(encoded.length);
  for (const entry of encoded) {
    writer.string(entry.name).string(entry.longname);
    writeAttributes(writer, entry.stat);
  }
  return writer.bytes;
}

/** `limits@openssh.com` (OpenSSH PROTOCOL, 4.8): all in bytes but the last, a count. */
export function limitsReply(id: number, maxHandles: number): Buffer {
  return new PacketWriter(PacketType.EXTENDED_REPLY, 36)
    .uint32(id)
    .uint64(MAX_PACKET_LENGTH)
    .uint64(MAX_DATA_LENGTH)
    .uint64(MAX_DATA_LENGTH)
    .uint64(maxHandles).bytes;
}

/** Unit in which `statvfs@openssh.com` counts. */
const BLOCK_BYTES = 4096;
const LONGEST_NAME = 255;
/** ST_NOSUID: what lies here is never executed on behalf of its owner. */
const NO_SUID = 2;

/** `statvfs@openssh.com` and `fstatvfs@openssh.com` (OpenSSH PROTOCOL, 4.4). */
export function spaceReply(id: number, space: SpaceInfo): Buffer {
  const blocks = Math.floor(space.totalBytes / BLOCK_BYTES);
  const free = Math.floor(space.freeBytes / BLOCK_BYTES);
  return new PacketWriter(PacketType.EXTENDED_REPLY, 4 + 11 * 8)
    .uint32(id)
    .uint64(BLOCK_BYTES)
    .uint64(BLOCK_BYTES)
    .uint64(blocks)
    .uint64(free)
    .uint64(free)
    .uint64(space.totalFiles)
    .uint64(space.freeFiles)
    .uint64(space.freeFiles)
    .uint64(0)
    .uint64(NO_SUID)
    .uint64(LONGEST_NAME).bytes;
}

/** Bytes of a DATA reply before its payload: length, type, id, length of the payload. */
export const DATA_HEADER_LENGTH = 13;

/** Completes a DATA reply whose payload of `length` bytes was read straight into `buffer` behind the header's place. */
export function dataReply(id: number, buffer: Buffer, length: number): Buffer {
  buffer.writeUInt32BE(9 + length, 0);
  buffer[4] = PacketType.DATA;
  buffer.writeUInt32BE(id, 5);
  buffer.writeUInt32BE(length, 9);
  return buffer.subarray(0, DATA_HEADER_LENGTH + length);
}
