import { AppError } from '../../contract/errors.ts';
import type { Handle } from './handle.ts';

/** Open handles of one channel; announced by `limits@openssh.com`. Each holds a descriptor, and a client that leaks them is stopped here. */
export const MAX_HANDLES = 512;

const HANDLE_LENGTH = 4;
const unknownHandle = (): AppError => new AppError('gone', 'The handle is not open. It was closed before, or never opened.');

/** Handles of one channel by the bytes that the client knows them by. Numbers are not used again within a channel. */
export class HandleTable {
  readonly #handles = new Map<number, Handle>();
  #reserved = 0;
  #next = 0;

  /** Makes sure of a place before something is opened. Throws AppError `too_large` when all are taken; give back with `cancel`. */
  reserve(): void {
    if (this.#handles.size + this.#reserved >= MAX_HANDLES)
      throw new AppError('too_large', `At most ${MAX_HANDLES} files can be open at once. Close some first.`);
    this.#reserved++;
  }

  cancel(): void {
    this.#reserved--;
  }

  /** Turns a reserved place into a handle; returns its bytes. */
  add(handle: Handle): Buffer {
    this.#reserved--;
    const number = this.#next;
    this.#next = (this.#next + 1) >>> 0;
    this.#handles.set(number, handle);
    const bytes = Buffer.allocUnsafe(HANDLE_LENGTH);
    bytes.writeUInt32BE(number);
    return bytes;
  }

  get(bytes: Buffer): Handle {
    const handle = bytes.length === HANDLE_LENGTH ? this.#handles.get(bytes.readUInt32BE(0)) : undefined;
    if (handle === undefined) throw unknownHandle();
    return handle;
  }

  /** Forgets a handle: later requests do not find it. */
  take(bytes: Buffer): Handle {
    const handle = this.get(bytes);
    this.#handles.delete(bytes.readUInt32BE(0));
    return handle;
  }

  /** All handles, forgotten. */
  clear(): Handle[] {
    const handles = [...this.#handles.values()];
    this.#handles.clear();
    return handles;
  }

  values(): Iterable<Handle> {
    return this.#handles.values();
  }
}
