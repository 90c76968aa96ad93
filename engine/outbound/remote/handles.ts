import { promisify } from 'node:util';
import type { InputAttributes } from 'ssh2';
import { AppError } from '../../contract/errors.ts';
import type { Attributes, OpenedFile, WrittenFile } from '../../vfs/types.ts';
import type { SftpLink } from './sftp.ts';

/** An open file on another server. */
export class RemoteReading implements OpenedFile {
  readonly path: string;
  readonly size: number;
  readonly #link: SftpLink;
  readonly #handle: Buffer;
  #ended: Promise<void> | undefined;

  private constructor(link: SftpLink, handle: Buffer, { path, size }: { readonly path: string; readonly size: number }) {
    this.#link = link;
    this.#handle = handle;
    this.path = path;
    this.size = size;
  }

  static async open(
    link: SftpLink,
    file: { readonly path: string; readonly there: string; readonly size: number },
  ): Promise<RemoteReading> {
    const open = promisify<string, 'r', Buffer>(link.sftp.open.bind(link.sftp));
    return new RemoteReading(link, await link.told(open(file.there, 'r'), file.path), file);
  }

  /** All pieces are asked for at once, and a short one ends what counts: behind it there would be a hole. */
  async read(buffer: Uint8Array, position: number): Promise<number> {
    const pieces: Promise<Buffer>[] = [];
    for (let from = 0; from < buffer.length; from += this.#link.pieceBytes) {
      const length = Math.min(this.#link.pieceBytes, buffer.length - from);
      pieces.push(this.#link.told(this.#link.read(this.#handle, position + from, length), this.path));
    }
    let count = 0;
    for (const [index, piece] of (await Promise.all(pieces)).entries()) {
      buffer.set(piece, index * this.#link.pieceBytes);
      count += piece.length;
      if (piece.length < Math.min(this.#link.pieceBytes, buffer.length - index * this.#link.pieceBytes)) break;
    }
    return count;
  }

  finish(): Promise<void> {
    this.#ended ??= this.#link.told(this.#link.closeHandle(this.#handle), this.path);
    return this.#ended;
  }

  abort(): Promise<void> {
    return this.finish().catch(() => undefined);
  }
}

type Written = {
  readonly path: string;
  /** Where it will be. */
  readonly there: string;
  /** Under which name it is written; null for what is added to a file. */
  readonly temporary: string | null;
  readonly startAt: number;
  readonly exclusive: boolean;
  readonly fileMode: number;
};

/** A file on its way to another server, under a hidden name until it is complete. Of one that broke off nothing stays. */
export class RemoteWriting implements WrittenFile {
  readonly path: string;
  readonly #link: SftpLink;
  readonly #handle: Buffer;
  readonly #file: Written;
  readonly #arrived: (bytes: number) => Promise<void>;
  #size: number;
  #attributes: Attributes = {};
  #ended: Promise<void> | undefined;

  private constructor(link: SftpLink, handle: Buffer, file: Written, arrived: (bytes: number) => Promise<void>) {
    this.#link = link;
    this.#handle = handle;
    this.#file = file;
    this.#arrived = arrived;
    this.#size = file.startAt;
    this.path = file.path;
  }

  /** `arrived` gets the bytes of the whole file once it is there. */
  static async open(link: SftpLink, file: Written, arrived: (bytes: number) => Promise<void>): Promise<RemoteWriting> {
    const open = promisify<string, 'wx' | 'r+', InputAttributes, Buffer>(link.sftp.open.bind(link.sftp));
    const attributes = { mode: file.fileMode } as InputAttributes;
    const handle = await link.told(open(file.temporary ?? file.there, file.temporary === null ? 'r+' : 'wx', attributes), file.path);
    return new RemoteWriting(link, handle, file, arrived);
  }

  async write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    const writing: Promise<void>[] = [];
    let at = this.#file.startAt + position;
    for (const buffer of buffers) {
      for (let from = 0; from < buffer.length; from += this.#link.pieceBytes) {
        const length = Math.min(this.#link.pieceBytes, buffer.length - from);
        const piece = Buffer.from(buffer.buffer, buffer.byteOffset + from, length);
        writing.push(this.#link.told(this.#link.write(this.#handle, piece, at), this.path));
        at += length;
      }
    }
    const done = await Promise.allSettled(writing);
    const failed = done.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    this.#size = Math.max(this.#size, at);
  }

  setAttributes(attributes: Attributes): Promise<void> {
    this.#attributes = { ...this.#attributes, ...attributes };
    return Promise.resolve();
  }

  finish(): Promise<void> {
    this.#ended ??= this.#finish();
    return this.#ended;
  }

  abort(): Promise<void> {
    this.#ended ??= this.#discard();
    return this.#ended.catch(() => undefined);
  }

  async #finish(): Promise<void> {
    const { there, temporary, exclusive } = this.#file;
    try {
      const { mtimeMs, atimeMs, mode } = this.#attributes;
      const attributes = {
        ...(mode === undefined ? {} : { mode }),
        ...(mtimeMs === undefined ? {} : { mtime: Math.floor(mtimeMs / 1000), atime: Math.floor((atimeMs ?? mtimeMs) / 1000) }),
      };
      if (Object.keys(attributes).length > 0) {
        const fsetstat = promisify<Buffer, InputAttributes>(this.#link.sftp.fsetstat.bind(this.#link.sftp));
        await this.#link.told(fsetstat(this.#handle, attributes as InputAttributes), this.path);
      }
      await this.#link.told(this.#link.closeHandle(this.#handle), this.path);
      if (temporary !== null) {
        const size = (await this.#link.stat(temporary))?.size ?? 0;
        if (size !== this.#size)
          throw new AppError('outbound_failed', `Of ${this.#size} bytes of ${this.path} ${this.#link.where} has ${size}.`);
        await this.#link.rename(temporary, there, !exclusive);
      }
    } catch (error) {
      await this.#discard();
      throw error;
    }
    await this.#arrived(this.#size);
  }

  async #discard(): Promise<void> {
    await this.#link.closeHandle(this.#handle).catch(() => undefined);
    if (this.#file.temporary !== null) await this.#link.remove(this.#file.temporary).catch(() => undefined);
  }
}
