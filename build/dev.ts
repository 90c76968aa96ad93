import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer, type ProxyOptions } from 'vite';

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
  const server = await createServer({
    configFile: `${root}/renderer/vite.config.ts`,
    server: engine === undefined ? {} : { proxy: proxyTo(engine) },
  });
  await server.listen();
  const [url = ''] = server.resolvedUrls?.local ?? [];
  process.stdout.write(`\n  ${url}${page === 'index' ? '' : `${page}.html`}${fragment}\n\n`);
}

/** The engine answers its own page only; towards it this server is that page. */
function proxyTo(engine: string): Record<string, ProxyOptions> {
  const target: ProxyOptions = { target: engine, changeOrigin: true, headers: { origin: engine } };
  return {
    '/events': target,
    '/console': target,
    '/api': target,
    // Methods are called by POST; what is fetched below /rpc is a source file of the console.
    '/rpc': { ...target, bypass: ({ method, url }) => (method === 'POST' ? undefined : url) },
  };
}
