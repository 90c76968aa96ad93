import { createServer } from 'node:http';
import { listenFailure } from '../../lib/port-owner.ts';

/** Answers the questions of a certificate authority while a certificate is ordered, and nothing else. */
export type ChallengeServer = {
  /** The port really bound. */
  readonly port: number;
  /** From now on `text` stands at the place where the authority looks for this token (RFC 8555, 8.3). */
  put(token: string, text: string): void;
  remove(token: string): void;
  close(): Promise<void>;
};

const PREFIX = '/.well-known/acme-challenge/';
const WITHIN_MS = 10_000;
const LARGEST_HEADERS_BYTES = 8 * 1024;
const MOST_CONNECTIONS = 64;

/** Listens until it is closed. Rejects with `port_in_use`, `address_unavailable` or `permission_denied`. */
export async function serveChallenges(at: { readonly host: string; readonly port: number }): Promise<ChallengeServer> {
  const texts = new Map<string, string>();
  const server = createServer(
    { maxHeaderSize: LARGEST_HEADERS_BYTES, headersTimeout: WITHIN_MS, requestTimeout: WITHIN_MS, keepAliveTimeout: 1 },
    (request, response) => {
      const { url = '' } = request;
      const text = request.method === 'GET' && url.startsWith(PREFIX) ? texts.get(url.slice(PREFIX.length)) : undefined;
      response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/octet-stream', connection: 'close' });
      response.end(text ?? '');
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => void listenFailure(error, at.host, at.port).then(reject));
    server.listen(at, resolve);
  });
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : at.port,
    put: (token, text) => void texts.set(token, text),
    remove: (token) => void texts.delete(token),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
