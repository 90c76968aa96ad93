import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** An HTTP server for rules to call: it remembers every request. */
export type HookServer = {
  readonly url: string;
  /** Method and path of each request, in order. */
  readonly got: readonly string[];
  /** The body of each request that was read to its end. */
  readonly bodies: readonly string[];
  /** The Authorization header of each request, empty where it had none. */
  readonly authorizations: readonly string[];
  /** Answers the next request only after `release`. */
  holdNext(): void;
  release(): void;
};

/** Answers each request with the next status of the list; the last one stays. */
export async function startHookServer(statuses: number[] = [200]): Promise<HookServer> {
  const got: string[] = [];
  const bodies: string[] = [];
  const authorizations: string[] = [];
  let gate: Promise<void> | null = null;
  let open = (): void => undefined;
  const server = createServer((request, response) => {
    got.push(`${request.method ?? ''} ${request.url ?? ''}`);
    authorizations.push(request.headers.authorization ?? '');
    const status = statuses.length > 1 ? (statuses.shift() ?? 200) : (statuses[0] ?? 200);
    const held = gate;
    gate = null;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      bodies.push(Buffer.concat(parts).toString());
      void Promise.resolve(held).then(() => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    got,
    bodies,
    authorizations,
    holdNext: () => void (gate = new Promise((resolve) => (open = resolve))),
    release: () => open(),
  };
}
