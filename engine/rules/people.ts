import { join, sep } from 'node:path';
import type { Account } from '../contract/account.ts';
import type { RulesServices } from './services.ts';

/** What conditions and placeholders ask about the accounts that events name. */
export type People = {
  /** As it is kept, without what its groups add. */
  account(id: number): Account | undefined;
  /** Where a virtual path of an account lies on the disks, with the machine's separators; null for an account that there is no more. */
  realPath(accountId: number, path: string): string | null;
};

/** One real tree of an account: its home, or a virtual folder at its place in the tree of virtual paths. */
export type PlacedTree = {
  /** Where it begins; `/` for the home. */
  readonly path: string;
  /** Real path of its folder. */
  readonly place: string;
};

export function peopleOf({ accounts, vfs }: Pick<RulesServices, 'accounts' | 'vfs'>): People {
  return {
    account: (id) => accounts.byId(id),
    realPath(accountId, path) {
      const account = accounts.byId(accountId);
      return account === undefined ? null : realPathIn(vfs.treesOf(account), path);
    },
  };
}

/** The real path of a clean virtual path; empty for an empty one, which stands for none. */
export function realPathIn(trees: readonly PlacedTree[], path: string): string {
  const tree = treeAt(trees, path);
  if (tree === undefined || path === '') return '';
  return join(tree.place, path.slice(tree.path === '/' ? 0 : tree.path.length));
}

/** The tree that shows a path: the one that begins nearest to it. */
export function treeAt(trees: readonly PlacedTree[], path: string): PlacedTree | undefined {
  let nearest: PlacedTree | undefined;
  for (const tree of trees) {
    const holds = tree.path === '/' || path === tree.path || path.startsWith(`${tree.path}/`);
    if (holds && (nearest === undefined || tree.path.length > nearest.path.length)) nearest = tree;
  }
  return nearest;
}

/** The same path with forward slashes, as patterns compare it. */
export function withSlashes(path: string): string {
  return path.replaceAll(sep, '/');
}
