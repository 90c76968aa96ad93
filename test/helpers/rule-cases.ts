import { readdirSync, readFileSync } from 'node:fs';
import { RULE_PRESETS } from '../../engine/contract/rule-presets.ts';
import { expectationKey } from '../../engine/rules/watch.ts';
import { ORIGINS, type Origin, OUTCOMES, type Outcome, PROTOCOLS, type Protocol } from '../../engine/contract/event.ts';
import { type Actor, type EventDraft, SYSTEM } from '../../engine/events/log.ts';
import type { RuleLike } from './rules.ts';

/**
 * Golden cases of the matcher, one file each in test/fixtures/rules: a rule or a list of them as JSON (`#` begins a comment line), four
 * dashes, one event per line, four dashes, what is expected: `<event> <rule> <trigger>` per run, in order, with its state where that is
 * not queued and the number of its events where it gathers them, and before those `problem <rule> <field>` for a rule that is incomplete.
 * A rule without a name is called `rule`.
 *
 * An event is `<what> <user> [path] [key=value ...]` with the keys size, protocol (`none` for none), outcome, origin, to (target path),
 * cause (number of the run that caused it), ip, at (ISO 8601), direction (of a failed transfer), record and name (of a record), session
 * (a number; without it there is none), threshold (in percent), event (what became of a share), group and role (of the user). A rule may begin with a
 * `preset` and its `folder`. A path with spaces stands in quotation
 * marks. Accounts are called `<user>-of-<case>`. What a rule before an operation would have been asked is a line
 * `asked <event> <rule> <trigger>` after the runs.
 */
export type RuleCase = {
  readonly name: string;
  readonly rules: readonly RuleLike[];
  /** Those that rules of it begin with. */
  readonly presets: readonly string[];
  readonly events: readonly ((ids: Ids) => EventDraft)[];
  /** Who takes part, as the events name them, with groups and role where an event says them. */
  readonly users: readonly CaseUser[];
  readonly expected: readonly string[];
};

export type CaseUser = { readonly name: string; readonly groups: readonly string[]; readonly role: string | null };

/** The ids that the case's names and numbers stand for in the database of the test. */
export type Ids = {
  readonly userId: (username: string) => number;
  readonly runId: (number: number) => number;
  readonly sessionId: (username: string, number: number) => number;
};

const FOLDER = new URL('../fixtures/rules/', import.meta.url);

/** Every case of the folder, by name. */
export function readRuleCases(): RuleCase[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.case.txt'))
    .sort()
    .map((file) => parseCase(file.replace('.case.txt', ''), readFileSync(new URL(file, FOLDER), 'utf8')));
}

