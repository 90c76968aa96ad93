import { accountInputSchema } from '../../engine/contract/account.ts';
import { AppError } from '../../engine/contract/errors.ts';
import type { CheckRow } from '../../engine/contract/methods/setup.ts';
import type { PushMessage } from '../../engine/contract/push.ts';
import type { Method, Output, ParsedInput } from '../../engine/contract/rpc.ts';
import { type Settings, settingsSchema } from '../../engine/contract/settings.ts';
import { fits, toRows } from './activity.ts';
import { iso, savedRule, type World } from './world.ts';

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

export function demoMethods(world: World, push: (message: PushMessage) => void): DemoMethods {
  let settings: Settings = settingsSchema.parse({
    server: { name: 'Example Office', setUp: world.accounts.length > 0 },
    sftp: { enabled: true },
    ftp: { enabled: true, requireTls: true },
    mail: { host: 'mail.example.com', from: 'gatehouse@example.com' },
  });
  let draft: Record<string, unknown> = {};
  let snoozedUntil: string | null = null;
  let confirmedUntil: string | null = null;
  const tokens: Output<'tokens.list'> = [];

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
  const trace = (id: number): Output<'runs.get'> => {
    const run = find(world.runs, id);
    const rule = find(world.rules, run.ruleId);
    const failed = run.state === 'failed';
    return {
      ...run,
      event: (world.events.find(({ _id }) => _id === run.eventId) as Record<string, never> | undefined) ?? null,
      conditions: rule.conditions.names.map(({ pattern }) => ({
        condition: 'names',
        expected: pattern,
        actual: 'invoice-1044.pdf',
        matched: true,
      })),
      steps: rule.steps.map((step, index) => ({
        index,
        name: step.name === '' ? step.action : step.name,
        action: step.action,
        state: failed ? 'failed' : 'done',
        attempt: failed ? 3 : 1,
        startedAt: run.startedAt,
        finishedAt: run.finishedAt,
        durationMs: 142,
        inputs: step.config as Record<string, never>,
        detail: failed ? { status: 502, body: 'Bad gateway' } : { status: 200 },
        error: run.error,
      })),
    };
  };

  return {
    'server.status': () => ({
      version: '0.1.0',
      startedAt: iso(world.now - 3 * DAY_MS),
      setUp: settings.server.setUp,
      paused: settings.server.paused,
      listeners: {
        sftp: listener(settings.sftp.enabled, settings.sftp.port),
        ftp: listener(settings.ftp.enabled, settings.ftp.port),
        http: listener(true, 8590),
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
        id: before?.id ?? world.accounts.length + 1,
        displayName: '',
        email: '',
        contact: '',
        notes: '',
        enabled: true,
        expiresAt: null,
        signIn: { requireKey: false, requireEncryption: false, protocols: [], addresses: [] },
        home: input.username,
        permissions: { '/': ['*'] },
        quotaBytes: 0,
        quotaFiles: 0,
        usedBytes: 0,
        usedFiles: 0,
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
    'rules.save': (input) => {
      const index = world.rules.findIndex(({ id }) => id === input.id);
      const saved = savedRule(world.now, input.id ?? Math.max(0, ...world.rules.map(({ id }) => id)) + 1, input);
      if (index === -1) world.rules.push(saved);
      else world.rules[index] = { ...saved, version: (world.rules[index]?.version ?? 0) + 1 };
      return saved;
    },
    'rules.list': () => [...world.rules],
    'rules.delete': ({ id }) => {
      const removed = find(world.rules, id);
      world.rules.splice(world.rules.indexOf(removed), 1);
      return removed;
    },
    'rules.run': ({ id }) => ({ runs: world.runs.filter(({ ruleId }) => ruleId === id).slice(-1) }),
    'runs.list': ({ ruleId, eventId, state, before, limit }) =>
      world.runs
        .filter(
          (run) =>
            (ruleId === undefined || run.ruleId === ruleId) &&
            (eventId === undefined || run.eventId === eventId) &&
            (state === undefined || run.state === state) &&
            (before === undefined || run.id < before),
        )
        .toReversed()
        .slice(0, limit),
    'runs.get': ({ id }) => trace(id),
    'runs.retry': ({ id }) => find(world.runs, id),
    'rules.test': ({ rule, limit, samples }) => {
      const ending = rule.conditions.names[0]?.pattern.replace('*', '') ?? '';
      const considered = world.events.filter(({ type }) => type === 'OBJECT_INSERT').slice(-limit);
      const matched = considered.filter(({ path }) => path?.includes(ending.replace('*', '')) === true);
      return {
        problems: [],
        considered: considered.length,
        matched: matched.length,
        partial: false,
        samples: considered
          .toSorted((one, other) => Number(matched.includes(other)) - Number(matched.includes(one)))
          .slice(0, samples)
          .map((event) => ({
            event,
            matched: matched.includes(event),
            trigger: 'upload',
            conditions: rule.conditions.names.map(({ pattern }) => ({
              condition: 'names',
              expected: pattern,
              actual: event.path?.split('/').at(-1) ?? '',
              matched: matched.includes(event),
            })),
            steps: rule.steps.map(({ action, config }) => ({ name: action, action, inputs: config as Record<string, never>, error: null })),
          })),
      };
    },
    'rules.considered': ({ eventId }) =>
      world.rules.map((rule) => {
        const runs = world.runs.filter((run) => run.eventId === eventId && run.ruleId === rule.id);
        return {
          ruleId: rule.id,
          ruleName: rule.name,
          enabled: rule.enabled,
          verdict: runs.length > 0 ? 'ran' : rule.enabled ? 'condition' : 'off',
          reason: runs.length > 0 ? 'It ran.' : rule.enabled ? 'The file name is not invoice-*.pdf.' : 'The rule is off.',
          runIds: runs.map(({ id }) => id),
          conditions: [],
        };
      }),
    'rules.versions': ({ id }) => {
      const rule = find(world.rules, id);
      return [{ version: rule.version, savedAt: rule.updatedAt, rule }];
    },
    'rules.restore': ({ id }) => find(world.rules, id),
    'rules.move': ({ id, by }) => {
      const rule = find(world.rules, id);
      const from = world.rules.indexOf(rule);
      world.rules.splice(from, 1);
      world.rules.splice(Math.max(0, from + by), 0, rule);
      return [...world.rules];
    },
    'rules.testAction': ({ action, config }) => ({
      index: 0,
      name: action,
      action,
      state: 'done',
      attempt: 1,
      startedAt: iso(world.now),
      finishedAt: iso(world.now),
      durationMs: 88,
      inputs: config as Record<string, never>,
      detail: { status: 200 },
      error: null,
    }),
    'rules.summary': () =>
      world.rules.map(({ id }) => {
        const runs = world.runs.filter(({ ruleId }) => ruleId === id);
        return {
          ruleId: id,
          lastRun: runs.at(-1) ?? null,
          runsPerDay: [2, 5, 3, 8, 4, 6, runs.length % 9],
          failed7Days: runs.filter(({ state }) => state === 'failed').length,
        };
      }),
    'events.search': ({ limit, before }) => {
      const events = world.events
        .filter(({ _id }) => before === undefined || _id < before)
        .toReversed()
        .slice(0, limit);
      return { events, newestId: newest(), oldestId: 1, logId: 'demo', partial: false, cursor: events.at(-1)?._id ?? null, nextPage: null, total: null };
    },
    'events.since': ({ id, limit }) => ({ events: world.events.filter(({ _id }) => _id > id).slice(0, limit), newestId: newest() }),
    'events.exportFile': ({ path }) => ({ path, events: world.events.length, bytes: 4096 }),
    'activity.list': ({ flat, before, limit, ...filter }) => {
      const rows = toRows(
        world.events.filter((event) => fits(event, filter)),
        flat,
      ).filter(({ newestId }) => before === undefined || newestId < before);
      const page = rows.slice(0, limit);
      return { rows: page, newestId: newest(), cursor: rows.length > limit ? (page.at(-1)?.newestId ?? null) : null, partial: false };
    },
    'activity.session': ({ sessionId, after, limit }) => {
      const inside = world.events.filter(
        ({ _id, _session, caused_by }) =>
          _id > after &&
          (_session?._id === sessionId ||
            (caused_by !== null &&
              world.events.some((cause) => cause._session?._id === sessionId && cause._id === world.runs[caused_by - 1]?.eventId))),
      );
      return { events: inside.slice(0, limit), more: inside.length > limit };
    },
    'activity.count': (filter) => ({ count: world.events.filter((event) => fits(event, filter)).length, partial: false }),
    'activity.plot': ({ from, to, bucket }) => {
      const step = bucket === 'day' ? DAY_MS : DAY_MS / 24;
      const start = Math.floor(Date.parse(from) / step) * step;
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
    'setup.get': () => ({
      done: settings.server.setUp,
      draft: draft as Output<'setup.get'>['draft'],
      suggestedFolder: '/home/office/File Exchange',
      hostName: 'frontdesk',
      platform: 'linux',
      lanAddresses: ['192.168.1.20'],
      settings,
    }),
    'setup.saveDraft': (answers) => {
      draft = answers;
      return answers;
    },
    'setup.checkFolder': ({ path }) => ({
      rows: path.startsWith('/home')
        ? [row('write', 'Can be written', 'A file was made, renamed and removed.'), row('space', 'Free space', '212 GB are free.')]
        : [row('write', 'Can be written', 'This folder belongs to the system. Choose one in your home.', 'failed')],
    }),
    'setup.checkPorts': ({ sftp, ftp }) => ({
      rows: [
        ...(sftp === undefined
          ? []
          : [
              sftp < 1024
                ? {
                    ...row('sftp', `Port ${sftp}`, 'Only the system may open ports below 1024.', 'failed'),
                    fix: { id: 'use-port' as const, title: 'Use 2022', value: 2022 },
                  }
                : row('sftp', `Port ${sftp}`, 'It is free.'),
            ]),
        ...(ftp === undefined ? [] : [row('ftp', `Port ${ftp}`, 'It is free.')]),
      ],
    }),
    'setup.checkReach': ({ fromInternet }) => ({
      rows: [
        row('lan', 'In the office', 'Partners reach this machine at 192.168.1.20.'),
        ...(fromInternet ? [row('router', 'Router', 'The router did not answer. Forward the ports by hand.', 'warning')] : []),
      ],
    }),
    'setup.fix': () => ({ rows: [] }),
    'setup.selfTest': async () => {
      const done: CheckRow[] = ['SFTP on 127.0.0.1', 'SFTP on 192.168.1.20', 'FTPS on 127.0.0.1', 'FTPS on 192.168.1.20'].map((title) => ({
        ...row(title, title, 'Signed in, wrote, read back and deleted a file; a wrong password was refused.'),
      }));
      for (let index = 0; index <= done.length; index++) {
        push({
          kind: 'self-test',
          rows: done.map((item, at) => (at < index ? item : { ...item, state: at === index ? 'running' : 'waiting', message: '' })),
        });
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      return { rows: done };
    },
    'setup.goLive': () => {
      settings = { ...settings, server: { ...settings.server, setUp: true } };
      push({ kind: 'config-changed', sections: ['server'] });
      return { done: true };
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
    'console.session': () => ({ kind: 'console', permissions: [], hasPassword: confirmedUntil !== null, confirmedUntil }),
    'console.open': () => ({ url: 'http://127.0.0.1:8590/#token=example', file: null, expiresAt: iso(world.now + 120_000) }),
    'console.confirm': () => ({ confirmedUntil: (confirmedUntil = iso(world.now + 600_000)) }),
    'console.setPassword': () => ({ confirmedUntil: (confirmedUntil = iso(world.now + 600_000)) }),
    'console.preferences': () => world.preferences as Output<'console.preferences'>,
    'console.savePreferences': (changes) => Object.assign(world.preferences, changes) as Output<'console.preferences'>,
    'tokens.create': ({ name, permissions, expiresAt }) => {
      const token = { id: tokens.length + 1, name, permissions, createdAt: iso(world.now), expiresAt: expiresAt ?? null };
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
