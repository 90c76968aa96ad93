/** The client sent bytes that are not a packet of this protocol, or not a whole one. */
export class MalformedPacket extends Error {
  override readonly name = 'MalformedPacket';
}

const WORD = 2 ** 32;

/** Reads the fields of one packet in order (draft-ietf-secsh-filexfer-02, section 3). Every method throws MalformedPacket past the end. */
export class PacketReader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.#position = position;
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  #advance(count: number): number {
    const start = this.#position;
    if (count > this.#bytes.length - start) throw new MalformedPacket('a field reaches past the end of its packet');
    this.#position = start + count;
    return start;
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  /** A uint64 as a number; positions beyond 2^53 exist on no disk and are refused. */
  uint64(): number {
    const start = this.#advance(8);
    const value = this.#bytes.readUInt32BE(start) * WORD + this.#bytes.readUInt32BE(start + 4);
    if (!Number.isSafeInteger(value)) throw new MalformedPacket('a 64 bit number is out of range');
    return value;
  }

  /** The bytes of a string field, as a view on the packet. */
  string(maxLength = Number.POSITIVE_INFINITY): Buffer {
    const length = this.uint32();
    if (length > maxLength) throw new MalformedPacket('a string is longer than allowed');
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }
}

/** Writes one packet of a size known beforehand into one buffer, its length field first. */
export class PacketWriter {
  readonly bytes: Buffer;
  #position: number;

  /** `bodyLength` counts what follows the type byte. */
  constructor(type: number, bodyLength: number) {
    this.bytes = Buffer.allocUnsafe(5 + bodyLength);
    this.bytes.writeUInt32BE(1 + bodyLength, 0);
    this.bytes[4] = type;
    this.#position = 5;
  }

  uint32(value: number): this {
    this.#position = this.bytes.writeUInt32BE(value >>> 0, this.#position);
    return this;
  }

  uint64(value: number): this {
    this.#position = this.bytes.writeUInt32BE(Math.floor(value / WORD) >>> 0, this.#position);
    this.#position = this.bytes.writeUInt32BE(value % WORD, this.#position);
    return this;
  }

  string(value: Uint8Array): this {
    this.uint32(value.length);
    this.bytes.set(value, this.#position);
    this.#position += value.length;
    return this;
  }
}
