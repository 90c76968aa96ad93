import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

/** The console over the fake transport and the gallery, built as they are shipped and served from a folder of their own; for `beforeAll`. `url` ends with a slash. */
export async function startDemo(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const outDir = mkdtempSync(join(tmpdir(), 'gatehouse-demo-'));
  const config = {
    configFile: fileURLToPath(new URL('../../renderer/vite.config.ts', import.meta.url)),
    mode: 'gallery',
    logLevel: 'error',
    build: { outDir },
  } as const;
  await build(config);
  const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0, open: false } });
  const [url = ''] = server.resolvedUrls?.local ?? [];
  return {
    url,
    async stop() {
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
