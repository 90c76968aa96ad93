import { AppError } from '../../contract/errors.ts';
import type { CopyRange, Session } from '../../vfs/types.ts';
import { readAttributes, settableAttributes } from './attributes.ts';
import { MAX_HANDLES } from './handle-table.ts';
import type { PacketReader } from './packets.ts';
import { limitsReply, okReply, pathReply, spaceReply } from './replies.ts';
import { readHandle, readPath } from './requests.ts';

type PathExtension = {
  /** As announced in VERSION. */
  readonly version: string;
  answer(id: number, fields: PacketReader, session: Session): Promise<Buffer> | Buffer;
};

/** `~` and `~/path` as the client's own home, which is the root of what it sees. */
function expandHome(path: string, session: Session): string {
  if (!path.startsWith('~')) return path;
  const [name = '', ...rest] = path.slice(1).split('/');
  if (name !== '' && name !== session.identity.account.username) throw new AppError('not_found', 'There is no home folder of this name.');
  return `/${rest.join('/')}`;
}

/** Extensions about paths or the server (OpenSSH's file PROTOCOL, section 4; home-directory: draft-ietf-secsh-filexfer-extensions-00). */
const PATH_EXTENSIONS: Readonly<Record<string, PathExtension>> = {
  'posix-rename@openssh.com': {
    version: '1',
    async answer(id, fields, session) {
      await session.rename(readPath(fields), readPath(fields), { overwrite: true });
      return okReply(id);
    },
  },
  'statvfs@openssh.com': {
    version: '2',
    async answer(id, fields, session) {
      const path = readPath(fields);
      // The space of what is not there is not asked for.
      await session.stat(path);
      return spaceReply(id, await session.space(path));
    },
  },
  'lsetstat@openssh.com': {
    version: '1',
    async answer(id, fields, session) {
      await session.setAttributes(readPath(fields), settableAttributes(readAttributes(fields)));
      return okReply(id);
    },
  },
  'limits@openssh.com': { version: '1', answer: (id) => limitsReply(id, MAX_HANDLES) },
  'expand-path@openssh.com': {
    version: '1',
    answer: (id, fields, session) => pathReply(id, session.resolve(expandHome(readPath(fields), session))),
  },
  'home-directory': {
    version: '1',
    answer: (id, fields, session) => pathReply(id, session.resolve(expandHome(`~${readPath(fields)}`, session))),
  },
};

/** draft-ietf-secsh-filexfer-extensions-00, section 7: about two handles at once. */
export const COPY_DATA = 'copy-data';

/** Fields of `copy-data`; a length of 0 means to the end. Throws MalformedPacket. */
export function readCopyData(fields: PacketReader): { readonly source: Buffer; readonly target: Buffer; readonly range: CopyRange } {
  const source = readHandle(fields);
  const [from, length] = [fields.uint64(), fields.uint64()];
  const target = readHandle(fields);
  return { source, target, range: { from, length: length === 0 ? null : length, to: fields.uint64() } };
}

/** Extensions about an open handle; they wait in its queue as its other requests do (OpenSSH's file PROTOCOL, section 4). */
const HANDLE_EXTENSIONS = {
  'fsync@openssh.com': { version: '1', type: 'FSYNC' },
  'fstatvfs@openssh.com': { version: '2', type: 'FSTATVFS' },
} as const;

/** Names and versions for the VERSION reply: everything that is implemented, nothing else. */
export const ADVERTISED_EXTENSIONS: readonly (readonly [name: string, version: string])[] = Object.entries({
  ...PATH_EXTENSIONS,
  ...HANDLE_EXTENSIONS,
  [COPY_DATA]: { version: '1' },
}).map(([name, { version }]) => [name, version]);

/** The handle's request that an EXTENDED of this name stands for; null when it is not about a handle. */
export function handleExtension(name: string): 'FSYNC' | 'FSTATVFS' | null {
  return Object.hasOwn(HANDLE_EXTENSIONS, name) ? HANDLE_EXTENSIONS[name as keyof typeof HANDLE_EXTENSIONS].type : null;
}

/** Carries any other EXTENDED request out; resolves with the reply. Rejects with AppError `unsupported` for a name that is not announced. */
export async function answerExtension(id: number, name: string, fields: PacketReader, session: Session): Promise<Buffer> {
  const extension = Object.hasOwn(PATH_EXTENSIONS, name) ? PATH_EXTENSIONS[name] : undefined;
  if (extension === undefined) throw new AppError('unsupported', 'Gatehouse does not offer this extension.');
  return await extension.answer(id, fields, session);
}
