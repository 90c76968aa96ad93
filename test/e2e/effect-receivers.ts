import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { startMailServer } from '../helpers/mail-server.ts';

/** What reached the servers that rules send to, by their own records; `<run>/<step>` names one step of one run. */
export type Effects = {
  /** Where steps call: `<url>/{{.Run}}/<step>`, with `?first-fails` or `?always-fails` for a status of 500. */
  readonly url: string;
  readonly mailPort: number;
  /** How often the step's request or message arrived whole. */
  times(run: number, step: number): number;
  /** The body of the step's newest request. */
  body(run: number, step: number): string;
};

/** Answers come after up to so long, so that kills find steps in the middle. */
const SLOWEST_MS = 25;

/** A real HTTP server and a real SMTP server. Subjects of messages begin with `<run>/<step> `. */
export async function startReceivers(): Promise<Effects> {
  const mail = await startMailServer();
  const requests = new Map<string, string[]>();
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://receiver');
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const bodies = requests.get(pathname) ?? [];
      bodies.push(Buffer.concat(parts).toString());
      requests.set(pathname, bodies);
      const fails = search === '?always-fails' || (search === '?first-fails' && bodies.length === 1);
      setTimeout(() => answer(response, fails ? 500 : 200), Math.random() * SLOWEST_MS);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    mailPort: mail.port,
    times(run, step) {
      const name = `${String(run)}/${String(step)}`;
      const messages = mail.received.filter(({ subject }) => subject?.startsWith(`${name} `) === true);
      return messages.length + (requests.get(`/${name}`)?.length ?? 0);
    },
    body: (run, step) => requests.get(`/${String(run)}/${String(step)}`)?.at(-1) ?? '',
  };
}

function answer(response: ServerResponse, status: number): void {
  if (!response.destroyed) response.writeHead(status).end();
}
