import { readdirSync, readFileSync } from 'node:fs';
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
 * (a number; without it there is none). A path with spaces stands in quotation marks.
 */
export type RuleCase = {
  readonly name: string;
  readonly rules: readonly RuleLike[];
  readonly events: readonly ((ids: Ids) => EventDraft)[];
  readonly expected: readonly string[];
};

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
  const parsed = JSON.parse(rules) as Partial<RuleLike> | Partial<RuleLike>[];
  return {
    name,
    rules: [parsed].flat().map((rule) => ({
      name: 'rule',
      triggers: [],
      steps: [{ action: 'http', config: { url: 'http://127.0.0.1:9/never-called' } }],
      ...rule,
    })),
    events: lines(events).map((line) => (ids) => parseEvent(line, ids)),
    expected: lines(expected),
  };
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
          /^(size|protocol|outcome|origin|to|cause|ip|at|direction|record|name|session)=(.*)$/.exec(word)?.slice(1, 3).join('\0') ?? [],
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
      throw new Error(`There is no event ${what}.`);
  }
}

function oneOf<T extends string>(list: readonly T[], value: string | undefined): T | undefined {
  if (value === undefined) return undefined;
  const found = list.find((entry) => entry === value);
  if (found === undefined) throw new Error(`${value} is not one of ${list.join(', ')}.`);
  return found;
}
