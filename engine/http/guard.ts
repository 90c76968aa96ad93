import type { IncomingMessage } from 'node:http';
import { AppError } from '../contract/errors.ts';

/**
 * The two headers by which a foreign page gives itself away. A page that points its own name at 127.0.0.1 (DNS rebinding) still sends that
 * name as Host; a page elsewhere sends its Origin.
 */
export type Guard = (request: IncomingMessage) => void;

const HTTP_DEFAULT_PORT = 80;

/** Throws `foreign_origin` for what is not addressed to this listener by one of its own names, or comes from another page. */
export function createGuard(boundHost: string, port: number): Guard {
  const names = new Set(['127.0.0.1', 'localhost', '[::1]', boundHost.includes(':') ? `[${boundHost}]` : boundHost]);
  // A browser leaves the default port out.
  const hosts = new Set([...names].flatMap((name) => (port === HTTP_DEFAULT_PORT ? [name, `${name}:${port}`] : [`${name}:${port}`])));
  const origins = new Set([...hosts].map((host) => `http://${host}`));
  return (request) => {
    const { host, origin } = request.headers;
    if (host === undefined || !hosts.has(host.toLowerCase())) throw new AppError('foreign_origin');
    if (origin !== undefined && !origins.has(origin.toLowerCase())) throw new AppError('foreign_origin');
  };
}

/** The bearer token of the request; undefined when there is none. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
}
