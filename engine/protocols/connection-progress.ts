import { randomUUID } from 'node:crypto';
import type { ConnectionProgress } from '../contract/push.ts';
import type { ProtocolServices } from './types.ts';

type Stage = ConnectionProgress['stage'];

/** The order in which a connection gets further; `listed` may be skipped. */
const ORDER: readonly Stage[] = ['connected', 'encrypted', 'signed-in', 'listed', 'transferred'];

/** What is missing after each stage, for a connection that ended without any trouble of its own. */
const LEFT_AFTER: Readonly<Partial<Record<Stage, string>>> = {
  connected: 'The client left before it signed in.',
  encrypted: 'The client left before it signed in.',
};

/** How far one connection has come, told step by step. */
export class ProgressOfConnection {
  readonly #tell: ProtocolServices['progress'];
  readonly #of: Pick<ConnectionProgress, 'id' | 'protocol' | 'address'>;
  #stage: Stage = 'connected';
  #trouble: string | null = null;

  /** Tells `connected`. */
  constructor(tell: ProtocolServices['progress'], protocol: ConnectionProgress['protocol'], address: string) {
    this.#tell = tell;
    this.#of = { id: randomUUID(), protocol, address };
    this.#tell?.({ ...this.#of, stage: 'connected', reason: null });
  }

  /** The connection has come this far; told the first time only. Troubles before it are over. */
  reached(stage: Exclude<Stage, 'connected' | 'closed'>): void {
    this.#trouble = null;
    if (ORDER.indexOf(stage) <= ORDER.indexOf(this.#stage)) return;
    this.#stage = stage;
    this.#tell?.({ ...this.#of, stage, reason: null });
  }

  /** Something was refused or failed: why the connection comes no further, should it end now. */
  trouble(reason: string): void {
    this.#trouble = reason;
  }

  /** The connection has ended. Idempotent. */
  closed(): void {
    if (this.#stage === 'closed') return;
    const reason = this.#stage === 'transferred' ? null : (this.#trouble ?? LEFT_AFTER[this.#stage] ?? null);
    this.#stage = 'closed';
    this.#tell?.({ ...this.#of, stage: 'closed', reason });
  }
}
