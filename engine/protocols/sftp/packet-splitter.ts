import { MAX_HANDLE_LENGTH, MAX_PACKET_LENGTH, PacketType } from './packet-types.ts';
import { MalformedPacket } from './packets.ts';

/** One whole packet. `data` is WRITE's payload as views on the chunks it came in, so that a large write is never copied together. */
export type Packet = { readonly type: number; readonly body: Buffer; readonly data: readonly Buffer[] };

/** What the next bytes belong to. */
type State = 'start' | 'body' | 'write-prefix' | 'write-fields' | 'write-data';

const NO_DATA: readonly Buffer[] = [];
/** WRITE before its payload: request id, length of the handle. */
const WRITE_PREFIX = 8;
/** Parts of a payload below this are copied together: a view costs about 100 bytes, so a client that sends single bytes would fill the memory. */
const SMALL_PART = 2048;
const COLLECTED_PART = 16 * 1024;

/**
 * Cuts the byte stream of a channel into packets, whatever the chunks' borders. `push` calls `onPacket` for each packet that became
 * whole and throws MalformedPacket when the stream cannot be one of this protocol any more (a length of zero or beyond the limit);
 * nothing can be read from the stream after that.
 */
export class PacketSplitter {
  readonly #onPacket: (packet: Packet) => void;
  /** Head that is being collected: the length and type, then a body, or a WRITE's fields before its payload. */
  #head = Buffer.allocUnsafe(64);
  #headLength = 0;
  #headWanted = 5;
  #state: State = 'start';
  #type = 0;
  /** Bytes of the packet that were not yet read into the head. */
  #left = 0;
  #body: Buffer = Buffer.alloc(0);
  #data: Buffer[] = [];
  /** Where small parts are copied together; the first `#collectedLength` bytes are filled. */
  #collected: Buffer | null = null;
  #collectedLength = 0;

  constructor(onPacket: (packet: Packet) => void) {
    this.#onPacket = onPacket;
  }

  push(chunk: Buffer): void {
    let position = 0;
    while (position < chunk.length) {
      if (this.#state === 'write-data') {
        position = this.#takeData(chunk, position);
        continue;
      }
      const taken = Math.min(this.#headWanted - this.#headLength, chunk.length - position);
      const whole = this.#headLength === 0 && taken === this.#headWanted;
      if (!whole) chunk.copy(this.#room(), this.#headLength, position, position + taken);
      this.#headLength += taken;
      if (this.#headLength === this.#headWanted) {
        if (whole) this.#headComplete(chunk.subarray(position, position + taken), true);
        else this.#headComplete(this.#head.subarray(0, this.#headLength), false);
      }
      position += taken;
    }
  }

  #room(): Buffer {
    if (this.#head.length < this.#headWanted) {
      const larger = Buffer.allocUnsafe(this.#headWanted);
      this.#head.copy(larger, 0, 0, this.#headLength);
      this.#head = larger;
    }
    return this.#head;
  }

  #expect(state: State, length: number): void {
    this.#state = state;
    this.#headLength = 0;
    this.#headWanted = length;
  }

  /** `inChunk`: the head lies in the chunk and may be kept; else in the reused `#head`. */
  #headComplete(head: Buffer, inChunk: boolean): void {
    switch (this.#state) {
      case 'start': {
        const length = head.readUInt32BE(0);
        if (length === 0 || length > MAX_PACKET_LENGTH) throw new MalformedPacket(`a packet of ${length} bytes`);
        this.#type = head[4] as number;
        this.#left = length - 1;
        if (this.#left === 0) this.#emit(Buffer.alloc(0), NO_DATA);
        else if (this.#type === PacketType.WRITE && this.#left >= WRITE_PREFIX) this.#expect('write-prefix', WRITE_PREFIX);
        else this.#expect('body', this.#left);
        return;
      }
      case 'write-prefix': {
        const handleLength = head.readUInt32BE(4);
        const fields = WRITE_PREFIX + handleLength + 12;
        if (handleLength > MAX_HANDLE_LENGTH || fields > this.#left) throw new MalformedPacket('a WRITE with a handle out of bounds');
        // The prefix stays the start of the body; the other fields are collected behind it.
        if (inChunk) head.copy(this.#head);
        this.#state = 'write-fields';
        this.#headWanted = fields;
        return;
      }
      case 'write-fields':
        this.#left -= this.#headWanted;
        this.#body = Buffer.from(head);
        if (this.#left === 0) this.#emit(this.#body, NO_DATA);
        else this.#state = 'write-data';
        return;
      case 'body':
        this.#emit(inChunk ? head : Buffer.from(head), NO_DATA);
        return;
      case 'write-data':
        return;
    }
  }

  #takeData(chunk: Buffer, position: number): number {
    let taken = Math.min(this.#left, chunk.length - position);
    if (taken >= SMALL_PART) {
      this.#endCollected();
      this.#data.push(chunk.subarray(position, position + taken));
    } else {
      this.#collected ??= Buffer.allocUnsafe(Math.min(this.#left, COLLECTED_PART));
      taken = chunk.copy(this.#collected, this.#collectedLength, position, position + taken);
      this.#collectedLength += taken;
      if (this.#collectedLength === this.#collected.length) this.#endCollected();
    }
    this.#left -= taken;
    if (this.#left === 0) {
      this.#endCollected();
      const data = this.#data;
      this.#data = [];
      this.#emit(this.#body, data);
    }
    return position + taken;
  }

  #endCollected(): void {
    if (this.#collected === null) return;
    this.#data.push(this.#collected.subarray(0, this.#collectedLength));
    this.#collected = null;
    this.#collectedLength = 0;
  }

  #emit(body: Buffer, data: readonly Buffer[]): void {
    this.#expect('start', 5);
    this.#onPacket({ type: this.#type, body, data });
  }
}
