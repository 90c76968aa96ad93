import type { Origin, Protocol } from '../contract/event.ts';
import type { ApiPermission } from '../contract/rpc.ts';
import type { Actor } from '../events/log.ts';

/** Whoever calls a method, as its transport knows it. */
export type Caller = {
  /** `owner`: the person at the machine. `api`: a script with a token, which is never given the settings that decide over others. */
  readonly kind: 'owner' | 'api';
  readonly permissions: ReadonlySet<ApiPermission>;
  /** The row of `sessions` that events of this caller refer to. */
  readonly sessionId: number | null;
  readonly origin: Origin;
  readonly address: string | null;
  /** Null for calls inside the process. */
  readonly protocol: Protocol | null;
  /** The client program's own name. */
  readonly client: string | null;
};

/** What a handler knows of the call it answers. */
export type CallContext = {
  readonly caller: Caller;
  readonly actor: Actor;
  /** Groups the events of one command; null for queries. */
  readonly batchId: number | null;
};

/** The caller as the log names it. */
export function actorOf(caller: Caller): Actor {
  return {
    sessionId: caller.sessionId,
    userId: null,
    userName: null,
    ip: caller.address,
    protocol: caller.protocol,
    client: caller.client,
    origin: caller.origin,
    causedBy: null,
  };
}