function parseCase(name: string, text: string): RuleCase {
  const plain = text.replace(/^#.*\n/gm, '');
  const [rules, events, expected, ...rest] = plain.split(/^----\n/m);
  if (rules === undefined || events === undefined || expected === undefined || rest.length > 0) throw new Error(`${name}: not three parts`);
  const parsed = JSON.parse(rules) as CaseRule | CaseRule[];
  return {
    name,
    rules: [parsed].flat().map(({ preset, folder = '', ...rule }) => ({
      name: 'rule',
      triggers: [],
      steps: [{ action: 'http', config: { url: 'http://127.0.0.1:9/never-called' } }],
      ...(preset === undefined ? {} : RULE_PRESETS[preset].start(folder)),
      ...rule,
    })),
    presets: [parsed].flat().flatMap(({ preset }) => preset ?? []),
    events: lines(events).map((line) => (ids) => parseEvent(line, ids)),
    users: usersOf(lines(events)),
    expected: lines(expected),
  };
}

type CaseRule = Partial<RuleLike> & { readonly preset?: keyof typeof RULE_PRESETS; readonly folder?: string };

function usersOf(events: readonly string[]): CaseUser[] {
  const users = new Map<string, CaseUser>();
  for (const line of events) {
    const name = line.split(' ')[1] ?? '';
    const groups = / group=(\S+)/.exec(line)?.[1]?.split(',') ?? users.get(name)?.groups ?? [];
    const role = / role=(\S+)/.exec(line)?.[1] ?? users.get(name)?.role ?? null;
    users.set(name, { name, groups, role });
  }
  return [...users.values()];
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

const FILES: Readonly<Record<string, readonly [EventDraft['type'], string]>> = {
  upload: ['OBJECT_INSERT', 'upload'],
  overwrite: ['OBJECT_UPDATE', 'overwrite'],
  append: ['OBJECT_UPDATE', 'append'],
  copy: ['OBJECT_INSERT', 'copy'],
  mkdir: ['OBJECT_INSERT', 'mkdir'],
  rename: ['OBJECT_UPDATE', 'rename'],
  setstat: ['OBJECT_UPDATE', 'setstat'],
  recopy: ['OBJECT_UPDATE', 'copy'],
  delete: ['OBJECT_DELETE', 'delete'],
  rmdir: ['OBJECT_DELETE', 'rmdir'],
};

const RECORDS: Readonly<Record<string, readonly [EventDraft['type'], string]>> = {
  'record-insert': ['OBJECT_INSERT', 'create'],
  'record-update': ['OBJECT_UPDATE', 'update'],
  'record-delete': ['OBJECT_DELETE', 'delete'],
};

function parseEvent(line: string, { userId, runId, sessionId }: Ids): EventDraft {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
  const [what = '', user = '', ...rest] = words;
  const values = new Map(
    rest
      .flatMap(
        (word) =>
          /^(size|protocol|outcome|origin|to|cause|ip|at|direction|record|name|session|threshold|event)=(.*)$/
            .exec(word)
            ?.slice(1, 3)
            .join('\0') ?? [],
      )
      .map((pair) => pair.split('\0') as [string, string]),
  );
  const path = rest.find((word) => word.startsWith('/')) ?? null;
  const cause = values.get('cause');
  const at = values.get('at');
  const session = values.get('session');
  const origin = oneOf<Origin>(ORIGINS, values.get('origin')) ?? (cause === undefined ? 'client' : 'rule');
  const actor: Actor = {
    ...SYSTEM,
    userId: userId(user),
    userName: user,
    protocol: values.get('protocol') === 'none' ? null : (oneOf<Protocol>(PROTOCOLS, values.get('protocol')) ?? 'SFTP'),
    origin,
    ip: values.get('ip') ?? null,
    sessionId: session === undefined ? null : sessionId(user, Number(session)),
    causedBy: cause === undefined ? (origin === 'rule' ? runId(1) : null) : runId(Number(cause)),
  };
  const common = {
    actor,
    path,
    targetPath: values.get('to') ?? null,
    bytes: Number(values.get('size') ?? 0),
    outcome: oneOf<Outcome>(OUTCOMES, values.get('outcome')) ?? 'ok',
    ...(at === undefined ? {} : { at: Date.parse(at) }),
  };
  const file = FILES[what];
  const record = RECORDS[what];
  if (file !== undefined) return { ...common, type: file[0], info: { operation: file[1] }, object: { schema: 'USER', type: 'file' } };
  if (record !== undefined)
    return {
      ...common,
      type: record[0],
      info: { operation: record[1], [what === 'record-delete' ? 'old' : 'new']: values.get('name') ?? 'a record' },
      object: { schema: 'BASE', type: values.get('record') ?? 'user' },
      path: null,
      bytes: null,
    } as EventDraft;
  switch (what) {
    case 'ssh-command':
      return {
        ...common,
        type: 'SSH_COMMAND',
        info: { operation: 'ssh_cmd', command: 'sha256sum' },
        object: { schema: 'USER', type: 'file' },
      };
    case 'download':
      return { ...common, type: 'ASSET_DOWNLOAD', info: { version: '1', bytes_loaded: 1, bytes_total: 1, export: null } };
    case 'transfer-failed':
      return {
        ...common,
        type: 'TRANSFER_FAILED',
        info: {
          direction: oneOf(['upload', 'download', 'copy', 'ssh_cmd'], values.get('direction')) ?? 'upload',
          reason: 'error',
          bytes: 1,
        },
        outcome: oneOf<Outcome>(OUTCOMES, values.get('outcome')) ?? 'failed',
      };
    case 'not-available':
      return {
        ...common,
        type: 'RESOURCE_NOT_AVAILABLE',
        info: { schema: 'USER', type: 'file', id: path ?? '', reason: 'not found' },
        outcome: 'failed',
      };
    case 'settings':
      return { ...common, type: 'BASE_CONFIG_UPDATE', info: { sections: ['sftp'], old: {}, new: {} }, bytes: null };
    case 'logout':
      return {
        ...common,
        type: 'USER_LOGOUT',
        info: { protocol: 'SFTP', reason: 'closed', uploads: 0, downloads: 0, bytes_in: 0, bytes_out: 0 },
        bytes: null,
      };
    case 'login-failed':
      return {
        ...common,
        actor: { ...actor, userId: null, userName: null },
        type: 'LOGIN_FAILED',
        info: { method: 'password', login: user, reason: 'wrong password' },
        bytes: null,
        outcome: 'denied',
      };
    case 'login':
      return { ...common, type: 'USER_LOGIN', info: { protocol: 'SFTP', method: 'password' }, bytes: null };
    default:
      return { ...common, ...parseRarer(what, user, values) };
  }
}

/** What no partner does to a file: the type of the event and what is particular to it. */
function parseRarer(what: string, user: string, values: ReadonlyMap<string, string>): Pick<EventDraft, 'type' | 'info' | 'object'> {
  const threshold = Number(values.get('threshold') ?? 0);
  switch (what) {
    case 'share':
      return { type: 'SHARE', info: { event: values.get('event') ?? 'created' }, object: { schema: 'BASE', type: 'share' } };
    case 'notice-accepted':
      return {
        type: 'USER_ACCEPTED_MESSAGE',
        info: { version: 1, method: 'SFTP', fields: {} },
        object: { schema: 'BASE', type: 'message' },
      };
    case 'site':
      return { type: 'SITE_COMMAND', info: { command: 'PLUGIN', args: ['approve'] } };
    case 'custom':
      return { type: 'CUSTOM', info: { message: 'approve', fields: {} } };
    case 'problem':
      return { type: 'PROBLEM', info: { id: 'x', message: 'It does not work.' } };
    case 'vouched-user':
    case 'vouched-admin': {
      const login = what === 'vouched-user' ? 'user' : 'admin';
      return { type: 'USER_LOGIN', info: { protocol: 'OIDC', method: 'oidc', identity: { login, name: user, claims: {} } } };
    }
    case 'blocked':
      return { type: 'IP_BLOCKED', info: { score: 9, until: null, logins: [user], network: '203.0.113.9', reason: 'too many tries' } };
    case 'certificate':
      return { type: 'CERTIFICATE', info: { domains: ['files.example.com'], expires: '2027-01-01T00:00:00Z' } };
    case 'overdue':
      return { type: 'FILE_OVERDUE', info: { expectation: 'prices.csv', due: '2026-11-30T09:00:00Z', watch: expected(user, values) } };
    case 'quota-warning':
      return {
        type: 'QUOTA_WARNING',
        info: { used_bytes: 9, quota_bytes: 10, percent: 90, threshold },
        object: { schema: 'BASE', type: 'user' },
      };
    case 'disk-warning':
      return { type: 'DISK_WARNING', info: { free_bytes: 1, total_bytes: 10, threshold } };
    default:
      throw new Error(`There is no event ${what}.`);
  }
}

/** The expectation of a file `*.csv` in /in by nine o'clock on every day of the week, of an account called by its whole name. */
function expected(user: string, values: ReadonlyMap<string, string>): Record<string, string | number | number[]> {
  const username = values.get('name') ?? user;
  return JSON.parse(
    expectationKey({
      username,
      folder: '/in',
      pattern: '*.csv',
      deadline: '09:00',
      weekdays: [1, 2, 3, 4, 5, 6, 7],
      graceMinutes: 0,
      zone: 'UTC',
    }),
  ) as Record<string, string | number | number[]>;
}

function oneOf<T extends string>(list: readonly T[], value: string | undefined): T | undefined {
  if (value === undefined) return undefined;
  const found = list.find((entry) => entry === value);
  if (found === undefined) throw new Error(`${value} is not one of ${list.join(', ')}.`);
  return found;
}
