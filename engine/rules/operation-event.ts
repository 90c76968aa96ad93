import type { Claims } from '../contract/admin.ts';
import { type Outcome, type StoredEvent, userShort } from '../contract/event.ts';
import { isoTime } from '../lib/clock.ts';
import type { EventSession } from '../store/events-table.ts';
import { userIdOf } from '../vfs/system-identity.ts';
import type { PendingOperation, SessionIdentity } from '../vfs/types.ts';
import type { TriggerId } from './triggers.ts';

/** What a rule waits for, and the operation told as an event that is in no log (its `_id` is 0): conditions, templates and trace read that. */
export type AskedOperation = { readonly trigger: TriggerId; readonly event: StoredEvent };

type Context = { readonly now: number; readonly session: EventSession | null };

/** The trigger of an operation with its event; undefined for one that no rule can hold back. */
export function askedOperation(operation: PendingOperation, context: Context): AskedOperation | undefined {
  const trigger = triggerOf(operation);
  if (trigger === undefined) return undefined;
  const { identity, path, targetPath, size, write, hiddenPath } = operation;
  const base = eventOf(identity, operation.sessionId, context);
  if (trigger === 'connect') {
    return {
      trigger,
      event: {
        ...base,
        type: 'USER_LOGIN',
        schema: 'BASE',
        basetype: 'user',
        objecttype: 'user',
        object_id: identity.account.id,
        info: { protocol: identity.protocol, method: identity.method },
      },
    };
  }
  const info = { operation: write ?? operation.operation, ...(hiddenPath === null ? {} : { hidden: hiddenPath }) };
  const type = trigger === 'upload' ? (operation.replaces ? 'OBJECT_UPDATE' : 'OBJECT_INSERT') : trigger;
  return { trigger, event: { ...base, type, schema: 'USER', objecttype: 'file', info, path, target_path: targetPath, bytes: size } };
}

/** Somebody whom the identity provider vouches for. `userId` as the log has it; 0 where there is no record yet. */
export type AskedIdentity = {
  readonly login: 'user' | 'admin';
  readonly name: string;
  readonly claims: Claims;
  readonly userId: number;
  readonly address: string | null;
  readonly client: string | null;
};

/** A sign-in with the identity provider. */
export function askedIdentity(who: AskedIdentity, now: number): AskedOperation {
  const { login, name, claims, userId, address, client } = who;
  const event: StoredEvent = {
    ...blank(now),
    type: 'USER_LOGIN',
    ipv4_address: address,
    schema: 'BASE',
    // Not the record of an account, which may not be there: actions act on whom they name.
    basetype: null,
    info: { protocol: 'OIDC', method: 'oidc', identity: { login, name, claims } },
    _user: { _id: userId, _generated_displayname: name },
    protocol: 'HTTP',
    client,
    origin: 'console',
  };
  return { trigger: 'idp-login', event };
}

/** The trigger of a sign-in, and the type of the event that no log holds. */
export const BEFORE_SIGN_IN = 'pre-login' satisfies TriggerId;

/** What was shown beside password and key: the code of the account's app; and whether the protocol can ask for more. */
export type SignInSoFar = { readonly hasShownApp: boolean; readonly canBeAsked: boolean };

/** A sign-in whose password or key was right. */
export function askedSignIn(identity: SessionIdentity, shown: SignInSoFar, context: Context): AskedOperation {
  const event = eventOf(identity, null, context);
  return { trigger: BEFORE_SIGN_IN, event: { ...event, type: BEFORE_SIGN_IN, info: { method: identity.method, ...shown } } };
}

function triggerOf({ operation, stage, write }: PendingOperation): TriggerId | undefined {
  if (stage === 'publish') return write === 'copy' ? undefined : 'upload';
  switch (operation) {
    case 'upload':
      return 'pre-upload';
    case 'download':
      return 'pre-download';
    case 'delete':
      return 'pre-delete';
    case 'connect':
      return 'connect';
    default:
      return undefined;
  }
}

function eventOf(identity: SessionIdentity, sessionId: number | null, { now, session }: Context): StoredEvent {
  const { account, origin } = identity;
  return {
    ...blank(now),
    ipv4_address: identity.address,
    _session:
      sessionId === null || session === null
        ? null
        : { _id: sessionId, token: session.tokenHash, created: isoTime(session.createdAt), expired: null },
    _user: userIdOf(account.id) === null ? null : userShort(account.id, account.username, account.displayName),
    protocol: origin === 'client' ? identity.protocol : null,
    client: identity.client,
    origin,
    caused_by: identity.causedBy,
  };
}

function blank(now: number): StoredEvent {
  return {
    _id: 0,
    timestamp: isoTime(now),
    type: '',
    ipv4_address: null,
    pollable: false,
    schema: null,
    basetype: null,
    objecttype: null,
    object_id: null,
    global_object_id: null,
    object_version: null,
    info: {},
    _session: null,
    _user: null,
    protocol: null,
    client: null,
    path: null,
    target_path: null,
    bytes: null,
    duration_ms: null,
    outcome: 'ok' satisfies Outcome,
    batch_id: null,
    origin: 'system',
    caused_by: null,
  };
}
