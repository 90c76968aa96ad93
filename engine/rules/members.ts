import { dirname, posix, relative, resolve } from 'node:path';
import type { Account } from '../contract/account.ts';
import type { StoredEvent } from '../contract/event.ts';
import { parentOf } from '../vfs/names.ts';
import { mayIn, NEEDS } from '../vfs/permissions.ts';
import { peopleOf, type PlacedTree, treeAt, withSlashes } from './people.ts';
import type { RulesServices } from './services.ts';

/** Somebody in whose folders something happened. */
export type Member = {
  readonly account: Account;
  /** Where the member sees what the event is about. */
  readonly path: string;
};

/** Who sees the folders of others (spec: rules, "Whose activity", reverse). */
export type Members = {
  /** Who else may list the folder that the event's path, or its new path, lies in: each account once, without the one that acted. */
  of(event: StoredEvent): readonly Member[];
  /** Follows what is committed. */
  onCommitted(events: readonly StoredEvent[]): void;
};

/** A tree by its real path, with the account that sees it. */
type Root = { readonly account: Account; readonly trees: readonly PlacedTree[]; readonly tree: PlacedTree };

/** Kinds of records that decide who sees what. */
const DECIDING = new Set(['user', 'group', 'folder']);

/** Keeps an index from folders of the disks to those who see them, made when it is first asked for and again after accounts have changed. */
export function createMembers(services: Pick<RulesServices, 'accounts' | 'vfs'>): Members {
  const { accounts, vfs } = services;
  const people = peopleOf(services);
  let index: ReadonlyMap<string, readonly Root[]> | undefined;

  function build(): ReadonlyMap<string, readonly Root[]> {
    const roots = new Map<string, Root[]>();
    for (const kept of accounts.list()) {
      if (!kept.enabled) continue;
      const account = accounts.effective(kept);
      const trees = vfs.treesOf(kept);
      for (const tree of trees) {
        const place = resolve(tree.place);
        const there = roots.get(place);
        if (there === undefined) roots.set(place, [{ account, trees, tree }]);
        else there.push({ account, trees, tree });
      }
    }
    return roots;
  }

  return {
    of({ _user, path, target_path }) {
      if (_user === null) return [];
      index ??= build();
      const found = new Map<number, Member>();
      for (const virtual of [path, target_path]) {
        const real = virtual === null ? null : people.realPath(_user._id, virtual);
        if (real === null) continue;
        for (const { root, inside } of rootsAbove(index, resolve(real))) {
          const { account } = root;
          if (account.id === _user._id || found.has(account.id)) continue;
          const seen = posix.join(root.tree.path, inside);
          if (isSeen(root, seen)) found.set(account.id, { account, path: seen });
        }
      }
      return [...found.values()];
    },
    onCommitted(events) {
      if (events.some(decides)) index = undefined;
    },
  };
}

function decides({ type, schema, basetype }: StoredEvent): boolean {
  return type === 'BASE_CONFIG_UPDATE' || (schema === 'BASE' && basetype !== null && DECIDING.has(basetype) && type.startsWith('OBJECT_'));
}

/** The trees that hold a real path, with the path inside of each. */
function* rootsAbove(index: ReadonlyMap<string, readonly Root[]>, real: string): Generator<{ root: Root; inside: string }> {
  for (let folder = real; ; folder = dirname(folder)) {
    for (const root of index.get(folder) ?? []) yield { root, inside: withSlashes(relative(folder, real)) };
    if (folder === dirname(folder)) return;
  }
}

/** Whether nothing of the member's own tree hides the path, and the member may list the folder that holds it. */
function isSeen({ account, trees, tree }: Root, path: string): boolean {
  return path !== '/' && treeAt(trees, path) === tree && mayIn(account, parentOf(path), NEEDS.list);
}
