import type { IncomingMessage } from 'node:http';
import { AppError } from '../contract/errors.ts';
import { bareAddress } from '../lib/address.ts';

/**
 * The two headers by which a foreign page gives itself away. A page that points its own name at 127.0.0.1 (DNS rebinding) still sends that
 * name as Host; a page elsewhere sends its Origin.
 */
export type Guard = (request: IncomingMessage) => void;

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** Throws `foreign_origin` for what is not addressed to this listener by one of its own names, or comes from another page. */
export function createGuard(listener: {
  readonly scheme: 'http' | 'https';
  readonly boundHost: string;
  readonly port: number;
  readonly names: () => readonly string[];
}): Guard {
  const { scheme, boundHost, port, names } = listener;
  return (request) => {
    const { host = '', origin } = request.headers;
    // Whoever is bound to every address of the machine answers by the one that the client connected to.
    const own = ['127.0.0.1', 'localhost', '::1', boundHost, bareAddress(request.socket.localAddress ?? boundHost), ...names()];
    const isOwn = own.some((name) => sameHost(host, name, port, DEFAULT_PORTS[scheme]));
    if (!isOwn) throw new AppError('foreign_origin');
    if (origin !== undefined && origin.toLowerCase() !== `${scheme}://${host.toLowerCase()}`) throw new AppError('foreign_origin');
  };
}

/** Whether a Host header names this host. A browser leaves the default port out. */
function sameHost(header: string, name: string, port: number, defaultPort: number): boolean {
  const host = (name.includes(':') ? `[${name}]` : name).toLowerCase();
  const given = header.toLowerCase();
  return given === `${host}:${port}` || (port === defaultPort && given === host);
}

/** The bearer token of the request; undefined when there is none. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
}
