import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Protocol } from 'electron';

/** The console's own scheme: no file: rights, no port, an origin of its own. */
const SCHEME = 'gatehouse';
const HOST = 'console';
export const CONSOLE_URL = `${SCHEME}://${HOST}/`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Call it before the application is ready. */
export function registerConsoleScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Serves the built console from `folder`: nothing outside of it, no listing, GET only. */
export function serveConsoleFiles(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(SCHEME, (request) => consoleFile(folder, request));
}

/** True for pages of the console and nothing else. */
export function isConsoleUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === `${SCHEME}:` && parsed.host === HOST && parsed.username === '';
}

/** The answer to one request. Never rejects. */
export async function consoleFile(folder: string, request: { readonly url: string; readonly method: string }): Promise<Response> {
  if (request.method !== 'GET' || !isConsoleUrl(request.url)) return refuse(405, 'Only pages of the console are served here.');
  const file = fileOf(folder, new URL(request.url).pathname);
  const type = file === undefined ? undefined : MIME[extname(file)];
  if (file === undefined || type === undefined) return refuse(404, 'The console has no such file.');
  try {
    return new Response(await readFile(file), { headers: { 'content-type': type, ...SECURITY_HEADERS } });
  } catch {
    const isEntry = file === join(folder, 'index.html');
    return refuse(404, isEntry ? 'The console is not built. Run: npm run build:console' : 'The console has no such file.');
  }
}

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

function fileOf(folder: string, pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  // A backslash is a separator on Windows, a colon names a drive or a stream.
  if (/[\0\\:]/.test(path)) return undefined;
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  return file.startsWith(normalize(folder) + sep) ? file : undefined;
}

function refuse(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...SECURITY_HEADERS } });
}
