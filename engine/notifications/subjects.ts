import { z } from 'zod';
import { loginOf, type StoredEvent } from '../contract/event.ts';
import { isSelfTestAccount } from '../contract/methods/setup.ts';
import type { Notice } from '../contract/notice.ts';
import type { Settings } from '../contract/settings.ts';
import { eventSentence } from '../events/catalog.ts';

type NotificationSettings = Settings['notifications'];

/** What a notice says of its subject. */
export type Words = Pick<Notice, 'level' | 'title' | 'body' | 'link'>;

/** What a mute may name. */
type Facts = { readonly username?: string; readonly folder?: string; readonly ruleId?: number };

/** One kind of thing that events make notices of. `Tally` is what one notice has gathered so far; it is kept as JSON beside it. */
type SubjectKind<Tally> = {
  /** The types of the events that `keyOf` knows. */
  readonly types: readonly string[];
  /** The notice that an event belongs to, below its kind; undefined when it makes none. */
  readonly keyOf: (event: StoredEvent) => number | undefined;
  readonly isWanted: (settings: NotificationSettings) => boolean;
  readonly factsOf: (event: StoredEvent) => Facts;
  readonly tally: z.ZodType<Tally>;
  /** `partner` is how people call the event's account. */
  readonly add: (tally: Tally | undefined, event: StoredEvent, partner: string) => Tally;
  /** What has been read is over: the next event starts a new tally. */
  readonly startsAnewWhenRead: boolean;
  readonly say: (tally: Tally, options: { readonly hideNames: boolean }) => Words;
  /** How long nothing more may come before the desktop shows it, ms. */
  readonly quietMs: number;
};

/** Names that a notice lists; the others are counted. */
const LISTED_NAMES = 1;

const sessionTally = z.object({
  session: z.int(),
  partner: z.string(),
  files: z.int(),
  bytes: z.number(),
  names: z.array(z.string()),
  failed: z.int(),
  lastFailure: z.string().nullable(),
});
type SessionTally = z.infer<typeof sessionTally>;

const UPLOADS: ReadonlySet<unknown> = new Set(['upload', 'append', 'overwrite']);

/** One per session of a partner: the files that it sent, and the transfers that broke off. */
const partnerSession: SubjectKind<SessionTally> = {
  types: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED'],
  keyOf({ origin, type, outcome, info, _session, _user, path }) {
    if (origin !== 'client' || _session === null || path === null) return undefined;
    if (isSelfTestAccount(loginOf({ _user }) ?? '')) return undefined;
    const isUpload = type !== 'TRANSFER_FAILED' && outcome === 'ok' && UPLOADS.has(info['operation']);
    return isUpload || type === 'TRANSFER_FAILED' ? _session._id : undefined;
  },
  isWanted: (settings) => settings.newFiles,
  factsOf: ({ _user, path }) => ({
    ...(_user === null ? {} : { username: _user.login ?? _user._generated_displayname }),
    folder: path?.slice(0, path.lastIndexOf('/')) ?? '',
  }),
  tally: sessionTally,
  add(tally, event, partner) {
    const before = tally ?? { files: 0, bytes: 0, names: [], failed: 0, lastFailure: null };
    const known = { ...before, session: event._session?._id ?? 0, partner };
    if (event.type === 'TRANSFER_FAILED') return { ...known, failed: before.failed + 1, lastFailure: eventSentence(event) };
    const name = event.path?.split('/').pop() ?? '';
    return {
      ...known,
      files: before.files + 1,
      bytes: before.bytes + (event.bytes ?? 0),
      names: before.names.length < LISTED_NAMES ? [...before.names, name] : before.names,
    };
  },
  startsAnewWhenRead: false,
  say({ session, partner, files, bytes, names, failed, lastFailure }, { hideNames }) {
    const link = `/activity/session/${session}`;
    const brokeOff = failed === 0 ? '' : `${counted(failed, 'transfer')} broke off`;
    if (files === 0) return { level: 'quiet', title: `${partner}: ${brokeOff}`, body: hideNames ? '' : (lastFailure ?? ''), link };
    const others = files - names.length;
    const listed = hideNames ? [] : [names.join(', ') + (others > 0 ? ` and ${others} more` : '')];
    const body = [...listed, sizeWords(bytes), ...(brokeOff === '' ? [] : [brokeOff])].join(', ');
    return { level: 'know', title: `${partner} sent ${counted(files, 'file')}`, body, link };
  },
  quietMs: 30_000,
};

