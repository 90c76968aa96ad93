import { request } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { IdentityProvider } from '../../engine/accounts/identity-sign-in.ts';
import { AppError } from '../../engine/contract/errors.ts';
import { openConsoleFiles } from '../../engine/http/console-files.ts';
import { createHttpServer, type HttpServer } from '../../engine/http/server.ts';
import { createLogger, silentSink } from '../../engine/lib/log.ts';
import type { TestApi } from './api.ts';

/** No identity provider. */
const NO_PROVIDER: IdentityProvider = {
  offered: () => null,
  begin: () => Promise.reject(new AppError('not_found')),
  finish: () => Promise.reject(new AppError('not_found')),
};

/** The loopback server over a test API, on a free port; stopped when the test has finished. */
export async function startHttp(api: TestApi, options: { readonly consoleFolder?: string } = {}): Promise<HttpServer> {
  const { dispatch, scopes, tokens, push, consoleSessions, adminSignIn } = api;
  const log = createLogger(silentSink, 'http');
  const server = await createHttpServer(
    { host: '127.0.0.1', port: 0 },
    {
      dispatch,
      scopes,
      tokens,
      subscribe: (listener) => push.subscribe(listener),
      log,
      console: {
        files: openConsoleFiles(options.consoleFolder ?? join(api.dataFolder, 'no-console')),
        sessions: consoleSessions,
        admins: adminSignIn,
        identity: NO_PROVIDER,
      },
    },
  );
  onTestFinished(() => server.stop(0));
  return server;
}

export type RawAnswer = { readonly status: number; readonly headers: Record<string, string | string[] | undefined>; readonly text: string };

/** A request with any headers, which `fetch` would not send. */
export function rawRequest(
  url: string,
  options: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string | Buffer } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(options.body);
  });
}
