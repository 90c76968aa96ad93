import type { Stats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../contract/errors.ts';

/** Files one after another in a stream: a line of JSON before each, its bytes behind it, and a line that says that no more come. */

const entrySchema = z.union([z.strictObject({ name: z.string(), size: z.int().min(0) }), z.strictObject({ end: z.literal(true) })]);

const MOST_LINE_BYTES = 4096;

/** A file of the machine and the name that it goes under. */
export type SeriesFile = { readonly name: string; readonly path: string };

/** Rejects with the system's error for a file that cannot be read, and with `io_error` for one that changes its size meanwhile. */
export async function* writeSeries(files: readonly SeriesFile[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { name, path } of files) {
    const { size }: Stats = await stat(path);
    yield Buffer.from(`${JSON.stringify({ name, size })}\n`);
    let read = 0;
    for await (const chunk of createReadStream(path)) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (read !== size) throw new AppError('io_error', `${name} changed while it was read. Try again.`);
  }
  yield Buffer.from(`${JSON.stringify({ end: true })}\n`);
}

/**
 * Writes each file of the series, readable by its owner only, where `place` says, and resolves with their names. Rejects with
 * `invalid_input` for a stream that is no whole series, and with what `place` throws for a name that is none of its own.
 */
export async function readSeries(source: AsyncIterable<Uint8Array>, place: (name: string) => Promise<string>): Promise<string[]> {
  const reader = new SeriesReader(source);
  const names: string[] = [];
  for (;;) {
    const entry = entrySchema.safeParse(await reader.line());
    if (!entry.success) throw broken();
    if ('end' in entry.data) break;
    const { name, size } = entry.data;
    const file = await open(await place(name), 'wx', 0o600);
    try {
      for await (const chunk of reader.bytes(size)) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    names.push(name);
  }
  await reader.end();
  return names;
}

class SeriesReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async line(): Promise<unknown> {
    for (;;) {
      const at = this.#rest.indexOf(0x0a);
      if (at >= 0) {
        const text = this.#rest.subarray(0, at).toString('utf8');
        this.#rest = this.#rest.subarray(at + 1);
        return tryJson(text);
      }
      if (this.#rest.length > MOST_LINE_BYTES || !(await this.#more())) throw broken();
    }
  }

  async *bytes(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) throw broken();
      const chunk = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(chunk.length);
      left -= chunk.length;
      yield chunk;
    }
  }

  /** Reads on, since a stream that is checked piece by piece is only whole when its end was seen. */
  async end(): Promise<void> {
    if (this.#rest.length > 0 || (await this.#more())) throw broken();
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#rest = this.#rest.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#rest, next.value]);
    return true;
  }
}

function broken(): AppError {
  return new AppError('invalid_input', 'The content of the backup is not whole. Use another copy of it.');
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
