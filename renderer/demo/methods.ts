import { accountInputSchema, accountSettingsSchema } from '../../engine/contract/account.ts';
import { AppError } from '../../engine/contract/errors.ts';
import type { CheckRow } from '../../engine/contract/methods/setup.ts';
import type { PushMessage } from '../../engine/contract/push.ts';
import { type Method, methodsFor, type Output, type ParsedInput } from '../../engine/contract/rpc.ts';
import { type Settings, settingsSchema } from '../../engine/contract/settings.ts';
import { fits, toRows } from './activity.ts';
import { demoAdmins } from './admins.ts';
import { demoDefence } from './defence.ts';
import { demoGroups, effectiveAccount, exportAccounts, importAccounts, resetTransfers } from './groups.ts';
import { demoFlows } from './flows.ts';
import { demoPgpKeys } from './pgp-keys.ts';
import { demoRules } from './rules.ts';
import { demoTwoFactor } from './two-factor.ts';
import { iso, type World } from './world.ts';

/** Every method of the table over the made-up world; a method that is missing here does not compile. */
export type DemoMethods = { readonly [M in Method]: (input: ParsedInput<M>) => Output<M> | Promise<Output<M>> };

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

export function demoMethods(world: World, push: (message: PushMessage) => void, setUp = true): DemoMethods {
  let settings: Settings = settingsSchema.parse({
    server: { name: setUp ? 'Example Office' : '', setUp },
    // An office that is not set up yet has no server on and nothing decided.
    sftp: { enabled: setUp },
    ftp: { enabled: setUp, requireTls: true },
    mail: setUp ? { host: 'mail.example.com', from: 'gatehouse@example.com' } : {},
  });
  let draft: Record<string, unknown> = {};
  const folders = new Set<string>();
  let firewallOpen = setUp;
  let snoozedUntil: string | null = null;
  let confirmedUntil: string | null = null;
  let passphraseSet = false;
  const tokens: Output<'tokens.list'> = [];
  const backups: Output<'backups.list'>['backups'] = [];

  const secretsState = (): Output<'secrets.get'> => ({
    state: 'open',
    protectedBy: passphraseSet ? ['desktop', 'passphrase'] : ['desktop'],
    passphraseSet,
    trouble: null,
  });
  const nothingLocked = (): never => {
    throw new AppError('conflict', 'The stored secrets can be read: there is nothing to recover.');
  };
  const newest = (): number => world.events.at(-1)?._id ?? 0;
  const unread = (): number => world.notices.filter(({ readAt }) => readAt === null).length;
  const find = <T extends { readonly id: number }>(list: readonly T[], id: number): T => {
    const found = list.find((item) => item.id === id);
    if (found === undefined) throw new AppError('not_found');
    return found;
  };
  const listener = (on: boolean, port: number) => ({
    state: on ? ('listening' as const) : ('off' as const),
    host: '0.0.0.0',
    port,
    error: null,
  });
  const row = (id: string, title: string, message: string, state: CheckRow['state'] = 'passed'): CheckRow => ({
    id,
    title,
    message,
    state,
    fix: null,
  });

  return {
    ...demoDefence(world, push),
    ...demoTwoFactor(),
    ...demoAdmins(world),
    ...demoPgpKeys(world),
    'server.status': () => ({
      version: '0.1.0',
      startedAt: iso(world.now - 3 * DAY_MS),
      setUp: settings.server.setUp,
      paused: settings.server.paused,
      listeners: {
        sftp: listener(settings.sftp.enabled, settings.sftp.port),
        ftp: listener(settings.ftp.enabled, settings.ftp.port),
        http: listener(true, 8590),
        console: listener(settings.console.enabled, settings.console.port),
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
      settings = { ...settings, server: { ...settings.server, paused } };
      push({ kind: 'config-changed', sections: ['server'] });
      return { paused };
    },
    'sessions.disconnect': ({ id }) => ({ id }),
    'accounts.save': (input) => {
      const index = world.accounts.findIndex(({ username }) => username === input.username);
      const { password, publicKeys, ...given } = accountInputSchema.parse(input);
      const before = world.accounts[index];
      const saved: Output<'accounts.save'> = {
        ...accountSettingsSchema.parse({ username: input.username, home: input.username, permissions: { '/': ['*'] } }),
        id: before?.id ?? world.accounts.length + 1,
        usedBytes: 0,
        usedFiles: 0,
        uploadedBytes: 0,
        downloadedBytes: 0,
        passwordChangedAt: null,
        createdAt: iso(world.now),
        lastSignInAt: null,
        version: 1,
        ...before,
        ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as typeof given & {
          readonly username: string;
        }),
        publicKeys: publicKeys?.map(({ label, key }) => ({ label, key, fingerprint: 'SHA256:example' })) ?? before?.publicKeys ?? [],
        hasPassword: password !== undefined || (before?.hasPassword ?? false),
      } as Output<'accounts.save'>;
      if (index === -1) world.accounts.push(saved);
      else world.accounts[index] = saved;
      return saved;
    },
    'accounts.list': () => world.accounts.toSorted((one, other) => one.username.localeCompare(other.username)),
    'accounts.delete': ({ username }) => {
      const index = world.accounts.findIndex((account) => account.username === username);
      const [removed] = index === -1 ? [] : world.accounts.splice(index, 1);
      if (removed === undefined) throw new AppError('not_found');
      return removed;
    },
    'accounts.effective': ({ username }) => effectiveAccount(world, username),
    'accounts.resetTransfers': ({ username }) => resetTransfers(world, username),
    ...demoGroups(world),
    'accounts.export': ({ hashes }) => {
      if (hashes && confirmedUntil === null)
        throw new AppError('forbidden', 'Confirm with the console password first.', { field: 'hashes' });
      return exportAccounts(world);
    },
    'accounts.import': ({ file, replace }) => importAccounts(world, file, replace),
    'accounts.overview': () =>
      world.accounts.map(({ username, lastSignInAt, id }) => ({
        username,
        lastSeenAt: lastSignInAt,
        online: username === 'acme',
        filesIn7Days: lastSignInAt === null ? 0 : id * 11,
        filesOut7Days: lastSignInAt === null ? 0 : id * 3,
        failedSignIn:
          username === 'kestrel' ? { at: iso(world.now - 3_600_000), reason: 'wrong password', address: '216.160.83.56' } : null,
      })),
    'accounts.browse': ({ path }) => ({
      path,
      permissions: ['*'],
      entries:
        path === '/'
          ? ['inbox', 'orders', 'outbox'].map((name) => ({ name, kind: 'folder' as const, size: 0, modifiedAt: iso(world.now - DAY_MS) }))
          : [{ name: 'invoice-1044.pdf', kind: 'file' as const, size: 212_334, modifiedAt: iso(world.now - DAY_MS) }],
      truncated: false,
    }),
    'accounts.checkKey': ({ key }) => {
      if (key.includes('PRIVATE KEY'))
        throw new AppError(
          'invalid_input',
          'This is a private key. Keep it secret and paste the public one, which begins with ssh-ed25519 or ssh-rsa.',
          { field: 'key' },
        );
      const [type = '', blob = '', comment = ''] = key.trim().split(/\s+/);
      if (blob === '')
        throw new AppError('invalid_input', 'This is not a public key. It begins with ssh-ed25519, ecdsa-sha2 or ssh-rsa.', {
          field: 'key',
        });
      return { type, fingerprint: 'SHA256:2zTfWJ9Vq5a0Hq3bqT0Kq0X6C5o2p0m8rYvVYb1d9pE', comment };
    },
    ...demoRules(world),
    ...demoFlows(world),
    'events.search': ({ limit, before, ids, path }) => {
      const events = world.events
        .filter(
          (event) =>
            (before === undefined || event._id < before) &&
            (ids === undefined || ids === String(event._id)) &&
            fits(event, path === undefined ? {} : { path }),
        )
        .toReversed()
        .slice(0, limit);
      return {
        events,
        newestId: newest(),
        oldestId: 1,
        logId: 'demo',
        partial: false,
        cursor: events.at(-1)?._id ?? null,
        nextPage: null,
        total: null,
      };
    },
    'events.since': ({ id, limit }) => {
      const later = world.events.filter(({ _id }) => _id > id);
      const events = later.slice(0, limit);
      const cursor = later.length > limit ? (events.at(-1)?._id ?? null) : null;
      return { events, newestId: newest(), cursor, removed: { to: 0, times: 0 } };
    },
    'events.exportFile': ({ path }) => ({ path, events: world.events.length, bytes: 4096 }),
    'activity.list': ({ flat, before, limit, ...filter }) => {
      const rows = toRows(
        world.events.filter((event) => fits(event, filter)),
        flat,
        world.events,
      ).filter(({ newestId }) => before === undefined || newestId < before);
      const page = rows.slice(0, limit);
      return { rows: page, newestId: newest(), cursor: rows.length > limit ? (page.at(-1)?.newestId ?? null) : null, partial: false };
    },
    'activity.session': ({ sessionId, after, limit }) => {
      const inside = world.events.filter(({ _id, _session }) => _id > after && _session?._id === sessionId);
      return { events: inside.slice(0, limit), more: inside.length > limit };
    },
    'activity.count': (filter) => ({ count: world.events.filter((event) => fits(event, filter)).length, partial: false }),
    'activity.plot': ({ from, to, bucket }) => {
      const step = bucket === 'day' ? DAY_MS : DAY_MS / 24;
      const start = bucket === 'day' ? new Date(from).setHours(0, 0, 0, 0) : Math.floor(Date.parse(from) / step) * step;
      const count = Math.min(400, Math.ceil((Date.parse(to) - start) / step));
      return {
        points: Array.from({ length: count }, (_, index) => {
          const inside = world.events.filter(
            ({ timestamp }) => Date.parse(timestamp) >= start + index * step && Date.parse(timestamp) < start + (index + 1) * step,
          );
          const uploads = inside.filter(({ type }) => type === 'OBJECT_INSERT');
          const downloads = inside.filter(({ type }) => type === 'ASSET_DOWNLOAD');
          const sum = (list: typeof inside): number => list.reduce((total, { bytes }) => total + (bytes ?? 0), 0);
          return {
            at: iso(start + index * step),
            username: null,
            filesIn: uploads.length,
            filesOut: downloads.length,
            bytesIn: sum(uploads),
            bytesOut: sum(downloads),
            failures: inside.filter(({ type }) => type === 'TRANSFER_FAILED').length,
          };
        }),
      };
    },
    'notifications.list': ({ unreadOnly, limit }) => ({
      notices: world.notices
        .filter(({ readAt }) => !unreadOnly || readAt === null)
        .toReversed()
        .slice(0, limit),
      unread: unread(),
      snoozedUntil,
    }),
    'notifications.markRead': ({ ids }) => {
      for (const [index, notice] of world.notices.entries())
        if (ids?.includes(notice.id) ?? true) world.notices[index] = { ...notice, readAt: notice.readAt ?? iso(world.now) };
      return { unread: unread() };
    },
    'notifications.snooze': ({ minutes }) => {
      snoozedUntil = minutes === 0 ? null : iso(world.now + minutes * 60_000);
      return { snoozedUntil };
    },
    'notifications.test': () => {
      const notice = {
        id: world.notices.length + 1,
        key: 'test',
        level: 'know' as const,
        title: 'Test notice',
        body: 'This is how a notice looks.',
        link: '/settings/notifications',
        createdAt: iso(world.now),
        updatedAt: iso(world.now),
        readAt: null,
      };
      world.notices.push(notice);
      push({ kind: 'notice', notice, unread: unread(), desktop: true });
      return notice;
    },
    'settings.get': () => settings,
    'settings.save': (changes) => {
      for (const section of ['commands', 'outbound']) {
        if (section in changes && confirmedUntil === null)
          throw new AppError(
            'forbidden',
            `Confirm with the console password first: it is asked for before you change the settings of ${section}.`,
            {
              field: section,
            },
          );
      }
      const merged = Object.fromEntries(Object.entries(settings).map(([section, value]) => [section, { ...value, ...changes[section] }]));
      const parsed = settingsSchema.safeParse(merged);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new AppError('invalid_input', issue?.message, { field: issue?.path.join('.') ?? '' });
      }
      settings = parsed.data;
      push({ kind: 'config-changed', sections: Object.keys(changes) });
      return settings;
    },
    'secrets.get': secretsState,
    'secrets.setPassphrase': () => {
      passphraseSet = true;
      return secretsState();
    },
    'secrets.recover': nothingLocked,
    'secrets.startOver': nothingLocked,
    'diagnostics.get': () => ({
      name: 'gatehouse-diagnostics-2026-11-30.zip',
      files: [
        { name: 'about.txt', text: 'version: 0.1.0\nsystem: Linux 6.12 x64\nsftp: listening, port 2022\n' },
        { name: 'settings.json', text: '{\n  "server": {\n    "name": "(set)"\n  }\n}\n' },
        {
          name: 'program-log.txt',
          text: '2026-11-30T08:12:04.118Z warn  sftp: <user 1> at <address 1> left in the middle of a transfer\n',
        },
      ],
      replaced: [
        { what: 'users', count: 1 },
        { what: 'addresses', count: 1 },
      ],
      // An empty archive.
      zip: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==',
    }),
    'diagnostics.save': ({ path }) => ({ path, bytes: 22 }),
    'backups.list': () => ({
      folder: '/home/office/.local/share/gatehouse/backups',
      passphraseSet,
      backups,
    }),
    'backups.create': ({ includeLog }) => {
      if (!passphraseSet) throw new AppError('conflict', 'Set a recovery passphrase first: it is what opens a backup on another machine.');
      const backup = {
        name: `gatehouse-${iso(world.now).slice(0, 10)}-monday-0930.backup`,
        bytes: 3_400_000,
        madeAt: iso(world.now),
        includesLog: includeLog,
        isOurs: true,
      };
      backups.unshift(backup);
      return { ...backup, path: `/home/office/.local/share/gatehouse/backups/${backup.name}`, removed: [] };
    },
    'setup.get': () => ({
      done: settings.server.setUp,
      draft: draft as Output<'setup.get'>['draft'],
      suggestedFolder: '/home/office/File Exchange',
      dataFolder: '/home/office/.local/share/gatehouse',
      hostName: 'frontdesk',
      platform: 'linux',
      lanAddresses: ['192.168.1.20'],
      settings,
    }),
    'setup.saveDraft': (answers) => {
      draft = answers;
      return answers;
    },
    'setup.checkFolder': ({ path, create }) => {
      if (!path.startsWith('/home/'))
        return {
          rows: [
            row(
              'folder.place',
              'Place',
              'This folder belongs to the operating system. Choose one of your own, such as a folder in your home.',
              'failed',
            ),
          ],
        };
      if (create) folders.add(path);
      if (!folders.has(path))
        return {
          rows: [
            {
              ...row('folder.place', 'Place', 'The folder does not exist yet.', 'failed'),
              fix: { id: 'create-folder', title: 'Create the folder', value: path },
            },
          ],
        };
      return {
        rows: [
          row('folder.place', 'Place', 'The folder is there.'),
          row('folder.write', 'Create, write, rename, delete', 'A test file was made, written to the disk, renamed and deleted.'),
          row('folder.space', 'Free space', '212 GB are free.'),
          row('folder.disk', 'Kind of disk', 'A disk of this machine (ext4).'),
        ],
      };
    },
    'setup.checkPorts': ({ sftp, ftp, implicitTls, passive }) => {
      const port = (id: 'sftp' | 'ftp' | 'implicitTls', label: string, wanted: number, offer: number): CheckRow =>
        wanted < 1024
          ? {
              ...row(id, `${label} port ${wanted}`, 'Only an administrator may open ports below 1024 on this system.', 'failed'),
              fix: { id: 'use-port', title: `Use port ${offer}`, value: offer },
            }
          : row(id, `${label} port ${wanted}`, `Port ${wanted} is free.`);
      return {
        rows: [
          ...(sftp === undefined ? [] : [port('sftp', 'SFTP', sftp, 2022)]),
          ...(ftp === undefined ? [] : [port('ftp', 'FTP', ftp, 2121)]),
          ...(implicitTls === undefined ? [] : [port('implicitTls', 'FTP with implicit TLS', implicitTls, 2990)]),
          ...(passive === undefined
            ? []
            : [
                row(
                  'passive',
                  `FTP data ports ${passive.from} to ${passive.to}`,
                  `${passive.to - passive.from + 1} of ${passive.to - passive.from + 1} ports are free.`,
                ),
              ]),
        ],
      };
    },
    'setup.checkReach': ({ fromInternet, sftp }) => ({
      rows: [
        row('reach.addresses', 'Addresses in the office', 'Partners in the office connect to 192.168.1.20.'),
        firewallOpen
          ? row('reach.firewall', 'Firewall of this machine', 'ufw is on and lets the ports in.')
          : {
              ...row('reach.firewall', 'Firewall of this machine', 'ufw is on and has no rule for the ports.', 'failed'),
              fix: { id: 'firewall', title: 'Let partners through', value: { sftp: sftp ?? 2022 } },
            },
        ...(fromInternet
          ? [
              row('reach.router', 'Address on the Internet', 'The router did not answer. Forward the ports by hand.', 'warning'),
              {
                ...row('reach.outside', 'From outside', 'Whether partners get through can only be tried from outside.', 'warning'),
                fix: { id: 'watch' as const, title: 'Watch' },
              },
            ]
          : []),
      ],
    }),
    'setup.fix': ({ id, value }) => {
      if (id === 'create-folder' && typeof value === 'string') folders.add(value);
      if (id === 'firewall') firewallOpen = true;
      return {
        rows: id === 'firewall' ? [row('reach.firewall', 'Firewall of this machine', 'The firewall was told to let the ports in.')] : [],
      };
    },
    'setup.selfTest': async () => {
      const ways = [...(settings.sftp.enabled ? ['SFTP'] : []), ...(settings.ftp.enabled ? ['FTPS'] : [])];
      const done: CheckRow[] = ways.flatMap((way) =>
        ['127.0.0.1', '192.168.1.20'].flatMap((address) => [
          row(`${way}@${address}/connect`, `${way} on ${address}: connection`, 'Connected; the server is ours.'),
          row(`${way}@${address}/sign-in`, `${way} on ${address}: sign-in`, 'Signed in; a wrong password was refused.'),
          row(
            `${way}@${address}/files`,
            `${way} on ${address}: files`,
            'A file of 64 KiB was sent, listed, fetched, found unchanged and deleted.',
          ),
        ]),
      );
      for (let index = 0; index <= done.length; index++) {
        push({
          kind: 'self-test',
          rows: done.map((item, at) => (at < index ? item : { ...item, state: at === index ? 'running' : 'waiting', message: '' })),
        });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { rows: done };
    },
    'setup.goLive': () => {
      settings = { ...settings, server: { ...settings.server, setUp: true } };
      push({ kind: 'config-changed', sections: ['server'] });
      return { done: true };
    },
    'certificate.acme': () => ({
      enabled: settings.acme.enabled,
      ordering: false,
      fetched: settings.acme.enabled,
      domains: settings.acme.domains,
      error: null,
      nextAttemptAt: null,
    }),
    'certificate.order': () => {
      throw new AppError('outbound_failed', 'The certificate authority gave no certificate: the demo has no way to the Internet.');
    },
    'certificate.get': () => ({
      subject: 'frontdesk',
      issuer: 'frontdesk',
      names: ['frontdesk', 'localhost', '192.168.1.20'],
      validFrom: iso(world.now - 30 * DAY_MS),
      validTo: iso(world.now + 700 * DAY_MS),
      sha256: '4F:2B:9C:11:7E:A0:55:D3:0B:66:C8:12:9A:EF:34:70:81:5D:2C:B9:E6:43:0F:78:AD:91:5B:C0:37:E2:68:14',
      selfSigned: true,
      warnings: [],
    }),
    'certificate.import': () => {
      throw new AppError('invalid_input', 'The key does not belong to the certificate. Import the pair that was issued together.', {
        field: 'key',
      });
    },
    'machine.folders': ({ path }) => ({
      path: path === '' ? '/home/office' : path,
      parent: path === '/' ? null : '/home',
      folders: ['Desktop', 'Documents', 'File Exchange'].map((name) => ({ name, path: `${path === '' ? '/home/office' : path}/${name}` })),
      truncated: false,
    }),
    'machine.createFolder': ({ parent, name }) => ({ path: `${parent}/${name}` }),
    'console.session': () => ({
      kind: 'console',
      name: null,
      permissions: [...world.rights.permissions],
      role: world.rights.role,
      methods: methodsFor(world.rights),
      hasPassword: true,
      confirmedUntil,
    }),
    'console.open': () => ({ url: 'http://127.0.0.1:8590/#token=example', file: null, expiresAt: iso(world.now + 120_000) }),
    'console.confirm': ({ password }) => {
      if (password !== 'correct horse')
        throw new AppError('bad_credentials', 'The console password is wrong. Try again.', { field: 'password' });
      return { confirmedUntil: (confirmedUntil = iso(world.now + 600_000)) };
    },
    'console.setPassword': () => ({ confirmedUntil: (confirmedUntil = iso(world.now + 600_000)) }),
    'console.preferences': () => world.preferences,
    'console.savePreferences': (changes) => Object.assign(world.preferences, changes),
    'tokens.create': ({ name, permissions, expiresAt }) => {
      const token = { id: tokens.length + 1, name, permissions, role: null, createdAt: iso(world.now), expiresAt: expiresAt ?? null };
      tokens.push(token);
      return { ...token, token: 'gha_example-token-that-opens-nothing' };
    },
    'tokens.list': () => tokens,
    'tokens.delete': ({ id }) => {
      const found = find(tokens, id);
      tokens.splice(tokens.indexOf(found), 1);
      return found;
    },
  };
}
