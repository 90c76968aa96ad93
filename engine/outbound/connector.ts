import { lookup } from 'node:dns/promises';
import { connect as connectSocket, isIP, type LookupFunction, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { AppError } from '../contract/errors.ts';
import { addressKind, plainAddress } from './addresses.ts';
import { httpRequest, type HttpAnswer, type HttpRequest } from './http.ts';
import { plainWords } from './words.ts';

/** One address that a name stood for and that may be connected to. */
type PinnedAddress = { readonly address: string; readonly family: 4 | 6 };

/**
 * The one way out of the engine (spec: actions, last paragraph). A name is resolved once, judged, and pinned for the connection, so that
 * a second answer of its server leads nowhere else.
 */
export type Connector = {
  /**
   * A connected socket; the caller ends it. Rejects with `outbound_refused` (address not allowed), `outbound_failed` (name unknown, nobody
   * listens) or the signal's reason.
   */
  connect(target: { readonly host: string; readonly port: number; readonly signal: AbortSignal }): Promise<Socket>;
  /**
   * An IP address of the host, judged and pinned, for a library that connects by itself: it has to be given this in place of the name.
   * Rejects as `connect` does.
   */
  locate(target: { readonly host: string; readonly port: number }): Promise<string>;
  /** One HTTP exchange with redirects; see HttpRequest. Rejects as `connect` does, and with `timeout`. */
  request(request: HttpRequest): Promise<HttpAnswer>;
};

type Options = {
  readonly settings: () => { readonly allowLoopback: boolean; readonly allowPrivate: boolean };
  /** Whether this engine listens on the port now, or may at any moment: rules never connect to it. */
  readonly isOwnPort: (port: number) => boolean;
  /** The resolver of the system by default; tests give their own. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
};

/** Creates the connector; it keeps no connection between calls. */
export function createConnector(options: Options): Connector {
  const resolve = options.resolve ?? ((host: string) => lookup(host, { all: true }).then((found) => found.map((entry) => entry.address)));

  /** Why this address is out of bounds, in words, or undefined when it is not. */
  function objection(address: string, port: number): string | undefined {
    const { allowLoopback, allowPrivate } = options.settings();
    const kind = addressKind(address);
    if (isThisMachine(address) && options.isOwnPort(port)) return 'it is a port of Gatehouse itself';
    switch (kind) {
      case 'public':
        return undefined;
      case 'loopback':
        return allowLoopback ? undefined : 'it is this machine itself; the outbound settings can allow that';
      case 'private':
        return allowPrivate ? undefined : 'it is in a private network; the outbound settings can allow that';
      case 'link-local':
      case 'metadata':
      case 'multicast':
      case 'unspecified':
        return `addresses of this kind (${kind}) are never allowed`;
    }
  }

  async function pin(host: string, port: number): Promise<readonly PinnedAddress[]> {
    const name = host.replace(/^\[(.*)\]$/, '$1');
    let found: readonly string[];
    try {
      found = isIP(name) === 0 ? await resolve(name) : [name];
    } catch (error) {
      throw new AppError('outbound_failed', `The name ${name} is not known: ${plainWords(error)}. Check it and the network.`, {
        cause: error,
      });
    }
    const objections = new Set<string>();
    const allowed: PinnedAddress[] = [];
    for (const address of found) {
      const refused = objection(address, port);
      if (refused !== undefined) objections.add(refused);
      else allowed.push({ address, family: isIP(address) === 6 ? 6 : 4 });
    }
    if (allowed.length > 0) return allowed;
    if (objections.size === 0) throw new AppError('outbound_failed', `The name ${name} has no address. Check it.`);
    throw new AppError('outbound_refused', `Connecting to ${host} port ${port} is not allowed: ${[...objections].join('; ')}.`);
  }

  return {
    async connect({ host, port, signal }) {
      const addresses = await pin(host, port);
      signal.throwIfAborted();
      const socket = connectSocket({ host, port, lookup: pinnedLookup(addresses), autoSelectFamily: true });
      return await new Promise<Socket>((resolvePromise, reject) => {
        const abort = (): void => void socket.destroy(new AppError('cancelled'));
        signal.addEventListener('abort', abort, { once: true });
        socket.once('connect', () => {
          signal.removeEventListener('abort', abort);
          socket.removeAllListeners('error');
          // Between here and its next owner's listeners an error must not end the process.
          socket.on('error', () => undefined);
          resolvePromise(socket);
        });
        socket.once('error', (error) => {
          signal.removeEventListener('abort', abort);
          if (signal.aborted) reject(signal.reason as Error);
          else reject(new AppError('outbound_failed', `${host} port ${port} cannot be reached: ${plainWords(error)}.`, { cause: error }));
        });
      });
    },
    async locate({ host, port }) {
      return (await pin(host, port))[0]?.address ?? host;
    },
    request: (request) => httpRequest(request, async (host, port) => pinnedLookup(await pin(host, port))),
  };
}

/** A resolver that knows one answer. */
function pinnedLookup(addresses: readonly PinnedAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    if (all === true) callback(null, [...addresses]);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
  };
}

function isThisMachine(address: string): boolean {
  const plain = plainAddress(address);
  if (addressKind(plain) === 'loopback') return true;
  return Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => plainAddress(entry.address) === plain));
}
