import { AppError } from '../../contract/errors.ts';
import type { OpenWriteOptions } from '../../vfs/types.ts';
import { OpenFlag } from './packet-types.ts';

/** What an OPEN asks for. `readable` says that a handle for writing may be read too. */
export type OpenIntent =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly options: OpenWriteOptions; readonly readable: boolean };

/**
 * Translates OPEN's `pflags` (draft-ietf-secsh-filexfer-02, section 6.3) and the mode of its attributes.
 * `put` of OpenSSH sends WRITE|CREAT|TRUNC, its `reput` WRITE|CREAT|APPEND; WinSCP and lftp resume with WRITE alone or WRITE|CREAT.
 * Throws AppError `invalid_input` for combinations that mean nothing.
 */
export function openIntent(flags: number, mode: number | undefined): OpenIntent {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  // OpenSSH's server takes APPEND alone as a wish to write, and so do clients in the wild.
  const writes = has(OpenFlag.WRITE) || has(OpenFlag.APPEND);
  if (!writes) {
    if (!has(OpenFlag.READ)) throw new AppError('invalid_input', 'Open the file for reading or for writing.');
    if (has(OpenFlag.CREAT) || has(OpenFlag.TRUNC) || has(OpenFlag.EXCL))
      throw new AppError('invalid_input', 'A file cannot be created or emptied by opening it for reading.');
    return { kind: 'read' };
  }
  const create = has(OpenFlag.CREAT);
  return {
    kind: 'write',
    readable: has(OpenFlag.READ),
    options: {
      mode: has(OpenFlag.TRUNC) ? 'replace' : has(OpenFlag.APPEND) ? 'append' : 'modify',
      create,
      ...(create && has(OpenFlag.EXCL) ? { exclusive: true } : {}),
      ...(mode === undefined ? {} : { fileMode: mode }),
    },
  };
}
