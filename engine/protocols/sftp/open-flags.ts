import { AppError } from '../../contract/errors.ts';
import type { OpenWriteOptions } from '../../vfs/types.ts';
import { OpenFlag } from './packet-types.ts';

/**
 * What an OPEN asks for. `readable` says that a handle for writing may be read too; `creates` that a file to be read is made empty where none
 * is, or has to be made.
 */
export type OpenIntent =
  | { readonly kind: 'read'; readonly creates: 'never' | 'missing' | 'always'; readonly fileMode?: number }
  | { readonly kind: 'write'; readonly options: OpenWriteOptions; readonly readable: boolean };

/**
 * Translates OPEN's `pflags` (draft-ietf-secsh-filexfer-02, section 6.3) and the mode of its attributes.
 * `put` of OpenSSH sends WRITE|CREAT|TRUNC, its `reput` WRITE|CREAT|APPEND; WinSCP and lftp resume with WRITE alone or WRITE|CREAT.
 * CREAT without WRITE makes an empty file, as OpenSSH's server does: so does whoever opens a lock over sshfs.
 * Throws AppError `invalid_input` for combinations that mean nothing.
 */
export function openIntent(flags: number, mode: number | undefined): OpenIntent {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const create = has(OpenFlag.CREAT);
  // OpenSSH's server takes APPEND alone as a wish to write, and so do clients in the wild.
  const writes = has(OpenFlag.WRITE) || has(OpenFlag.APPEND);
  if (!writes) {
    if (!has(OpenFlag.READ)) throw new AppError('invalid_input', 'Open the file for reading or for writing.');
    if (has(OpenFlag.TRUNC)) throw new AppError('invalid_input', 'A file cannot be emptied by opening it for reading.');
    const creates = !create ? 'never' : has(OpenFlag.EXCL) ? 'always' : 'missing';
    return { kind: 'read', creates, ...(create && mode !== undefined ? { fileMode: mode } : {}) };
  }
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
