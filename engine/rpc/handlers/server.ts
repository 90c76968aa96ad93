import type { LiveSessions } from '../../partners/live-sessions.ts';
import type { SettingsService } from '../../settings/service.ts';
import type { Handlers } from '../dispatch.ts';
import type { RpcServices } from '../services.ts';

export function serverHandlers(services: {
  readonly status: RpcServices['status'];
  readonly settings: SettingsService;
  readonly liveSessions: Pick<LiveSessions, 'disconnect'>;
}): Pick<Handlers, 'server.status' | 'server.pause' | 'sessions.disconnect'> {
  const { status, settings, liveSessions } = services;
  return {
    'server.status': () => status(),
    'server.pause': async ({ paused }, call) => {
      const { server } = await settings.save({ server: { paused } }, call);
      return { paused: server.paused };
    },
    'sessions.disconnect': ({ id }) => {
      liveSessions.disconnect(id);
      return { id };
    },
  };
}
