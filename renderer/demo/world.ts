import type { Account } from '../../engine/contract/account.ts';
import type { Admin } from '../../engine/contract/admin.ts';
import type { StoredEvent } from '../../engine/contract/event.ts';
import type { Flow, SavedAction } from '../../engine/contract/flow.ts';
import type { Folder } from '../../engine/contract/folder.ts';
import { type Group, groupSettingsSchema, type Role } from '../../engine/contract/group.ts';
import type { CallerRights } from '../../engine/contract/method.ts';
import type { Notice } from '../../engine/contract/notice.ts';
import type { Rule, Run } from '../../engine/contract/rule.ts';
import type { Output } from '../../engine/contract/rpc.ts';
import { iso } from './moments.ts';
import { accountsOf } from './partners.ts';
import { EVERYTHING } from './rights.ts';
import { archiving, RULES, savedRule, tellOffice } from './rule-samples.ts';
import { addEvent, addVisit } from './visits.ts';

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
  world.accounts.push(...accountsOf(now));
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
