import { limitsSchema, signInPolicySchema } from '../../engine/contract/access.ts';
import type { Admin } from '../../engine/contract/admin.ts';
import type { Account } from '../../engine/contract/account.ts';
import type { Outcome, StoredEvent } from '../../engine/contract/event.ts';
import type { Folder } from '../../engine/contract/folder.ts';
import { type Group, groupSettingsSchema, type Role } from '../../engine/contract/group.ts';
import { type Flow, flowInputSchema, type SavedAction } from '../../engine/contract/flow.ts';
import type { CallerRights } from '../../engine/contract/method.ts';
import type { Notice } from '../../engine/contract/notice.ts';
import type { Output } from '../../engine/contract/rpc.ts';
import type { Rule, RuleInput, Run, RunState } from '../../engine/contract/rule.ts';
import { ruleInputSchema } from '../../engine/contract/rule.ts';
import { EVERYTHING } from './rights.ts';

/** A made-up office for `dev:demo`, the gallery and tests of screens: the same each time, relative to `now` (ms since the epoch). */
export type World = {
  readonly now: number;
  readonly accounts: Account[];
  readonly groups: Omit<Group, 'members'>[];
  readonly roles: Omit<Role, 'accounts' | 'admins'>[];
  readonly admins: Admin[];
  /** Of whoever looks. */
  readonly rights: CallerRights;
  readonly folders: Omit<Folder, 'usedBy'>[];
  readonly rules: Rule[];
  readonly flows: Flow[];
  readonly savedActions: SavedAction[];
  readonly runs: Run[];
  readonly events: StoredEvent[];
  readonly notices: Notice[];
  readonly preferences: Output<'console.preferences'>;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 14;

/** A value of the list that looks picked by chance and is the same each time. */
function vary<T>(list: readonly T[], index: number): T {
  return list[(index * 7919 + (index >> 3) * 104_729) % list.length] as T;
}

const PARTNERS = [
  ['acme', 'Acme Ltd', 'it@acme.example', '81.2.69.142'],
  ['brandt', 'Brandt Steuerberatung', 'edv@brandt.example', '89.160.20.112'],
  ['novaprint', 'NovaPrint', 'prepress@novaprint.example', '175.16.199.37'],
  ['kestrel', 'Kestrel Legal', 'files@kestrel.example', '216.160.83.56'],
  ['lind', 'Studio Lind', 'hej@lind.example', '2.125.160.216'],
] as const;

const FILES = ['invoice', 'order', 'drawing', 'payroll', 'contract', 'photo', 'catalogue'] as const;
const ENDINGS = ['pdf', 'pdf', 'csv', 'zip', 'dwg', 'jpg'] as const;

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The world of a running office, or of one that was set up a minute ago. */
export function createWorld(now: number, fill: 'full' | 'empty', rights: CallerRights = EVERYTHING): World {
  const world: World = {
    now,
    accounts: [],
    groups: [],
    roles: [],
    admins: [],
    rights,
    folders: [],
    rules: [],
    flows: [],
    savedActions: [],
    runs: [],
    events: [],
    notices: [],
    preferences: {},
  };
  addEvent(world, {
    type: 'SERVER_START',
    at: now - DAYS * DAY_MS,
    info: { version: '0.1.0', listeners: { sftp: '0.0.0.0:2022' }, recovered_uploads: 0 },
  });
  if (fill === 'empty') return world;
  world.accounts.push(...PARTNERS.map(([username, displayName, email], index) => account(now, index + 1, username, displayName, email)));
  world.groups.push({
    id: 1,
    name: 'customers',
    description: 'Everybody who sends orders.',
    settings: groupSettingsSchema.parse({
      folders: [{ path: '/price-lists', folder: 'price-lists' }],
      patterns: [{ path: '/', denied: ['*.exe', '*.bat'] }],
      limits: { sessions: 5 },
    }),
    createdAt: iso(now - 80 * DAY_MS),
    version: 2,
  });
  world.folders.push({
    id: 1,
    name: 'price-lists',
    description: 'The same for all customers.',
    path: 'shared/price-lists',
    remote: null,
    quotaBytes: 2e9,
    quotaFiles: 0,
    usedBytes: 4.1e8,
    usedFiles: 18,
    createdAt: iso(now - 80 * DAY_MS),
    version: 1,
  });
  world.folders.push({
    id: 2,
    name: 'head-office',
    description: 'Where monthly reports go.',
    path: '/srv/reports',
    remote: {
      host: 'files.example.com',
      port: 0,
      username: 'gatehouse',
      password: { secret: 4 },
      privateKey: '',
      passphrase: '',
      fingerprint: 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8',
    },
    quotaBytes: 0,
    quotaFiles: 0,
    usedBytes: 0,
    usedFiles: 0,
    createdAt: iso(now - 20 * DAY_MS),
    version: 1,
  });
  world.rules.push(...RULES.map((rule, index) => savedRule(now, index + 1, rule)));
  world.flows.push(archiving(now));
  world.savedActions.push(tellOffice(now));
  for (let visit = 0; visit < 120; visit++) addVisit(world, visit, now - DAYS * DAY_MS + (visit * (DAYS * DAY_MS - HOUR_MS)) / 120);
  addEvent(world, {
    type: 'BASE_CONFIG_UPDATE',
    at: now - 3 * HOUR_MS,
    origin: 'console',
    object: 'settings',
    info: { sections: ['mail'], old: {}, new: {} },
  });
  world.notices.push(
    notice(
      1,
      now - 2 * HOUR_MS,
      'act',
      'A rule failed',
      'Tell the ERP about invoices: the other server could not be reached.',
      '/rules/runs/3',
    ),
    notice(2, now - 40 * MINUTE_MS, 'know', 'Acme Ltd sent 6 files', 'invoice-1044.pdf and 5 more, 4.1 MB', '/activity/session/118'),
    notice(3, now - 12 * MINUTE_MS, 'know', 'NovaPrint sent 1 file', 'catalogue-1020.zip, 38 MB', '/activity/session/119'),
  );
  return world;
}

function account(now: number, id: number, username: string, displayName: string, email: string): Account {
  return {
    id,
    username,
    displayName,
    email,
    contact: id === 1 ? 'Jo Marsh' : '',
    notes: id === 2 ? 'Sends payroll on the 25th.' : '',
    enabled: username !== 'lind',
    expiresAt: username === 'kestrel' ? iso(now + 5 * DAY_MS) : null,
    signIn: signInPolicySchema.parse({ requireKey: username === 'brandt', requireEncryption: true }),
    groups: id < 4 ? [{ name: 'customers', type: 'primary' }] : [],
    role: null,
    home: username,
    startDirectory: '',
    permissions: { '/': ['*'] },
    patterns: [],
    folders: id === 3 ? [{ path: '/shared', folder: 'price-lists', countsInAccount: false }] : [],
    quotaBytes: id === 3 ? 5e9 : 0,
    quotaFiles: 0,
    usedBytes: id === 3 ? 4.3e9 : id * 212_345_678,
    usedFiles: id * 147,
    limits: limitsSchema.parse(id === 3 ? { sessions: 4, uploadBytesPerSecond: 5e6 } : {}),
    uploadedBytes: 0,
    downloadedBytes: 0,
    publicKeys:
      username === 'brandt'
        ? [
            {
              label: 'office server',
              key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample',
              fingerprint: 'SHA256:2zTfWJ9Vq5a0Hq3bqT0Kq0X6C5o2p0m8rYvVYb1d9pE',
            },
          ]
        : [],
    hasPassword: username !== 'brandt',
    passwordChangedAt: username === 'brandt' ? null : iso(now - 90 * DAY_MS),
    passwordMustChange: false,
    createdAt: iso(now - 90 * DAY_MS),
    lastSignInAt: username === 'lind' ? null : iso(now - id * 37 * MINUTE_MS),
    version: 1,
  };
}

const RULES: readonly RuleInput[] = [
  {
    name: 'Tell the office about new files',
    triggers: ['upload'],
    steps: [
      {
        action: 'email',
        config: {
          to: ['office@example.com'],
          subject: '{{.Name}} sent {{.ObjectName}}',
          text: '{{.VirtualPath}} ({{humanizeBytes .FileSize}})',
        },
      },
    ],
  },
  {
    name: 'Tell the ERP about invoices',
    triggers: ['upload'],
    conditions: { names: [{ pattern: 'invoice-*.pdf' }] },
    steps: [
      {
        action: 'http',
        retries: 3,
        config: { method: 'POST', url: 'https://erp.example.com/in', body: '{"path": {{toJson .VirtualPath}}}' },
      },
    ],
  },
  {
    name: 'Archive drawings',
    triggers: ['upload'],
    conditions: { names: [{ pattern: '*.dwg' }] },
    steps: [{ action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/archive/{{.ObjectName}}' }] } }],
  },
  {
    name: 'Announce large downloads',
    triggers: ['download'],
    conditions: { minSize: 10_000_000 },
    enabled: false,
    steps: [{ action: 'email', config: { to: ['it@example.com'], subject: 'Large download', text: '{{.ObjectName}}' } }],
  },
  {
    name: 'Send the price list',
    triggers: ['on-demand'],
    steps: [{ action: 'email', config: { to: ['buyers@example.com'], subject: 'Prices of today', text: 'See /prices.' } }],
  },
].map((rule) => ruleInputSchema.parse(rule));

/** The rule as the engine would keep it. */
export function savedRule(now: number, id: number, input: RuleInput): Rule {
  return {
    ...ruleInputSchema.parse(input),
    id,
    version: 1,
    problems: [],
    warnings: [],
    failuresInRow: 0,
    pausedAt: null,
    createdAt: iso(now - 30 * DAY_MS),
    updatedAt: iso(now - 9 * DAY_MS),
  };
}

/** What is kept of a flow or saved action beside its content. */
const keptOf = (now: number, id: number) => ({
  id,
  version: 1,
  problems: [],
  usedBy: [],
  createdAt: iso(now - 20 * DAY_MS),
  updatedAt: iso(now - 4 * DAY_MS),
});

function archiving(now: number): Flow {
  const flow = flowInputSchema.parse({
    name: 'Archive and tell',
    description: 'Keeps a copy of what came and says so.',
    steps: [
      { action: 'set-variable', config: { name: 'month', value: '{{.Timestamp.Format "2006-01"}}' } },
      { action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/archive/{{.Variables.month}}/{{.ObjectName}}' }] } },
    ],
    onError: [{ action: 'desktop-notification', config: { title: '{{.ObjectName}} could not be archived', level: 'act' } }],
    maxSeconds: 600,
    instances: 'wait',
  });
  return { ...flow, ...keptOf(now, 1) };
}

function tellOffice(now: number): SavedAction {
  const config = { to: ['office@example.com'], subject: '{{.Name}} sent {{.ObjectName}}', text: '{{.VirtualPath}}' };
  return { ...keptOf(now, 1), name: 'Tell the office', description: '', action: 'email', config };
}

function notice(id: number, at: number, level: Notice['level'], title: string, body: string, link: string): Notice {
  return {
    id,
    key: `demo-${id}`,
    level,
    title,
    body,
    link,
    createdAt: iso(at),
    updatedAt: iso(at),
    readAt: id === 1 ? null : id === 2 ? null : iso(at),
  };
}

type EventSketch = {
  readonly type: string;
  readonly at: number;
  readonly info: StoredEvent['info'];
  readonly partner?: (typeof PARTNERS)[number];
  readonly session?: number;
  readonly path?: string;
  readonly bytes?: number;
  readonly durationMs?: number;
  readonly outcome?: Outcome;
  readonly origin?: StoredEvent['origin'];
  readonly object?: string;
  readonly causedBy?: number;
  readonly objectId?: number;
  /** Where it is not the partner's own. */
  readonly address?: string;
};

/** Puts one event at the end of the world's log. */
export function addEvent(world: World, sketch: EventSketch): StoredEvent {
  const { partner, session, type } = sketch;
  const event: StoredEvent = {
    _id: world.events.length + 1,
    timestamp: iso(sketch.at),
    type,
    ipv4_address: sketch.address ?? partner?.[3] ?? null,
    pollable: false,
    schema: sketch.path !== undefined ? 'USER' : sketch.object !== undefined ? 'BASE' : null,
    basetype: sketch.object ?? null,
    objecttype: sketch.path !== undefined ? 'file' : (sketch.object ?? null),
    object_id: sketch.objectId ?? null,
    global_object_id: null,
    object_version: null,
    info: sketch.info,
    _session: session === undefined ? null : { _id: session, token: '', created: iso(sketch.at), expired: null },
    _user: partner === undefined ? null : { _id: PARTNERS.indexOf(partner) + 1, _generated_displayname: partner[1] },
    protocol: session === undefined ? null : session % 3 === 0 ? 'FTPS' : 'SFTP',
    client: session === undefined ? null : 'SSH-2.0-OpenSSH_9.6',
    path: sketch.path ?? null,
    target_path: null,
    bytes: sketch.bytes ?? null,
    duration_ms: sketch.durationMs ?? null,
    outcome: sketch.outcome ?? 'ok',
    batch_id: session ?? null,
    origin: sketch.origin ?? (partner === undefined ? 'system' : 'client'),
    caused_by: sketch.causedBy ?? null,
  };
  world.events.push(event);
  return event;
}

/** One visit of a partner: sign-in, some files with their rule runs, sign-out; every ninth a series of failed sign-ins instead. */
export function addVisit(world: World, visit: number, startedAt: number): void {
  const partner = vary(PARTNERS, visit);
  if (visit % 9 === 4) {
    for (let attempt = 0; attempt < 12 + visit; attempt++)
      addEvent(world, {
        type: 'LOGIN_FAILED',
        at: startedAt + attempt * 900,
        outcome: 'denied',
        address: '185.156.73.54',
        info: { method: 'password', login: vary(['root', 'admin', 'test', 'oracle'], attempt), reason: 'unknown user' },
      });
    return;
  }
  const session = visit + 1;
  const files = (visit * 5) % 8;
  let at = startedAt;
  let bytesIn = 0;
  addEvent(world, {
    type: 'USER_LOGIN',
    at,
    partner,
    session,
    object: 'user',
    info: { protocol: 'SFTP', method: visit % 2 === 0 ? 'password' : 'publickey' },
  });
  for (let file = 0; file < files; file++) {
    at += 4000 + file * 700;
    const ending = vary(ENDINGS, visit + file);
    const path = `/${vary(['inbox', 'orders', 'drop'], visit + file)}/${vary(FILES, visit * 3 + file)}-${1000 + ((visit * 31 + file * 7) % 900)}.${ending}`;
    const bytes = 12_000 + ((visit * 977 + file * 131_071) % 9_000_000);
    if ((visit + file) % 13 === 6) {
      addEvent(world, {
        type: 'TRANSFER_FAILED',
        at,
        partner,
        session,
        path,
        bytes,
        outcome: 'aborted',
        info: { direction: 'upload', reason: 'the connection was lost', bytes },
      });
      continue;
    }
    if ((visit + file) % 4 === 3) {
      addEvent(world, {
        type: 'ASSET_DOWNLOAD',
        at,
        partner,
        session,
        path,
        bytes,
        durationMs: 900,
        info: { version: 'original', bytes_loaded: bytes, bytes_total: bytes, export: null },
      });
      continue;
    }
    bytesIn += bytes;
    const uploaded = addEvent(world, {
      type: 'OBJECT_INSERT',
      at,
      partner,
      session,
      path,
      bytes,
      durationMs: 400 + (bytes % 3000),
      info: { operation: 'upload' },
    });
    addRun(world, uploaded, 1, 'done');
    if (path.includes('/invoice-') && ending === 'pdf') addRun(world, uploaded, 2, (visit + file) % 3 === 0 ? 'failed' : 'done');
    if (ending === 'dwg') addRun(world, uploaded, 3, 'done');
  }
  addEvent(world, {
    type: 'USER_LOGOUT',
    at: at + 2000,
    partner,
    session,
    object: 'user',
    info: { protocol: 'SFTP', reason: 'disconnected', uploads: files, downloads: 0, bytes_in: bytesIn, bytes_out: 0 },
  });
}

function addRun(world: World, event: StoredEvent, ruleId: number, state: RunState): void {
  const rule = world.rules[ruleId - 1];
  if (rule === undefined) return;
  const at = Date.parse(event.timestamp);
  const id = world.runs.length + 1;
  const error = state === 'failed' ? 'The other server could not be reached: connection refused.' : null;
  world.runs.push({
    id,
    ruleId,
    flowId: null,
    ruleName: rule.name,
    ruleVersion: 1,
    eventId: event._id,
    trigger: 'upload',
    state,
    attempt: 1,
    createdAt: iso(at),
    startedAt: iso(at + 3),
    finishedAt: iso(at + 180),
    error,
    items: 0,
  });
  addEvent(world, {
    type: 'RULE_RUN',
    at: at + 180,
    origin: 'rule',
    object: 'rule',
    objectId: ruleId,
    ...(event._session === null ? {} : { session: event._session._id }),
    outcome: state === 'failed' ? 'failed' : 'ok',
    causedBy: id,
    info: { rule: rule.name, run_id: id, attempt: 1, outcome: state, ...(error === null ? {} : { error }) },
  });
}
