import { AppError } from '../contract/errors.ts';
import { type Charge } from './quota.ts';
import { ensureFolder, type Jail, openJail } from './sandbox/index.ts';

/** A virtual folder at its place in an account's tree. */
export type MountPoint = {
  /** Clean virtual path; the root only where the folder is the whole tree. */
  readonly path: string;
  /** Real path of the folder. */
  readonly place: string;
  /** It lies in the exchange folder: made where it is missing, while one elsewhere is more likely a disk that is not mounted. */
  readonly isOurs: boolean;
  readonly folder: { readonly id: number; readonly quotaBytes: number; readonly quotaFiles: number };
  readonly countsInAccount: boolean;
};

/** One real tree of a session: its home, or a virtual folder in it. */
export type Tree = {
  /** Where it begins; `/` for the home. */
  readonly path: string;
  /** Null for an account's home. */
  readonly mount: MountPoint | null;
  /** Throws `folder_missing` when it cannot be opened now. */
  jail(): Jail;
};

/**
 * The trees of a session. The nearest mount at or above a path holds it; a mount hides what the tree around it has there. Folders that only lead
 * to a mount are shown although no disk has them.
 */
export class MountTable {
  readonly #home: Tree;
  readonly #mounts: readonly OpenedMount[];

  /** `folder` is given where the home is a virtual folder itself. */
  constructor(
    home: Jail,
    points: readonly MountPoint[],
    { before, folder = null }: { before?: MountTable; folder?: MountPoint | null } = {},
  ) {
    this.#home = { path: '/', mount: folder, jail: () => home };
    this.#mounts = points.map((point) => before?.take(point) ?? new OpenedMount(point));
  }

  /** The tree that holds the path; of a mount point itself the mounted one. */
  treeAt(path: string): Tree {
    let nearest: Tree = this.#home;
    for (const mount of this.#mounts) if (isAtOrBelow(path, mount.path) && mount.path.length > nearest.path.length) nearest = mount;
    return nearest;
  }

  isPoint(path: string): boolean {
    return this.#mounts.some((mount) => mount.path === path);
  }

  /** A mount lies somewhere below the path. */
  leadsTo(path: string): boolean {
    return this.#mounts.some((mount) => mount.path !== path && isAtOrBelow(mount.path, path));
  }

  /** Names in a folder that are mounts, or lead to one. */
  namesIn(path: string): string[] {
    const start = path === '/' ? '/' : `${path}/`;
    const below = this.#mounts.filter((mount) => mount.path.startsWith(start));
    return [...new Set(below.map((mount) => mount.path.slice(start.length).split('/', 1)[0] ?? ''))];
  }

  /** The same trees with other mounts; those that stay are not opened anew. */
  with(points: readonly MountPoint[]): MountTable {
    const next = new MountTable(this.#home.jail(), points, { before: this });
    for (const mount of this.#mounts) if (!next.#mounts.includes(mount)) mount.close();
    return next;
  }

  take(point: MountPoint): OpenedMount | undefined {
    return this.#mounts.find((mount) => JSON.stringify(mount.mount) === JSON.stringify(point));
  }

  close(): void {
    for (const mount of this.#mounts) mount.close();
    this.#home.jail().close();
  }
}

/** Opened when it is first needed, so that signing in does not wait for it. */
class OpenedMount implements Tree {
  readonly path: string;
  readonly mount: MountPoint;
  #jail: Jail | undefined;

  constructor(point: MountPoint) {
    this.path = point.path;
    this.mount = point;
  }

  jail(): Jail {
    if (this.#jail !== undefined) return this.#jail;
    try {
      if (this.mount.isOurs) ensureFolder(this.mount.place);
      this.#jail = openJail(this.mount.place);
      return this.#jail;
    } catch (cause) {
      throw new AppError('folder_missing', 'This shared folder cannot be reached now. Ask the administrator.', { cause });
    }
  }

  close(): void {
    this.#jail?.close();
    this.#jail = undefined;
  }
}

/** Whom a tree's files charge: the account, unless a virtual folder counts apart; and the virtual folder. */
export function chargeOf(
  { mount }: Tree,
  account: { readonly id: number; readonly quotaBytes: number; readonly quotaFiles: number },
): Charge {
  const { id, quotaBytes, quotaFiles } = account;
  const own = { kind: 'account' as const, id, quotaBytes, quotaFiles };
  if (mount === null) return [own];
  const folder = { kind: 'folder' as const, ...mount.folder };
  return mount.countsInAccount ? [own, folder] : [folder];
}

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}
