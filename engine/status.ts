import { statfs } from 'node:fs/promises';
import type { HealthProblem } from './contract/push.ts';
import type { Output } from './contract/rpc.ts';
import type { Settings } from './contract/settings.ts';
import type { LogTrouble } from './events/backlog.ts';
import type { HttpServer } from './http/server.ts';
import { isoTime } from './lib/clock.ts';
import { VERSION } from './lib/version.ts';
import type { Listeners } from './listeners.ts';
import type { LiveSessions } from './partners/live-sessions.ts';
import { sshAccelerated } from './protocols/sftp/ssh2.ts';

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
  /** The console as other machines reach it. */
  readonly console: () => Output<'server.status'>['listeners']['console'];
  readonly liveSessions: Pick<LiveSessions, 'list' | 'traffic'>;
  readonly settings: () => Settings;
  readonly exchangeFolder: () => string;
  readonly unreadableSettings: readonly string[];
  /** What is wrong with the key of the stored secrets, in words; null when nothing is. */
  readonly secretsTrouble: () => string | null;
  readonly logTrouble: () => LogTrouble | null;
  /** What is wrong with the database itself; null when nothing is. */
  readonly damage: () => string | null;
}): Status {
  const { listeners, liveSessions } = parts;

  function problems(): HealthProblem[] {
    const found = parts.unreadableSettings.map((section) => ({
      id: `settings-${section}`,
      message: `The stored settings of ${section} cannot be read; the defaults apply until they are saved again.`,
    }));
    for (const protocol of ['sftp', 'ftp'] as const) {
      const { state, error } = listeners.status(protocol);
      if (state === 'failed') found.push({ id: `listener-${protocol}`, message: `${protocol.toUpperCase()} does not run: ${error ?? ''}` });
    }
    const remote = parts.console();
    if (remote.state === 'failed')
      found.push({ id: 'console', message: `The console cannot be reached from other machines: ${remote.error ?? ''}` });
    const trouble = parts.logTrouble();
    const damage = parts.damage();
    if (damage !== null) found.push({ id: 'database', message: damageWords(damage, trouble?.waiting ?? 0) });
    else if (trouble !== null) found.push({ id: 'log', message: troubleWords(trouble) });
    if (parts.settings().server.paused) found.push({ id: 'paused', message: 'Paused: no partner is let in. Transfers that run go on.' });
    const secrets = parts.secretsTrouble();
    if (secrets !== null) found.push({ id: 'secrets', message: secrets });
    return found;
  }

  return {
    problems,
    async status() {
      const http = parts.http();
      const { server } = parts.settings();
      return {
        version: VERSION,
        startedAt: isoTime(parts.startedAt),
        setUp: server.setUp,
        paused: server.paused,
        listeners: {
          sftp: listeners.status('sftp'),
          ftp: listeners.status('ftp'),
          http: { state: http === undefined ? 'off' : 'listening', host: '127.0.0.1', port: http?.port ?? 0, error: null },
          console: parts.console(),
        },
        sessions: liveSessions.list(),
        traffic: liveSessions.traffic(),
        exchangeFolder: parts.exchangeFolder(),
        disk: await diskOf(parts.exchangeFolder()),
        hostKeys: await listeners.hostKeys(),
        sshAcceleration: sshAccelerated(),
        problems: problems(),
      };
    },
  };
}

function troubleWords({ isHolding, waiting, lost }: LogTrouble): string {
  if (!isHolding) return 'The disk with the data folder is full: the event log lives on its reserve. Free space at once.';
  const missing = lost === 0 ? '' : `, ${String(lost)} more are lost`;
  return `The event log cannot be written: ${String(waiting)} events wait in memory${missing}. Free space on the disk with the data folder.`;
}

function damageWords(finding: string, waiting: number): string {
  return [
    `The database is damaged (${finding}).`,
    'Gatehouse only reads now: partners can fetch files, uploads and changes are refused, rules do not run,',
    `and ${String(waiting)} events wait in memory. Stop Gatehouse and put a backup in its place: gatehouse restore FILE --replace`,
  ].join(' ');
}

/** Room on the disk that the folder is on, as an unprivileged program may use it; null where the system does not say. */
export async function diskOf(folder: string): Promise<Output<'server.status'>['disk']> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null; // An unplugged disk must not take the rest of the status with it.
  }
}
