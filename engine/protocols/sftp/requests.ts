import { isUtf8 } from 'node:buffer';
import { AppError } from '../../contract/errors.ts';
import { type ClientAttributes, readAttributes } from './attributes.ts';
import type { Packet } from './packet-splitter.ts';
import { MAX_HANDLE_LENGTH, PacketType } from './packet-types.ts';
import { MalformedPacket, PacketReader } from './packets.ts';

/** A client's request, named as in draft-ietf-secsh-filexfer-02, section 6. */
export type Request = { readonly id: number } & (
  | { readonly type: 'OPEN'; readonly path: string; readonly flags: number; readonly attributes: ClientAttributes }
  | { readonly type: 'CLOSE' | 'FSTAT' | 'READDIR'; readonly handle: Buffer }
  | { readonly type: 'READ'; readonly handle: Buffer; readonly offset: number; readonly length: number }
  | { readonly type: 'WRITE'; readonly handle: Buffer; readonly offset: number; readonly payload: Buffer }
  | { readonly type: 'OPENDIR'; readonly path: string }
  | { readonly type: 'LSTAT' | 'STAT' | 'REMOVE' | 'RMDIR' | 'REALPATH' | 'READLINK'; readonly path: string }
  | { readonly type: 'SETSTAT' | 'MKDIR'; readonly path: string; readonly attributes: ClientAttributes }
  | { readonly type: 'FSETSTAT'; readonly handle: Buffer; readonly attributes: ClientAttributes }
  | { readonly type: 'RENAME' | 'SYMLINK'; readonly from: string; readonly to: string }
  | { readonly type: 'EXTENDED'; readonly name: string; readonly fields: PacketReader }
);

/** A request of an unknown kind, or one whose fields could not be read: answered by its id, the stream goes on. */
export type UnreadableRequest = { readonly id: number; readonly type: 'UNREADABLE'; readonly error: unknown };

/** A path field as text. Names that are not UTF-8 are refused: shown again they would be other names. */
export function readPath(reader: PacketReader): string {
  const bytes = reader.string();
  if (!isUtf8(bytes)) throw new AppError('invalid_name', 'The name is not UTF-8. Set the client to UTF-8 names.');
  return bytes.toString('utf8');
}

/** A handle field, at most 256 bytes. */
export const readHandle = (reader: PacketReader): Buffer => reader.string(MAX_HANDLE_LENGTH);

/** Reads the fields of a packet that is not INIT. Throws MalformedPacket only when not even a request id is there. */
export function parseRequest(packet: Packet): Request | UnreadableRequest {
  const reader = new PacketReader(packet.body);
  const id = reader.uint32();
  try {
    return parseFields(packet, id, reader);
  } catch (error) {
    return { id, type: 'UNREADABLE', error };
  }
}

/**
 * The first `length` bytes. Some releases of pkg/sftp (rclone 1.60) send the rest of their buffer behind the last write's data; OpenSSH reads
 * the string and ignores what follows it, and so must everybody else. Throws when there are fewer.
 */
function exactly(payload: Buffer, length: number): Buffer {
  if (payload.length < length) throw new MalformedPacket('the length of the data is not the stated one');
  return payload.subarray(0, length);
}

function parseFields(packet: Packet, id: number, reader: PacketReader): Request {
  switch (packet.type) {
    case PacketType.OPEN:
      return { id, type: 'OPEN', path: readPath(reader), flags: reader.uint32(), attributes: readAttributes(reader) };
    case PacketType.CLOSE:
      return { id, type: 'CLOSE', handle: readHandle(reader) };
    case PacketType.READ:
      return { id, type: 'READ', handle: readHandle(reader), offset: reader.uint64(), length: reader.uint32() };
    case PacketType.WRITE: {
      const handle = readHandle(reader);
      const offset = reader.uint64();
      return { id, type: 'WRITE', handle, offset, payload: exactly(packet.payload, reader.uint32()) };
    }
    case PacketType.LSTAT:
      return { id, type: 'LSTAT', path: readPath(reader) };
    case PacketType.FSTAT:
      return { id, type: 'FSTAT', handle: readHandle(reader) };
    case PacketType.SETSTAT:
      return { id, type: 'SETSTAT', path: readPath(reader), attributes: readAttributes(reader) };
    case PacketType.FSETSTAT:
      return { id, type: 'FSETSTAT', handle: readHandle(reader), attributes: readAttributes(reader) };
    case PacketType.OPENDIR:
      return { id, type: 'OPENDIR', path: readPath(reader) };
    case PacketType.READDIR:
      return { id, type: 'READDIR', handle: readHandle(reader) };
    case PacketType.REMOVE:
      return { id, type: 'REMOVE', path: readPath(reader) };
    case PacketType.MKDIR:
      return { id, type: 'MKDIR', path: readPath(reader), attributes: readAttributes(reader) };
    case PacketType.RMDIR:
      return { id, type: 'RMDIR', path: readPath(reader) };
    case PacketType.REALPATH:
      return { id, type: 'REALPATH', path: readPath(reader) };
    case PacketType.STAT:
      return { id, type: 'STAT', path: readPath(reader) };
    case PacketType.RENAME:
      return { id, type: 'RENAME', from: readPath(reader), to: readPath(reader) };
    case PacketType.READLINK:
      return { id, type: 'READLINK', path: readPath(reader) };
    case PacketType.SYMLINK:
      return { id, type: 'SYMLINK', from: readPath(reader), to: readPath(reader) };
    case PacketType.EXTENDED:
      return { id, type: 'EXTENDED', name: reader.string(MAX_HANDLE_LENGTH).toString('latin1'), fields: reader };
    default:
      throw new AppError('unsupported', `Gatehouse does not know requests of type ${packet.type}.`);
  }
}
