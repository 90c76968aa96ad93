import { MAX_HANDLE_LENGTH, MAX_PACKET_LENGTH, PacketType } from './packet-types.ts';
import { MalformedPacket } from './packets.ts';
import { takeTransferBuffer } from './transfer-buffers.ts';

/** One whole packet. */
export type Packet = {
  readonly type: number;
  /** What follows the type, without the payload of a WRITE. */
  readonly body: Buffer;
  /** The payload of a WRITE, in a transfer buffer; empty for others. */
  readonly payload: Buffer;
  /** The client has begun the next packet, so it did not stop to wait for the answer to this one. */
  readonly isFollowed: boolean;
};

/** What the next bytes belong to. */
type State = 'start' | 'body' | 'write-prefix' | 'write-fields' | 'payload';

const NOTHING = Buffer.alloc(0);
/** WRITE before its payload: request id, length of the handle. */
const WRITE_PREFIX = 8;

/**
 * Cuts the byte stream of a channel into packets, whatever the chunks' borders. `push` calls `onPacket` for each packet that became
 * whole and throws MalformedPacket when the stream cannot be one of this protocol any more (a length of zero or beyond the limit);
 * nothing can be read from the stream after that. Packets hold copies: the memory of a chunk may be used again when `push` returns.
 */
export class PacketSplitter {
  readonly #onPacket: (packet: Packet) => void;
  /** Head that is being collected: the length and type, then a body, or a WRITE's fields before its payload. */
  #head = Buffer.allocUnsafe(64);
  #headLength = 0;
  #headWanted = 5;
  #state: State = 'start';
  #type = 0;
  /** Bytes of the packet that were not yet read into the head, or into the payload. */
  #left = 0;
  #body: Buffer = NOTHING;
  /** A transfer buffer, of which the first `#payloadLength` bytes are filled. */
  #payload: Buffer = NOTHING;
  #payloadLength = 0;

  constructor(onPacket: (packet: Packet) => void) {
    this.#onPacket = onPacket;
  }

  push(chunk: Buffer): void {
    let position = 0;
    while (position < chunk.length) {
      position = this.#state === 'payload' ? this.#takePayload(chunk, position) : this.#takeHead(chunk, position);
    }
  }

  #takeHead(chunk: Buffer, position: number): number {
    const end = position + Math.min(this.#headWanted - this.#headLength, chunk.length - position);
    if (this.#head.length < this.#headWanted) {
      const larger = Buffer.allocUnsafe(this.#headWanted);
      this.#head.copy(larger, 0, 0, this.#headLength);
      this.#head = larger;
    }
    this.#headLength += chunk.copy(this.#head, this.#headLength, position, end);
    if (this.#headLength === this.#headWanted) this.#headComplete(end < chunk.length);
    return end;
  }

  #takePayload(chunk: Buffer, position: number): number {
    const end = position + Math.min(this.#left, chunk.length - position);
    this.#payloadLength += chunk.copy(this.#payload, this.#payloadLength, position, end);
    this.#left -= end - position;
    if (this.#left === 0) {
      const payload = this.#payload.subarray(0, this.#payloadLength);
      this.#payload = NOTHING;
      this.#emit(this.#body, payload, end < chunk.length);
    }
    return end;
  }

  #expect(state: State, length: number): void {
    this.#state = state;
    this.#headLength = 0;
    this.#headWanted = length;
  }

  #headComplete(isFollowed: boolean): void {
    const head = this.#head;
    switch (this.#state) {
      case 'start': {
        const length = head.readUInt32BE(0);
        if (length === 0 || length > MAX_PACKET_LENGTH) throw new MalformedPacket(`a packet of ${length} bytes`);
        this.#type = head[4] as number;
        this.#left = length - 1;
        if (this.#left === 0) this.#emit(NOTHING, NOTHING, isFollowed);
        else if (this.#type === PacketType.WRITE && this.#left >= WRITE_PREFIX) this.#expect('write-prefix', WRITE_PREFIX);
        else this.#expect('body', this.#left);
        return;
      }
      case 'write-prefix': {
        const handleLength = head.readUInt32BE(4);
        const fields = WRITE_PREFIX + handleLength + 12;
        if (handleLength > MAX_HANDLE_LENGTH || fields > this.#left) throw new MalformedPacket('a WRITE with a handle out of bounds');
        // The prefix stays the start of the body; the other fields are collected behind it.
        this.#state = 'write-fields';
        this.#headWanted = fields;
        return;
      }
      case 'write-fields':
        this.#left -= this.#headWanted;
        this.#body = Buffer.from(head.subarray(0, this.#headLength));
        if (this.#left === 0) {
          this.#emit(this.#body, NOTHING, isFollowed);
          return;
        }
        this.#state = 'payload';
        this.#payload = takeTransferBuffer(this.#left);
        this.#payloadLength = 0;
        return;
      case 'body':
        this.#emit(Buffer.from(head.subarray(0, this.#headLength)), NOTHING, isFollowed);
        return;
      case 'payload':
        return;
    }
  }

  #emit(body: Buffer, payload: Buffer, isFollowed: boolean): void {
    this.#expect('start', 5);
    this.#onPacket({ type: this.#type, body, payload, isFollowed });
  }
}
