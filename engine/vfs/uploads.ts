import { AppError } from '../contract/errors.ts';
import type { Attributes, FileStat } from './types.ts';

/** What others need to know of an upload in progress. */
export type OpenUpload = {
  readonly accountId: number;
  /** Virtual path of the final name. */
  readonly path: string;
  /** Its size and times as its own account sees them. */
  readonly describe: () => FileStat;
  /** As `Upload.setAttributes`. */
  readonly setAttributes: (attributes: Attributes) => Promise<void>;
  /** The file beside the target that holds what has come so far; undefined where that goes into the target itself, or cannot be had. */
  readonly hiddenName: () => string | undefined;
  /** A rename of the unfinished upload: it will be published under the new name. */
  readonly retarget: (path: string) => void;
  /** A delete of the unfinished upload: nothing stays, later writes fail. */
  readonly discard: () => Promise<void>;
};

/** Every final name that is being written, so that a second writer is refused and a rename finds its upload. */
export type OpenUploads = {
  /** Throws `busy` when somebody writes to this file already. */
  claim(key: string, upload: OpenUpload): void;
  release(key: string): void;
  get(key: string): OpenUpload | undefined;
  /** The uploads whose final names lie directly in the directory of this key. */
  inDirectory(directoryKey: string): readonly OpenUpload[];
  /** Whether any lies below the directory, at whatever depth. */
  anyBelow(directoryKey: string): boolean;
};

export function createOpenUploads(): OpenUploads {
  const byKey = new Map<string, OpenUpload>();
  const parent = (key: string): string => key.slice(0, key.lastIndexOf('/'));
  return {
    claim(key, upload) {
      if (byKey.has(key)) throw new AppError('busy');
      byKey.set(key, upload);
    },
    release: (key) => void byKey.delete(key),
    get: (key) => byKey.get(key),
    inDirectory: (directoryKey) => [...byKey].filter(([key]) => parent(key) === directoryKey).map(([, upload]) => upload),
    anyBelow: (directoryKey) => [...byKey.keys()].some((key) => key.startsWith(`${directoryKey}/`)),
  };
}
