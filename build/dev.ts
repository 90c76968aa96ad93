import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';

/**
 * The console with hot reloading. `dev:web`: against a real engine on a data folder of its own (.cache/dev-data), whose answers are
 * passed through so that the page has one origin. `dev:demo` and the gallery (`--page`): no engine at all.
 */
const { values } = parseArgs({ options: { page: { type: 'string', default: 'index' }, data: { type: 'string' } } });
const root = fileURLToPath(new URL('..', import.meta.url));

if (values.page === 'index') await withEngine();
else await serve(values.page, {});

async function withEngine(): Promise<void> {
  const data = values.data ?? `${root}/.cache/dev-data`;
  mkdirSync(data, { recursive: true });
  const engine = spawn(process.execPath, [`${root}/bin/gatehouse.mjs`, 'serve', '--json', '--data', data, '--http', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => engine.kill('SIGTERM'));
  engine.on('exit', (code) => process.exit(code ?? 1));
  for await (const line of createInterface({ input: engine.stdout })) {
    const ready = JSON.parse(line) as { http: string; open: string };
    await serve('index', { engine: ready.http, fragment: new URL(ready.open).hash });
  }
}

async function serve(page: string, { engine, fragment = '' }: { engine?: string; fragment?: string }): Promise<void> {
  // The engine answers its own page only; towards it this server is that page.
  const target = { target: engine ?? '', changeOrigin: true, headers: engine === undefined ? {} : { origin: engine } };
  const server = await createServer({
    configFile: `${root}/renderer/vite.config.ts`,
    server: engine === undefined ? {} : { proxy: { '/rpc': target, '/events': target, '/console': target, '/api': target } },
  });
  await server.listen();
  const [url = ''] = server.resolvedUrls?.local ?? [];
  process.stdout.write(`\n  ${url}${page === 'index' ? '' : `${page}.html`}${fragment}\n\n`);
}
