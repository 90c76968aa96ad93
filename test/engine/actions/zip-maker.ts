import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of an archive that tells lies where it is told to. */
export type ZipEntry = {
  readonly name: string;
  readonly data?: string | Uint8Array;
  /** Name in the entry's own header; that of the directory by default. */
  readonly localName?: string;
  /** Sizes and checksum that the entry's own header states; those of the directory by default. */
  readonly local?: { readonly packed?: number; readonly size?: number; readonly crc?: number; readonly method?: number };
  /** Packed size that the directory states. */
  readonly packed?: number;
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
    common.writeUInt32LE(entry.packed ?? place.packed, 14);
    common.writeUInt32LE(entry.size ?? data.length, 18);
    if (shared === undefined) {
      const localName = Buffer.from(entry.localName ?? entry.name);
      common.writeUInt16LE(localName.length, 22);
      const own = Buffer.from(common);
      if (entry.local?.method !== undefined) own.writeUInt16LE(entry.local.method, 4);
      if (entry.local?.crc !== undefined) own.writeUInt32LE(entry.local.crc, 10);
      if (entry.local?.packed !== undefined) own.writeUInt32LE(entry.local.packed, 14);
      if (entry.local?.size !== undefined) own.writeUInt32LE(entry.local.size, 18);
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), own, localName, body]);
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

/**
 * An archive whose entries share one kernel of data although each has a header of its own and every name, size and checksum holds: the data
 * of each entry quotes the header of the next as a stored block and goes on with the data of that one (D. Fifield, "A better zip bomb").
 */
export function makeOverlappingZip(count: number, kernel: Uint8Array): Buffer {
  /** Each header with what follows it, the last first. */
  const entries: { readonly name: string; readonly header: Buffer; readonly common: Buffer; readonly atEnd: number }[] = [];
  let packed = deflateRawSync(kernel, { level: 9 });
  let data = Buffer.from(kernel);
  for (let number = count; number > 0; number--) {
    const name = `f${String(number)}`;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name)]);
    entries.push({ name, header, common, atEnd: header.length + packed.length });
    // A block that is stored (RFC 1951 3.2.4) and not the last: its length, the same inverted, the bytes.
    const block = Buffer.alloc(5);
    block.writeUInt16LE(header.length, 1);
    block.writeUInt16LE(~header.length & 0xffff, 3);
    data = Buffer.concat([header, data]);
    packed = Buffer.concat([block, header, packed]);
  }
  // The first entry's header is quoted by nobody.
  const body = packed.subarray(5);
  const directory = entries.reverse().map(({ name, common, atEnd }) => {
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(body.length - atEnd, 10);
    return Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, rest, Buffer.from(name)]);
  });
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, listed, end]);
}
