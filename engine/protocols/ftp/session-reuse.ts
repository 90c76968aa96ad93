import { TLSSocket } from 'node:tls';
import type { Logger } from '../../lib/log.ts';
import { BrokenTransfer } from './broken-transfer.ts';
import type { DataChannel } from './data-channel.ts';
import type { SessionReuse } from './options.ts';

/** Holds the data connections of one client to the policy on TLS sessions. */
export class SessionReuseCheck {
  readonly #policy: SessionReuse;
  readonly #peer: string;
  readonly #log: Logger;
  #noted = false;

  constructor(policy: SessionReuse, peer: string, log: Logger) {
    this.#policy = policy;
    this.#peer = peer;
    this.#log = log;
  }

  /** Called after the handshake. Throws 522 where reuse is enforced; what is missing is logged once. `client`: what CLNT said. */
  check({ stream }: DataChannel, client: string | null): void {
    if (this.#policy === 'off' || !(stream instanceof TLSSocket) || stream.isSessionReused()) return;
    const isEnforced = this.#policy === 'enforce';
    if (!this.#noted) {
      const name = client === null ? '' : ` (${client})`;
      const what = isEnforced ? 'its transfers are refused' : 'its transfers are let through';
      this.#log.warn(`the client at ${this.#peer}${name} does not resume its TLS session on data connections; ${what}`);
      this.#noted = true;
    }
    if (!isEnforced) return;
    throw new BrokenTransfer(
      'error',
      'The data connection has to resume the TLS session of the control connection, as this server requires.',
      522,
    );
  }
}
