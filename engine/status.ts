import type { HealthProblem } from './contract/push.ts';
import type { Output } from './contract/rpc.ts';
import type { HttpServer } from './http/server.ts';
import { isoTime } from './lib/clock.ts';
import { VERSION } from './lib/version.ts';
import type { Listeners } from './listeners.ts';
import { sshAccelerated } from './protocols/sftp/ssh2.ts';
import type { Session } from './vfs/types.ts';

/** How the engine is, for `server.status` and for consoles that listen. */
export type Status = {
  status(): Promise<Output<'server.status'>>;
  /** What an administrator should look at; empty when all is well. */
  problems(): HealthProblem[];
};

export function createStatus(parts: {
  /** ms since the epoch */
  readonly startedAt: number;
  readonly listeners: Listeners;
  readonly http: () => HttpServer | undefined;
  readonly sessions: () => readonly Session[];
  readonly exchangeFolder: () => string;
  readonly unreadableSettings: readonly string[];
  readonly keyReplaced: boolean;
}): Status {
  const { listeners } = parts;

  function problems(): HealthProblem[] {
    const found = parts.unreadableSettings.map((section) => ({
      id: `settings-${section}`,
      message: `The stored settings of ${section} cannot be read; the defaults apply until they are saved again.`,
    }));
    for (const protocol of ['sftp', 'ftp'] as const) {
      const { state, error } = listeners.status(protocol);
      if (state === 'failed') found.push({ id: `listener-${protocol}`, message: `${protocol.toUpperCase()} does not run: ${error ?? ''}` });
    }
    if (parts.keyReplaced)
      found.push({ id: 'secrets', message: 'Stored passwords could not be read with the present key. Enter them again.' });
    return found;
  }

  return {
    problems,
    async status() {
      const http = parts.http();
      return {
        version: VERSION,
        startedAt: isoTime(parts.startedAt),
        listeners: {
          sftp: listeners.status('sftp'),
          ftp: listeners.status('ftp'),
          http: { state: http === undefined ? 'off' : 'listening', host: '127.0.0.1', port: http?.port ?? 0, error: null },
        },
        sessions: parts.sessions().map(({ id, identity, openTransfers, startedAtMs }) => ({
          id,
          username: identity.account.username,
          protocol: identity.protocol,
          address: identity.address ?? '',
          client: identity.client ?? '',
          since: isoTime(startedAtMs),
          openTransfers,
        })),
        exchangeFolder: parts.exchangeFolder(),
        hostKeys: await listeners.hostKeys(),
        sshAcceleration: sshAccelerated(),
        problems: problems(),
      };
    },
  };
}
