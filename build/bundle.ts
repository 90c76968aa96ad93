import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { buildPreload } from './preload.ts';

/**
 * What a package ships instead of the source. Everything is bundled but packages with native parts. Workers lie
 * beside the code that starts them (engine/store/worker-url.ts), so each folder is flat.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const NATIVE = ['better-sqlite3', 'ssh2', '@node-rs/argon2', 'electron'];
const WORKERS = globSync('engine/**/*-worker.ts', { cwd: root });

const MODULE: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  format: 'esm',
  splitting: true,
  external: NATIVE,
  // For bundled CommonJS packages, which ask for Node's own modules by require.
  banner: { js: "import { createRequire as gatehouseRequire } from 'node:module'; const require = gatehouseRequire(import.meta.url);" },
  chunkNames: 'chunk-[hash]',
  sourcemap: true,
  logLevel: 'warning',
};

/** The engine and its command line, for `gatehouse serve` from a package. */
export async function bundleEngine(outdir = join(root, 'dist/engine')): Promise<void> {
  await build({ ...MODULE, outdir, entryPoints: [{ in: 'engine/cli/main.ts', out: 'cli' }, ...flat(WORKERS)] });
}

/** The desktop application: main, the engine's own process, and the preload script, which a sandboxed window takes as CommonJS only. */
export async function bundleDesktop(outdir = join(root, 'dist/electron')): Promise<void> {
  await build({ ...MODULE, outdir, entryPoints: flat(['electron/main.ts', 'electron/engine-process.ts', ...WORKERS]) });
  await buildPreload(join(outdir, 'preload.cjs'));
}

function flat(files: readonly string[]): { in: string; out: string }[] {
  return files.map((file) => ({ in: file, out: basename(file, '.ts') }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleEngine();
  await bundleDesktop();
}
