import type { Readable } from 'node:stream';
import { IcapSyntaxError, parseChunkSize } from './parse.ts';

const MAX_LINE_BYTES = 8192;
const MAX_LINES = 200;

/** Reads lines and counted bytes from a stream. Throws IcapSyntaxError when it ends too early or a line has no end. */
export class LineReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #waiting: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next line without its end. */
  async line(): Promise<string> {
    for (let searched = 0; ; ) {
      const end = this.#waiting.indexOf(10, searched);
      if (end > MAX_LINE_BYTES || (end === -1 && this.#waiting.length > MAX_LINE_BYTES))
        throw new IcapSyntaxError('its answer has a line without end');
      if (end !== -1) {
        const line = this.#waiting.subarray(0, end).toString('latin1').replace(/\r$/, '');
        this.#waiting = this.#waiting.subarray(end + 1);
        return line;
      }
      searched = this.#waiting.length;
      this.#waiting = Buffer.concat([this.#waiting, await this.#next()]);
    }
  }

  /** Lines up to the empty one. */
  async lines(): Promise<string[]> {
    const lines: string[] = [];
    for (let line = await this.line(); line !== ''; line = await this.line()) {
      if (lines.length >= MAX_LINES) throw new IcapSyntaxError('its answer has too many headers');
      lines.push(line);
    }
    return lines;
  }

  /** Exactly so many bytes. */
  async bytes(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.#counted(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** A chunked body, piece after piece. */
  async *chunked(): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const size = parseChunkSize(await this.line());
      if (size === 0) {
        await this.lines();
        return;
      }
      yield* this.#counted(size);
      if ((await this.line()) !== '') throw new IcapSyntaxError('a part of its answer is longer than it says');
    }
  }

  /** A chunked body that nobody wants. */
  async skipChunked(): Promise<void> {
    const body = this.chunked();
    while ((await body.next()).done !== true);
  }

  async *#counted(count: number): AsyncGenerator<Buffer, void, undefined> {
    for (let left = count; left > 0; ) {
      const chunk = this.#waiting.length > 0 ? this.#waiting : await this.#next();
      const part = chunk.subarray(0, left);
      this.#waiting = chunk.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async #next(): Promise<Buffer> {
    const next = await this.#chunks.next();
    if (next.done === true) throw new IcapSyntaxError('it closed the connection before its answer was complete');
    return next.value;
  }
}
