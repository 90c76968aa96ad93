import { type AccountsView, type AccountsViewServices, accountsOfRole, allAccounts } from '../accounts/role-accounts.ts';
import { adminActor } from '../accounts/admins.ts';
import { AppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { PushMessage } from '../contract/push.ts';
import type { LiveSession, Traffic } from '../contract/session.ts';
import type { RoleView } from '../store/event-filter.ts';
import type { Reader } from '../store/reader.ts';
import type { ReadName, Reads } from '../store/reads.ts';
import { adminOf, type Caller } from './caller.ts';

/**
 * What a caller sees and changes, decided here alone: an administrator with a role, or a token that such a one made, has the accounts of this
 * role and what they do. Everybody else has everything.
 */
export type Scope = AccountsView & {
  /** Reads events and activity without those of others. */
  readonly reader: Reader;
  /** The same as a filter of the log. */
  readonly filter: { readonly seenBy?: RoleView };
  /** Whether an event that was just recorded may be shown. */
  readonly sees: (event: StoredEvent) => boolean;
  /** What of the sessions, and the traffic of these. */
  live(now: { readonly sessions: readonly LiveSession[]; readonly traffic: Traffic }): { sessions: LiveSession[]; traffic: Traffic };
  /** What of a message other than events is heard; null: nothing. */
  hears(message: Exclude<PushMessage, { readonly kind: 'events' }>): PushMessage | null;
};

export type Scopes = (caller: Caller) => Scope;

export function createScopes(services: AccountsViewServices & { readonly reader: Reader }): Scopes {
  const everything: Scope = {
    ...allAccounts(services),
    reader: services.reader,
    filter: {},
    sees: () => true,
    live: ({ sessions, traffic }) => ({ sessions: [...sessions], traffic }),
    hears: (message) => message,
  };
  return (caller) => (caller.role === null ? everything : scopeOf(caller.role, caller, services));
}

function scopeOf(role: string, caller: Caller, services: Parameters<typeof createScopes>[0]): Scope {
  const view = accountsOfRole(role, services);
  const admin = adminOf(caller);
  const seenBy: RoleView = { role, userId: admin === null ? null : adminActor(admin).userId };
  const isOwn = (id: number | null | undefined): boolean => id !== null && id !== undefined && services.accounts.byId(id)?.role === role;

  const live: Scope['live'] = ({ sessions }) => {
    const own = sessions.filter(({ username }) => view.accounts.get(username) !== undefined);
    const sum = (direction: 'upload' | 'download'): number =>
      own.flatMap(({ transfers }) => transfers).reduce((all, one) => all + (one.direction === direction ? one.bytesPerSecond : 0), 0);
    return { sessions: own, traffic: { bytesInPerSecond: sum('upload'), bytesOutPerSecond: sum('download') } };
  };

  return {
    ...view,
    reader: { ...services.reader, read: (name, ...args) => services.reader.read(name, ...narrowed(name, args, seenBy)) },
    filter: { seenBy },
    sees({ _user, schema, objecttype, object_id }) {
      if (_user !== null && (_user._id === seenBy.userId || isOwn(_user._id))) return true;
      return schema === 'BASE' && objecttype === 'user' && isOwn(object_id);
    },
    live,
    hears(message) {
      if (message.kind === 'health') return message;
      return message.kind === 'sessions' ? { kind: 'sessions', ...live(message) } : null;
    },
  };
}

/** Where in the arguments of a read its filter stands; what is not here is not read for somebody with a role. */
const FILTER_AT: { readonly [Name in ReadName]?: number } = {
  'events.search': 0,
  'events.count': 0,
  'events.export': 0,
  'events.get': 1,
  'activity.list': 0,
  'activity.session': 0,
  'activity.totals': 0,
};

function narrowed<Name extends ReadName>(name: Name, args: Reads[Name]['args'], seenBy: RoleView): Reads[Name]['args'] {
  // It says where the log begins and ends, and nothing of what is in it.
  if (name === 'log.state') return args;
  const at = FILTER_AT[name];
  if (at === undefined) throw new AppError('internal', `${name} is not read within a role.`);
  const given: unknown[] = [...args];
  given[at] = { ...(given[at] as object | undefined), seenBy };
  return given as Reads[Name]['args'];
}

/** The refusal of a method that reaches beyond every role. */
export function beyondRole(role: string): AppError {
  return new AppError(
    'forbidden',
    `You look after the accounts of the role ${role}; this reaches beyond them. Ask an administrator without a role.`,
  );
}
