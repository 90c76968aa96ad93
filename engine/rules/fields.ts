import { posix } from 'node:path';
import type { EarlierResult } from '../actions/runner.ts';
import type { Account } from '../contract/account.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { RunRow } from '../store/runs-table.ts';
import type { FieldValues } from './render.ts';
import { findTrigger } from './triggers.ts';
import { actorName, recordName } from './conditions.ts';
import { resultValues } from './earlier.ts';
import type { People } from './people.ts';

/** What one step's templates can see (spec: templates, "Fields"); placeholders that nothing fills are empty. */
export type FieldSources = {
  readonly run: Pick<RunRow, 'id' | 'uid' | 'trigger' | 'ruleName' | 'createdAt'>;
  readonly event: StoredEvent | null;
  /** The events of a batch, the newest last; empty for a run on one event or none. */
  readonly items: readonly StoredEvent[];
  /** The user whom the step affects: the event's, or the one whose turn it is. */
  readonly account: Account | null;
  /** Whom the run tells of what the event's user did; null for all other runs. */
  readonly recipient: Account | null;
  readonly people: Pick<People, 'realPath'>;
  /** What failed so far in this run, in words. */
  readonly errors: readonly string[];
  /** What earlier actions of the run resulted in. */
  readonly earlier: readonly EarlierResult[];
  /** What earlier steps of the run kept by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** The present, ms since the epoch. */
  readonly now: number;
};

/** Placeholders of whoever is told. */
export function recipientValues({ username, email }: Account): Pick<FieldValues, 'Recipient'> {
  return { Recipient: { Name: username, Email: email } };
}

/** Placeholders from an event, or from the run alone for a trigger without one. */
export function fieldValues(sources: FieldSources): FieldValues {
  const { run, event, account, recipient, errors } = sources;
  const common = {
    UID: run.uid,
    Event: findTrigger(run.trigger)?.eventName ?? run.trigger,
    Rule: run.ruleName,
    Run: String(run.id),
    ...resultValues(sources.earlier),
    Variables: sources.variables,
    Now: sources.now,
  };
  if (event === null) {
    return {
      ...common,
      Name: run.ruleName,
      // No outcome of an event stands here, so the run's own does.
      Status: errors.length === 0 ? 1 : 2,
      Errors: [...errors],
      ObjectName: account?.username ?? '',
      Email: account?.email ?? '',
      Timestamp: run.createdAt,
    };
  }
  return {
    ...fileValues(event, sources.people),
    ...common,
    Errors: [...eventErrors(event), ...errors],
    ObjectType: event.basetype ?? '',
    ...(event.basetype === 'user' && account !== null ? { Object: accountObject(account) } : {}),
    Email: account?.email ?? '',
    ...(recipient === null ? {} : recipientValues(recipient)),
    ...customValues(event),
    ...identityValues(event),
    Session: event._session === null ? '' : String(event._session._id),
    ...(sources.items.length === 0
      ? {}
      : { Items: sources.items.map((item) => ({ ...fileValues(item, sources.people), Event: common.Event, UID: run.uid })) }),
  };
}

/** What a form, a script or a command brought along, and what a problem says. */
function customValues({ type, info, path, protocol }: StoredEvent): Pick<FieldValues, 'Custom' | 'Problem'> {
  switch (type) {
    case 'CUSTOM':
    case 'USER_ACCEPTED_MESSAGE':
      return { Custom: { ...textsOf(info['fields']), ...textsOf({ message: info['message'] }) } };
    case 'SITE_COMMAND':
      return { Custom: textsOf({ command: info['command'], args: listOf(info['args']) }) };
    case 'IP_BLOCKED':
      return { Custom: textsOf({ logins: listOf(info['logins']), until: info['until'] }) };
    case 'PROBLEM':
      return { Problem: textsOf({ Message: info['message'], Path: path, Browser: protocol }) };
    default:
      return {};
  }
}

/** What the identity provider said, at a sign-in with it. */
function identityValues({ type, info }: StoredEvent): Pick<FieldValues, 'IDPFields' | 'Protocol'> {
  const identity = type === 'USER_LOGIN' ? info['identity'] : undefined;
  if (typeof identity !== 'object' || identity === null || Array.isArray(identity)) return {};
  return { Protocol: 'OIDC', IDPFields: identity['claims'] as NonNullable<FieldValues['IDPFields']> };
}

/** Those of the values that are texts. */
function textsOf(values: unknown): Record<string, string> {
  if (typeof values !== 'object' || values === null) return {};
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function listOf(values: unknown): string {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string').join(' ') : '';
}

/** Whose files, address and limits an event is about: the account that was changed, else the one that acted. */
export function affectedAccountId(event: StoredEvent): number | null {
  return event.basetype === 'user' ? event.object_id : (event._user?._id ?? null);
}

/** What one event says of its file or record. */
function fileValues(event: StoredEvent, people: FieldSources['people']) {
  const path = event.path ?? '';
  const target = event.target_path ?? '';
  return {
    Name: event.type === 'CERTIFICATE' ? listOf(event.info['domains']) : (actorName(event) ?? ''),
    Status: event.outcome === 'ok' ? 1 : event.outcome === 'quota' ? 3 : 2,
    Errors: eventErrors(event),
    VirtualPath: path,
    FsPath: realPath(event, hiddenPath(event) ?? path, people),
    VirtualTargetPath: target,
    FsTargetPath: realPath(event, target, people),
    ObjectName: path === '' ? (recordName(event) ?? '') : posix.basename(path),
    FileSize: event.bytes ?? 0,
    Elapsed: event.duration_ms ?? 0,
    Protocol: event.protocol ?? '',
    IP: event.ipv4_address ?? '',
    Timestamp: event.timestamp,
  };
}

function accountObject({ username, email, enabled, quotaBytes, createdAt }: Account): NonNullable<FieldValues['Object']> {
  const user = { Username: username, Email: email, Status: enabled ? 1 : 0, QuotaSize: quotaBytes, CreatedAt: Date.parse(createdAt) };
  return { User: user, raw: { username, email, status: user.Status, quota_size: quotaBytes, created_at: user.CreatedAt } };
}

/** Why the event itself failed, where it did. */
function eventErrors(event: StoredEvent): string[] {
  const reason = event.info['reason'] ?? event.info['error'];
  return event.outcome === 'ok' ? [] : [typeof reason === 'string' ? reason : event.outcome];
}

/** Where the content lies while it is held back, as a virtual path. */
export function hiddenPath({ info }: StoredEvent): string | undefined {
  return typeof info['hidden'] === 'string' ? info['hidden'] : undefined;
}

function realPath({ _user }: StoredEvent, path: string, people: FieldSources['people']): string {
  return _user === null || path === '' ? '' : (people.realPath(_user._id, path) ?? '');
}
