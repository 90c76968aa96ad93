import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of an archive that tells lies where it is told to. */
export type ZipEntry = {
  readonly name: string;
  readonly data?: string | Uint8Array;
  /** Name in the entry's own header; that of the directory by default. */
  readonly localName?: string;
  /** Unix mode with the file's type. */
  readonly unixMode?: number;
  /** Unpacked size that both headers state. */
  readonly size?: number;
  readonly crc?: number;
  readonly stored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** The directory points at the bytes of this earlier entry instead of at bytes of its own. */
  readonly sharesBytesOf?: number;
};

/** Builds a zip archive byte by byte (APPNOTE 4.3), honest unless an entry says otherwise. */
export function makeZip(entries: readonly ZipEntry[], options: { readonly entryCount?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const places: { offset: number; packed: number }[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = Buffer.from(entry.data ?? '');
    const method = entry.method ?? (entry.stored === true ? 0 : 8);
    const body = entry.stored === true ? data : deflateRawSync(data, { level: 9 });
    const shared = entry.sharesBytesOf === undefined ? undefined : places[entry.sharesBytesOf];
    const place = shared ?? { offset, packed: body.length };
    places.push(place);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(entry.crc ?? crc32(data), 10);
    common.writeUInt32LE(place.packed, 14);
    common.writeUInt32LE(entry.size ?? data.length, 18);
    if (shared === undefined) {
      const localName = Buffer.from(entry.localName ?? entry.name);
      common.writeUInt16LE(localName.length, 22);
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, localName, body]);
      parts.push(local);
      offset += local.length;
    }
    const name = Buffer.from(entry.name);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.unixMode ?? 0) << 16) >>> 0, 6);
    rest.writeUInt32LE(place.offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, rest, name]));
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(options.entryCount ?? entries.length, 8);
  end.writeUInt16LE(options.entryCount ?? entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}
