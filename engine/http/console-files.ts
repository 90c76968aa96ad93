import { readdirSync, type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built console's files: static code for whoever can reach the server, without a token and without any data. */
export type ConsoleFiles = {
  /** Answers a GET or HEAD of a file of the console. False, with nothing sent, for any other path. */
  serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
};

/**
 * Nothing inline, nothing from elsewhere, no framing; texts become markup nowhere (Trusted Types). `data:` images are the ones that
 * style sheets hold.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** Vite puts a hash of the content into these names: under one name there is never anything else. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/;
const A_YEAR_S = 31_536_000;

const NOT_BUILT = `The console has not been built yet. In Gatehouse's folder, run

  npm run build:console

and reload this page.
`;

/** Where the console lies: beside this file's folders in a checkout, beside the bundle in a package. */
export function consoleFolder(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? '../../dist/console/' : '../console/', import.meta.url));
}

/** Serves the folder's files by the names that a look into it found: a path that is none of them leads nowhere. Follows new builds. */
export function openConsoleFiles(folder: string): ConsoleFiles {
  const index = join(folder, 'index.html');
  let files = new Map<string, string>();
  let built: Stats | undefined;

  /** Looks again when there is another index.html than before. */
  function refresh(): void {
    const now = statSync(index, { throwIfNoEntry: false });
    if (now?.mtimeMs === built?.mtimeMs && now?.ino === built?.ino) return;
    built = now;
    files = now === undefined ? new Map<string, string>() : listFiles(folder);
  }

  refresh();
  return {
    async serve(path, request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      if (path === '/') refresh();
      const file = path === '/' ? index : files.get(decodePath(path));
      const content = file === undefined ? undefined : await readFile(file).catch(() => undefined);
      if (content === undefined && path !== '/') return false;
      response.statusCode = content === undefined ? 404 : 200;
      response.setHeader('content-security-policy', PAGE_POLICY);
      response.setHeader('content-type', content === undefined || file === undefined ? 'text/plain; charset=utf-8' : typeOf(file));
      if (HASHED.test(path)) response.setHeader('cache-control', `public, max-age=${A_YEAR_S}, immutable`);
      const body = content ?? Buffer.from(NOT_BUILT);
      response.setHeader('content-length', body.length);
      response.end(request.method === 'HEAD' ? undefined : body);
      return true;
    },
  };
}

function typeOf(file: string): string {
  return TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';
}

/** Regular files below the folder by the path they are asked for with; links are left out. */
function listFiles(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(file.slice(join(folder, '/').length - 1).replaceAll('\\', '/'), file);
  }
  return files;
}

/** The path as it was typed; a broken escape names no file either way. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
