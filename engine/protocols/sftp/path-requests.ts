import { AppError } from '../../contract/errors.ts';
import type { Session } from '../../vfs/types.ts';
import { settableAttributes } from './attributes.ts';
import { attrsReply, okReply, pathReply } from './replies.ts';
import type { Request } from './requests.ts';

/** Requests that name paths and open nothing. */
export type PathRequest = Extract<
  Request,
  { readonly type: 'LSTAT' | 'STAT' | 'SETSTAT' | 'REMOVE' | 'MKDIR' | 'RMDIR' | 'REALPATH' | 'RENAME' | 'READLINK' | 'SYMLINK' }
>;

/** Carries a request out; resolves with the reply, rejects with the session's AppError (draft-ietf-secsh-filexfer-02, sections 6.5 to 6.11). */
export async function answerPathRequest(request: PathRequest, session: Session): Promise<Buffer> {
  const { id } = request;
  switch (request.type) {
    case 'LSTAT':
    case 'STAT':
      return attrsReply(id, await session.stat(request.path));
    case 'REALPATH':
      return pathReply(id, session.resolve(request.path));
    case 'SETSTAT':
      await session.setAttributes(request.path, settableAttributes(request.attributes));
      break;
    case 'REMOVE':
      await session.remove(request.path);
      break;
    case 'MKDIR':
      await session.mkdir(request.path, request.attributes.attributes.mode);
      break;
    case 'RMDIR':
      await session.rmdir(request.path);
      break;
    case 'RENAME':
      await session.rename(request.from, request.to, { overwrite: false });
      break;
    case 'READLINK':
    case 'SYMLINK':
      throw new AppError('unsupported', 'Gatehouse has no links.');
  }
  return okReply(id);
}
