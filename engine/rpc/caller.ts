import { adminActor } from '../accounts/admins.ts';
import type { Admin } from '../contract/admin.ts';
import type { Origin, Protocol } from '../contract/event.ts';
import type { ApiPermission } from '../contract/method.ts';
import type { Actor } from '../events/log.ts';

/** Whoever calls a method, as its transport knows it. */
export type Caller = CallerKind & {
  readonly permissions: ReadonlySet<ApiPermission>;
  /** The role whose accounts are all that he sees and changes; null: no role, everything. */
  readonly role: string | null;
  /** The row of `sessions` that events of this caller refer to. */
  readonly sessionId: number | null;
  readonly origin: Origin;
  readonly address: string | null;
  /** Null for calls inside the process. */
  readonly protocol: Protocol | null;
  /** The client program's own name. */
  readonly client: string | null;
};

/**
 * `owner`: the person at the machine, with the token of the running engine or in its own window. `console`: a browser that was signed in;
 * sensitive changes need a recent confirmation (null: there is none; ms since the epoch); `admin` says whose browser, null for the owner's own. `api`: a script with a token, which is never
 * given the settings that decide over others.
 */
type CallerKind =
  | { readonly kind: 'owner' | 'api' }
  | {
      readonly kind: 'console';
      readonly confirmedUntil: number | null;
      readonly admin?: Pick<Admin, 'id' | 'name'> | null;
    };

/** What a handler knows of the call it answers. */
export type CallContext = {
  readonly caller: Caller;
  readonly actor: Actor;
  /** Groups the events of one command; null for queries. */
  readonly batchId: number | null;
  /** The same number for whatever a query causes after all, opened when it is asked for first. */
  readonly batch: () => number;
};

/** The administrator who calls; null for the person at the machine and for scripts. */
export function adminOf(caller: Caller): Pick<Admin, 'id' | 'name'> | null {
  return caller.kind === 'console' ? (caller.admin ?? null) : null;
}

/** The caller as the log names it. */
export function actorOf(caller: Caller): Actor {
  const admin = adminOf(caller);
  return {
    sessionId: caller.sessionId,
    ...(admin === null ? { userId: null, userName: null } : adminActor(admin)),
    ip: caller.address,
    protocol: caller.protocol,
    client: caller.client,
    origin: caller.origin,
    causedBy: null,
  };
}
