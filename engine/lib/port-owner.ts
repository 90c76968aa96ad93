import { readdir, readFile, readlink } from 'node:fs/promises';
import { AppError } from '../contract/errors.ts';

/** A process that listens on a port. */
type PortOwner = { readonly pid: number; readonly name: string };

const LISTENING = '0A';

/** Inode numbers of the sockets that listen on `port`, out of Linux's table of TCP sockets (proc(5), /proc/net/tcp). */
async function listeningInodes(port: number): Promise<Set<string>> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTENING && inode !== undefined && Number.parseInt(local.split(':')[1] ?? '', 16) === port) inodes.add(inode);
    }
  }
  return inodes;
}

async function holdsOneOf(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const descriptor of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

/**
 * The process that listens on a TCP port of this machine; null where it cannot be found out: on other systems than Linux, and for
 * processes of other users. Never rejects.
 */
async function portOwner(port: number): Promise<PortOwner | null> {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return null;
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid) || !(await holdsOneOf(pid, inodes))) continue;
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    return { pid: Number(pid), name: name.trim() };
  }
  return null;
}

/**
 * Why a listener could not be opened, in words: AppError `port_in_use` (naming the process where it can be found), `address_unavailable`,
 * `permission_denied`; anything else as `internal` with its cause.
 */
export async function listenFailure(thrown: unknown, host: string, port: number): Promise<AppError> {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
  switch (code) {
    case 'EADDRINUSE': {
      const owner = await portOwner(port);
      const who = owner === null ? 'another program' : `${owner.name} (process ${owner.pid})`;
      return new AppError('port_in_use', `Port ${port} is in use by ${who}. Stop it or choose another port.`, { cause: thrown });
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EINVAL':
      return new AppError(
        'address_unavailable',
        `This machine has no address ${host}. Choose one of its own addresses, or 0.0.0.0 for all.`,
        { cause: thrown },
      );
    case 'EACCES':
      return new AppError(
        'permission_denied',
        `The system does not let Gatehouse use port ${port}: ports below 1024 need special rights. Choose a port above 1023.`,
        {
          cause: thrown,
        },
      );
    default:
      return new AppError('internal', undefined, { cause: thrown });
  }
}
