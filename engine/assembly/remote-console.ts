import { hasFullAdmin } from '../accounts/admins.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import type { Output } from '../contract/rpc.ts';
import type { HttpEndpoint, HttpServer } from '../http/server.ts';
import { ownNames } from '../lib/own-addresses.ts';
import type { ServerCertificate } from '../protocols/certificate.ts';
import { type Base, NO_ADMIN } from './base.ts';

/** The console as other machines reach it: over HTTPS, for administrators who sign in by name. */
export type RemoteConsole = {
  /**
   * Opens, moves or closes it as the settings say. Rejects with `conflict` while nobody could sign in, `secret_unreadable` where the
   * certificate cannot be used, `port_in_use` and the like; it is then `failed` with that error, and the loopback listener goes on.
   */
  apply(): Promise<void>;
  status(): Output<'server.status'>['listeners']['console'];
  /** `https://ADDRESS:N` as this machine calls it; null while it is not served. */
  url(): string | null;
  /** Shows the certificate that stands in its place now. */
  renewCertificate(): Promise<void>;
  stop(graceMs: number): Promise<void>;
};

const RESTART_GRACE_MS = 2000;
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

export function createRemoteConsole(
  base: Pick<Base, 'store' | 'effective' | 'logger'>,
  parts: {
    readonly certificate: () => Promise<ServerCertificate>;
    readonly serve: (at: HttpEndpoint) => Promise<HttpServer>;
  },
): RemoteConsole {
  const { store, effective } = base;
  const log = base.logger('console');
  let server: HttpServer | undefined;
  let at = { host: '', port: 0 };
  let error: string | null = null;
  /** One change at a time. */
  let queue: Promise<unknown> = Promise.resolve();

  /** What the certificate is for, and whatever this machine is called besides. */
  function names(): string[] {
    const { server: settings, acme } = effective();
    return [...ownNames(), ...(settings.publicName === '' ? [] : [settings.publicName]), ...acme.domains];
  }

  async function apply(graceMs: number): Promise<void> {
    const { enabled, host, port } = effective().console;
    const before = server;
    server = undefined;
    error = null;
    await before?.stop(graceMs);
    if (!enabled) return;
    at = { host, port };
    try {
      if (!hasFullAdmin(store)) throw new AppError('conflict', NO_ADMIN);
      const { tls } = await parts.certificate();
      server = await parts.serve({ host, port, tls, names });
    } catch (thrown) {
      error = toAppError(thrown).message;
      throw thrown;
    }
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  return {
    apply: () => inTurn(() => apply(RESTART_GRACE_MS)),
    status() {
      const state = server !== undefined ? 'listening' : error === null ? 'off' : 'failed';
      return { state, host: at.host, port: server?.port ?? at.port, error };
    },
    url() {
      if (server === undefined) return null;
      return EVERY_ADDRESS.has(at.host) ? `https://${effective().server.publicName || ownNames()[0]}:${server.port}` : server.url;
    },
    renewCertificate: () =>
      inTurn(async () => {
        // What failed for a certificate may start with the new one.
        if (server === undefined)
          await apply(0).catch((thrown: unknown) => log.warn('the console cannot be served to other machines', thrown));
        else server.renew((await parts.certificate()).tls);
      }),
    stop: (graceMs) =>
      inTurn(async () => {
        await server?.stop(graceMs);
        server = undefined;
      }),
  };
}