const ruleTally = z.object({ rule: z.string(), failures: z.int(), run: z.int(), error: z.string() });
type RuleTally = z.infer<typeof ruleTally>;

/** One per rule: its runs that failed since somebody looked. */
const failingRule: SubjectKind<RuleTally> = {
  types: ['RULE_RUN'],
  keyOf: ({ outcome, object_id }) => (outcome === 'failed' ? (object_id ?? undefined) : undefined),
  isWanted: (settings) => settings.failedRules,
  factsOf: ({ object_id }) => (object_id === null ? {} : { ruleId: object_id }),
  tally: ruleTally,
  add: (tally, { info }) => ({
    rule: typeof info['rule'] === 'string' ? info['rule'] : '',
    failures: (tally?.failures ?? 0) + 1,
    run: typeof info['run_id'] === 'number' ? info['run_id'] : 0,
    error: typeof info['error'] === 'string' ? info['error'] : '',
  }),
  startsAnewWhenRead: true,
  say: ({ rule, failures, run, error }, { hideNames }) => ({
    level: 'act',
    title: failures === 1 ? `The rule “${rule}” failed` : `The rule “${rule}” failed ${failures} times`,
    // Errors of actions name files.
    body: hideNames ? '' : error,
    link: `/rules/runs/${run}`,
  }),
  quietMs: 0,
};

const KINDS = { session: partnerSession, rule: failingRule } as const;

/** Types of events that may make notices; the others need not be looked at. */
export const NOTICED_TYPES: readonly string[] = Object.values(KINDS).flatMap(({ types }) => types);

/** A subject with its tally's type hidden, as the service handles it. */
export type Subject = {
  readonly key: string;
  readonly quietMs: number;
  readonly startsAnewWhenRead: boolean;
  /** The tally (JSON) with the event added. What cannot be read any more counts as none. */
  add(tally: string | undefined, event: StoredEvent, partner: string): string;
};

/** The subject that an event makes or updates a notice of; undefined when it makes none, or when it is switched off or muted. */
export function subjectOf(event: StoredEvent, settings: NotificationSettings): Subject | undefined {
  for (const [name, kind] of Object.entries(KINDS) as [string, SubjectKind<unknown>][]) {
    if (!kind.types.includes(event.type)) continue;
    const id = kind.keyOf(event);
    if (id === undefined || !kind.isWanted(settings) || isMuted(kind.factsOf(event), settings.mutes)) return undefined;
    return {
      key: `${name}:${id}`,
      quietMs: kind.quietMs,
      startsAnewWhenRead: kind.startsAnewWhenRead,
      add: (tally, added, partner) => JSON.stringify(kind.add(read(kind, tally), added, partner)),
    };
  }
  return undefined;
}

/** What the notice of this key says; undefined for one that is not made of events, or whose tally cannot be read. */
export function wordsOf(key: string, tally: string, options: { readonly hideNames: boolean }): Words | undefined {
  const name = key.split(':', 1)[0] ?? '';
  if (!Object.hasOwn(KINDS, name)) return undefined;
  const kind = KINDS[name as keyof typeof KINDS] as unknown as SubjectKind<unknown>;
  const gathered = read(kind, tally);
  return gathered === undefined ? undefined : kind.say(gathered, options);
}

function read(kind: SubjectKind<unknown>, tally: string | undefined): unknown {
  if (tally === undefined) return undefined;
  const parsed = kind.tally.safeParse(JSON.parse(tally));
  return parsed.success ? parsed.data : undefined;
}

/** A mute fits when everything that it names fits; one that names nothing fits nothing. */
function isMuted(facts: Facts, mutes: NotificationSettings['mutes']): boolean {
  return mutes.some(({ username, folder, ruleId }) => {
    const fits = [
      ...(username === undefined ? [] : [facts.username?.toLowerCase() === username.toLowerCase()]),
      ...(folder === undefined ? [] : [facts.folder !== undefined && isBelow(facts.folder, folder)]),
      ...(ruleId === undefined ? [] : [facts.ruleId === ruleId]),
    ];
    return fits.length > 0 && fits.every(Boolean);
  });
}

function isBelow(folder: string, above: string): boolean {
  return `${folder}/`.startsWith(above.endsWith('/') ? above : `${above}/`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Decimal units, as file managers show them: 4.1 MB. */
function sizeWords(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const unit = UNITS[power] ?? 'byte';
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: power === 0 ? 'long' : 'short', maximumFractionDigits: 1 }).format(
    bytes / 1000 ** power,
  );
}
