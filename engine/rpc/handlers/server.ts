import type { LiveSessions } from '../../partners/live-sessions.ts';
import type { SettingsService } from '../../settings/service.ts';
import type { Handlers } from '../dispatch.ts';
import type { Scopes } from '../role-scope.ts';
import type { RpcServices } from '../services.ts';

/** Ids begin at 1. */
const NO_SESSION = 0;

export function serverHandlers(services: {
  readonly status: RpcServices['status'];
  readonly scopes: Scopes;
  readonly settings: SettingsService;
  readonly liveSessions: Pick<LiveSessions, 'list' | 'disconnect'>;
}): Pick<Handlers, 'server.status' | 'server.pause' | 'sessions.disconnect'> {
  const { status, scopes, settings, liveSessions } = services;
  return {
    'server.status': async (_, { caller }) => {
      const found = await status();
      return { ...found, ...scopes(caller).live(found) };
    },
    'server.pause': async ({ paused }, call) => {
      const { server } = await settings.save({ server: { paused } }, call);
      return { paused: server.paused };
    },
    'sessions.disconnect': ({ id }, { caller }) => {
      // One that is not seen is as one that has ended.
      const sessions = liveSessions.list();
      const { sessions: seen } = scopes(caller).live({ sessions, traffic: { bytesInPerSecond: 0, bytesOutPerSecond: 0 } });
      liveSessions.disconnect(seen.some((session) => session.id === id) ? id : NO_SESSION);
      return { id };
    },
  };
}
