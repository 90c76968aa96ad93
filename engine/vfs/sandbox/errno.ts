import { AppError, type ErrorCode } from '../../contract/errors.ts';

/** The one place where an errno becomes an AppError. Messages name no real path. */
const ERRNO: Readonly<Record<string, readonly [ErrorCode, string?]>> = {
  ENOENT: ['not_found'],
  EEXIST: ['already_exists'],
  ENOTDIR: ['not_a_directory'],
  EISDIR: ['is_a_directory'],
  ENOTEMPTY: ['directory_not_empty'],
  ENAMETOOLONG: ['invalid_name', 'The name or path is too long for the disk. Choose a shorter one.'],
  EILSEQ: ['invalid_name'],
  EINVAL: ['invalid_name', 'The disk does not take this name or value. Choose another.'],
  ELOOP: ['permission_denied', 'This is a link, and links are not followed. Use the real folder.'],
  EACCES: [
    'permission_denied',
    "The server itself may not do this in the folder. The administrator has to change the folder's permissions.",
  ],
  EPERM: [
    'permission_denied',
    "The server itself may not do this in the folder. The administrator has to change the folder's permissions.",
  ],
  EROFS: ['read_only'],
  ENOSPC: ['no_space'],
  EDQUOT: ['no_space', "The disk quota of the server's own user is used up. The administrator has to free space."],
  EFBIG: ['too_large', 'The disk does not take files of this size.'],
  EBUSY: ['busy'],
  ETXTBSY: ['busy'],
  EXDEV: ['unsupported', 'The target is on another disk. Copy the file and delete the original.'],
  ENOTSUP: ['unsupported'],
  EOPNOTSUPP: ['unsupported'],
  EMFILE: ['io_error', 'The server has too many files open. Try again in a moment.'],
  ENFILE: ['io_error', 'The machine has too many files open. Try again in a moment.'],
  ENXIO: ['unsupported', 'This is not a regular file.'],
};

/** The errno of a Node error, such as `ENOENT`, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Any error of a file operation as an AppError; AppErrors pass. */
export function fromErrno(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const errno = errnoOf(error);
  const known = errno === undefined ? undefined : ERRNO[errno];
  if (known !== undefined) return new AppError(known[0], known[1], { cause: error });
  return new AppError(errno === undefined ? 'internal' : 'io_error', undefined, { cause: error });
}
