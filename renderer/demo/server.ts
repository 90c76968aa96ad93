import { AppError } from '../../engine/contract/errors.ts';
import { settingsSchema } from '../../engine/contract/settings.ts';
import type { DemoMethods } from './methods.ts';
import type { Office } from './office.ts';
import { iso } from './moments.ts';

type ServerMethods = Extract<keyof DemoMethods, `server.${string}` | `sessions.${string}` | `settings.${string}`>;

const DAY_MS = 86_400_000;
const HOST_KEYS = [
  {
    type: 'ssh-ed25519',
    sha256: 'SHA256:qJ2m1G0bq0m3c9Xj0W0r5Zb3d2u0xk9o5dD3b4m1nTs',
    md5: '1f:0e:6a:3b:92:7c:55:d0:41:aa:be:19:7d:30:c4:58',
  },
  {
    type: 'rsa-sha2-512',
    sha256: 'SHA256:Zk4xO0p1Vt6m8y2d5F7h9Jl1n3Q5s7U9w1Y3a5C7e9g',
    md5: '9b:44:10:fe:2c:61:d8:73:05:b2:8e:4a:c7:19:66:3d',
  },
];

/** The servers as the settings want them, and the settings. */
export function demoServer(office: Office): Pick<DemoMethods, ServerMethods> {
  const { world, push } = office;
  const listener = (on: boolean, port: number) => ({
    state: on ? ('listening' as const) : ('off' as const),
    host: '0.0.0.0',
    port,
    error: null,
  });
  return {
    'server.status': () => ({
      version: '0.1.0',
      startedAt: iso(world.now - 3 * DAY_MS),
      setUp: office.settings.server.setUp,
      paused: office.settings.server.paused,
      listeners: {
        sftp: listener(office.settings.sftp.enabled, office.settings.sftp.port),
        ftp: listener(office.settings.ftp.enabled, office.settings.ftp.port),
        http: listener(true, 8590),
        console: listener(office.settings.console.enabled, office.settings.console.port),
      },
      sessions: [],
      traffic: { bytesInPerSecond: 0, bytesOutPerSecond: 0 },
      exchangeFolder: '/home/office/File Exchange',
      disk: { freeBytes: 212e9, totalBytes: 512e9 },
      hostKeys: HOST_KEYS,
      sshAcceleration: true,
      problems: [],
    }),
    'server.pause': ({ paused }) => {
      office.settings = { ...office.settings, server: { ...office.settings.server, paused } };
      push({ kind: 'config-changed', sections: ['server'] });
      return { paused };
    },
    'sessions.disconnect': ({ id }) => ({ id }),
    'settings.get': () => office.settings,
    'settings.save': (changes) => {
      for (const section of ['commands', 'outbound']) {
        if (section in changes && office.confirmedUntil === null)
          throw new AppError(
            'forbidden',
            `Confirm with the console password first: it is asked for before you change the settings of ${section}.`,
            {
              field: section,
            },
          );
      }
      const merged = Object.fromEntries(
        Object.entries(office.settings).map(([section, value]) => [section, { ...value, ...changes[section] }]),
      );
      const parsed = settingsSchema.safeParse(merged);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new AppError('invalid_input', issue?.message, { field: issue?.path.join('.') ?? '' });
      }
      office.settings = parsed.data;
      push({ kind: 'config-changed', sections: Object.keys(changes) });
      return office.settings;
    },
  };
}
