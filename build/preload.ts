import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);

/** Makes the one CommonJS file that Electron's sandbox can load of electron/preload.ts. Rejects with esbuild's messages. */
export async function buildPreload(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('electron/preload.ts', root))],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'browser',
    target: 'chrome140',
    external: ['electron'],
    logLevel: 'silent',
  });
}
