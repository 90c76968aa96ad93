import type { Change } from '../accounts/service.ts';
import { AppError } from '../contract/errors.ts';
import { type EventLog, SYSTEM } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import type { DataKey, DataKeyState } from '../store/data-key.ts';

/** The key of the stored secrets as its owner deals with it; every change is an event, without a secret in it. */
export type SecretKey = {
  state(): DataKeyState;
  /**
   * Sets or changes the recovery passphrase; `current`, where it is given, must be the present one. Rejects with `bad_credentials` and
   * LOGIN_FAILED recorded, with `busy` after 5 wrong ones of one session, or 20 in all, within 10 minutes, or while another change runs,
   * with `secret_unreadable` while the key is locked.
   */
  setPassphrase(input: { readonly passphrase: string; readonly current?: string | undefined }, by: Change): Promise<DataKeyState>;
  /** Unlocks the key. Rejects like `setPassphrase`, and with `conflict` when it is open or no passphrase is set. */
  recover(passphrase: string, by: Change): Promise<DataKeyState>;
  /** Gives up a locked key and makes a new one. Rejects with `conflict` when it is open. */
  startOver(by: Change): Promise<DataKeyState>;
  /** Tells the log when the start has changed what protects the key. */
  recordStart(): Promise<void>;
};

const MINUTE_MS = 60_000;
const WRONG_PER_WINDOW = { windowMs: 10 * MINUTE_MS, perKey: 5, overall: 20 };
type Described = Record<string, string | string[]>;
/** What stands in events in place of the passphrase. */
const MASK = '***';

export function createSecretKey(services: {
  readonly key: DataKey;
  readonly events: EventLog;
  readonly clock: Clock;
  /** Called after each change. */
  readonly changed: () => void;
}): SecretKey {
  const { key, events, clock, changed } = services;
  const wrong = createRateLimit({ clock, ...WRONG_PER_WINDOW });
  let working = false;

  /** One at a time: a derivation takes 64 MiB, and two changes of the key file would undo each other. */
  async function alone(work: () => Promise<void>): Promise<DataKeyState> {
    if (working) throw new AppError('busy', 'The key of the stored secrets is being changed. Try again in a moment.');
    working = true;
    try {
      await work();
    } finally {
      working = false;
    }
    changed();
    return key.state();
  }

  /** Resolves with what `attempt` makes of the right passphrase; undefined stands for a wrong one. */
  async function guarded<T extends object>(attempt: () => Promise<T | undefined>, field: string, { actor }: Change): Promise<T> {
    const who = String(actor.sessionId);
    if (!wrong.take(who)) throw new AppError('busy', 'There were too many wrong passphrases. Wait ten minutes and try again.');
    const result = await attempt();
    if (result !== undefined) {
      wrong.giveBack(who);
      return result;
    }
    await events
      .record({
        type: 'LOGIN_FAILED',
        info: { method: 'passphrase', login: 'console', reason: 'wrong recovery passphrase' },
        actor,
        outcome: 'denied',
      })
      // The log itself reports that it cannot write; the refusal stands.
      .catch(() => undefined);
    throw new AppError('bad_credentials', 'The recovery passphrase is wrong. Check it and try again.', { field });
  }

  /** The file of the key changes in the transaction of the event: neither without the other, but for a commit that fails after it. */
  async function record(by: Change, before: Described, after: Described, change: () => void): Promise<void> {
    let done = false;
    await events.record({ type: 'BASE_CONFIG_UPDATE', info: { sections: ['secrets'], old: before, new: after }, ...by }, () => {
      // The log repeats a transaction that it had to undo for another event's sake; the file is not undone with it.
      if (!done) change();
      done = true;
      return undefined;
    });
  }

  return {
    state: () => key.state(),

    setPassphrase: ({ passphrase, current }, by) =>
      alone(async () => {
        const { passphraseSet } = key.state();
        if (passphraseSet && current !== undefined) await guarded(() => key.prepareRecovery(current), 'current', by);
        const install = await key.preparePassphrase(passphrase);
        await record(by, { passphrase: passphraseSet ? MASK : '' }, { passphrase: MASK }, install);
      }),

    recover: (passphrase, by) =>
      alone(async () => {
        if (key.state().state === 'open') throw new AppError('conflict', 'The stored secrets can be read: there is nothing to recover.');
        const unlock = await guarded(() => key.prepareRecovery(passphrase), 'passphrase', by);
        await record(by, { state: 'locked' }, { state: 'open' }, unlock);
      }),

    startOver: (by) => alone(() => record(by, { state: 'locked' }, { state: 'open', key: 'new' }, () => key.startOver())),

    async recordStart() {
      if (key.protectedBefore === null) return;
      const { protectedBy } = key.state();
      const info = { sections: ['secrets'], old: { protectedBy: [...key.protectedBefore] }, new: { protectedBy } };
      await events.record({ type: 'BASE_CONFIG_UPDATE', info, actor: SYSTEM });
    },
  };
}
