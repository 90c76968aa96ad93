import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import { sharedBuild } from './shared-builds.ts';

/** The console over the fake transport and the gallery, built as they are shipped and served; for `beforeAll`. `url` ends with a slash. */
export async function startDemo(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const config = {
    configFile: fileURLToPath(new URL('../../renderer/vite.config.ts', import.meta.url)),
    mode: 'gallery',
    logLevel: 'error',
  } as const;
  const outDir = await sharedBuild('demo', (folder) => build({ ...config, build: { outDir: folder } }));
  const server = await preview({ ...config, build: { outDir }, preview: { host: '127.0.0.1', port: 0, open: false } });
  const [url = ''] = server.resolvedUrls?.local ?? [];
  return { url, stop: () => server.close() };
}
