import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sftpServerSchema } from '../../../engine/contract/remote-server.ts';
import type { FileServer } from '../../helpers/file-servers.ts';
import { type FileActionTest, startFileActions } from './file-action.ts';

/** A place that an action can be given: its name as a shared folder (empty: alice's tree), and where it lies on this machine. */
export type Place = { readonly folder: string; readonly root: string };

export type PlacesTest = FileActionTest & {
  readonly tree: Place;
  /** Makes a shared folder of this machine in the exchange folder. */
  readonly share: (name: string, more?: { readonly path?: string; readonly quotaBytes?: number }) => Place;
  /** Makes a shared folder of what a server has at a path, by default its whole tree. */
  readonly connect: (name: string, peer: FileServer, more?: { readonly path?: string; readonly root?: string }) => Place;
  /** Used storage of a shared folder. */
  readonly used: (name: string) => { readonly bytes: number; readonly files: number };
};

/** Alice, her tree, and shared folders. */
export async function startPlaces(options: Parameters<typeof startFileActions>[0] = {}): Promise<PlacesTest> {
  const engine = await startFileActions(options);
  const { folders } = engine.store.tables;
  return {
    ...engine,
    tree: { folder: '', root: join(engine.exchange, 'alice') },
    share(name, { path = `shared/${name}`, quotaBytes = 0 } = {}) {
      folders.insert({ name, description: '', path, remote: null, quotaBytes, quotaFiles: 0 }, engine.clock.now());
      const root = join(engine.exchange, path);
      if (!path.includes('%')) mkdirSync(root, { recursive: true });
      return { folder: name, root };
    },
    connect(name, { server, root: whole, folder }, { path = whole, root = folder } = {}) {
      const remote = JSON.stringify(sftpServerSchema.strip().parse(server));
      folders.insert({ name, description: '', path, remote, quotaBytes: 0, quotaFiles: 0 }, engine.clock.now());
      return { folder: name, root };
    },
    used(name) {
      const row = folders.byName(name);
      return { bytes: row?.usedBytes ?? 0, files: row?.usedFiles ?? 0 };
    },
  };
}

/** Empties a place and puts these files into it, behind the engine's back. */
export function fill({ root }: Place, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const name of existsSync(root) ? readdirSync(root) : []) rmSync(join(root, name), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** The paths of all files and, with a slash behind them, folders of a place. */
export function paths({ root }: Place): string[] {
  return (readdirSync(root, { recursive: true }) as string[])
    .map((path) => (statSync(join(root, path)).isDirectory() ? `${path}/` : path))
    .sort();
}

export function read({ root }: Place, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
