import type { Session } from '../../vfs/types.ts';
import { OpenFlag } from './packet-types.ts';
import type { Request, UnreadableRequest } from './requests.ts';

/** Requests about the content of an open file or folder: there are thousands in one transfer, and its own event tells of it. */
const OF_A_TRANSFER: ReadonlySet<string> = new Set(['READ', 'WRITE', 'READDIR', 'FSTAT', 'CLOSE']);
const CHANGING: ReadonlySet<string> = new Set(['SETSTAT', 'FSETSTAT', 'REMOVE', 'MKDIR', 'RMDIR', 'RENAME', 'SYMLINK']);
/** Extensions that only ask. */
const ASKING = /^(statvfs|fstatvfs|limits|expand-path|home-directory|fsync|md5|sha\d+)/;
const WRITING = OpenFlag.WRITE | OpenFlag.APPEND | OpenFlag.CREAT | OpenFlag.TRUNC;

/** Tells the session of a request, for the log of requests. */
export function noteRequest(session: Session, request: Request | UnreadableRequest): void {
  if (request.type === 'UNREADABLE' || OF_A_TRANSFER.has(request.type)) return;
  session.noteRequest({ name: `sftp/${request.type}`, payload: payloadOf(request), isWrite: mayChange(request) });
}

function mayChange(request: Request): boolean {
  if (request.type === 'OPEN') return (request.flags & WRITING) !== 0;
  return request.type === 'EXTENDED' ? !ASKING.test(request.name) : CHANGING.has(request.type);
}

function payloadOf(request: Request): Record<string, string> {
  if ('path' in request) return { path: request.path };
  if ('from' in request) return { from: request.from, to: request.to };
  return request.type === 'EXTENDED' ? { name: request.name } : {};
}
