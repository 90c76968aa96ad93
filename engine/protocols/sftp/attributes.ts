import { AppError } from '../../contract/errors.ts';
import type { Attributes, FileStat } from '../../vfs/types.ts';
import { AttributeFlag } from './packet-types.ts';
import type { PacketReader, PacketWriter } from './packets.ts';

/** Attributes as a client sent them. `ownership` says that it asked for another owner than it sees; Gatehouse has no notion of owners. */
export type ClientAttributes = { readonly attributes: Attributes; readonly ownership: boolean };

/** Reads an ATTRS structure (draft-ietf-secsh-filexfer-02, section 5). Times on the wire are seconds since the epoch, 32 bits. */
export function readAttributes(reader: PacketReader): ClientAttributes {
  const flags = reader.uint32();
  const attributes: { -readonly [Key in keyof Attributes]: Attributes[Key] } = {};
  if (flags & AttributeFlag.SIZE) attributes.size = reader.uint64();
  let ownership = false;
  if (flags & AttributeFlag.UIDGID) {
    const [user, group] = [reader.uint32(), reader.uint32()];
    // Without an owner in the attributes clients take 0 for both.
    ownership = user !== 0 || group !== 0;
  }
  if (flags & AttributeFlag.PERMISSIONS) attributes.mode = reader.uint32() & 0o777;
  if (flags & AttributeFlag.ACMODTIME) {
    attributes.atimeMs = reader.uint32() * 1000;
    attributes.mtimeMs = reader.uint32() * 1000;
  }
  if ((flags & AttributeFlag.EXTENDED) !== 0) {
    for (let pairs = reader.uint32(); pairs > 0; pairs--) {
      reader.string();
      reader.string();
    }
  }
  return { attributes, ownership };
}

/**
 * What of a client's wish can be done. A copy that keeps owner and times (`cp -p` over sshfs) gets its times; a wish for an owner alone
 * throws. The status is FAILURE, which sshfs takes for EPERM: programs such as cp and mv expect that of a change of owner, and go on.
 */
export function settableAttributes({ attributes, ownership }: ClientAttributes): Attributes {
  if (ownership && Object.keys(attributes).length === 0) throw new AppError('conflict', 'Gatehouse does not change owners of files.');
  return attributes;
}

/** Bytes that `writeAttributes` takes. */
export const ATTRIBUTES_LENGTH = 24;

const TYPE_BITS = { file: 0o100_000, directory: 0o040_000, symlink: 0o120_000, other: 0 } as const satisfies Record<
  FileStat['type'],
  number
>;
const LAST_SECOND = 2 ** 32 - 1;
const seconds = (epochMs: number): number => Math.min(Math.max(Math.floor(epochMs / 1000), 0), LAST_SECOND);

/** Writes size, mode with the type's bits, and times. Owners are left out: accounts have no numbers outside of Gatehouse. */
export function writeAttributes(writer: PacketWriter, stat: FileStat): void {
  writer
    .uint32(AttributeFlag.SIZE | AttributeFlag.PERMISSIONS | AttributeFlag.ACMODTIME)
    .uint64(stat.size)
    .uint32(TYPE_BITS[stat.type] | (stat.mode & 0o7777))
    .uint32(seconds(stat.atimeMs))
    .uint32(seconds(stat.mtimeMs));
}
