import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { AppError } from '../contract/errors.ts';
import type { TwoFactorState } from '../contract/two-factor.ts';
import type { EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import type { Store } from '../store/index.ts';
import type { FactorOwner, SecondFactorRow } from '../store/second-factors-table.ts';
import type { SecretStore } from '../store/secret-store.ts';
import type { Change } from './service.ts';

/** Whom it is about, and how the log and an authenticator app call him. */
export type Owner = FactorOwner & { readonly name: string };

/** What became of a code. */
export type CodeVerdict = 'right' | 'wrong' | 'used' | 'too many';

/**
 * Second factors: a code of six digits that changes every 30 seconds (RFC 6238, as authenticator apps make it), or one of ten recovery codes
 * that work once each. The secret is sealed in the secret store and shown once, at the enrolment.
 */
export type TwoFactor = {
  state(owner: FactorOwner): TwoFactorState;
  isOn(owner: FactorOwner): boolean;
  /** A new secret, which asks for nothing until it is confirmed. Rejects with `conflict` while a confirmed one is on. */
  enrol(owner: Owner, by: Change): Promise<{ readonly secret: string; readonly uri: string }>;
  /** Switches it on by a first code and hands out the recovery codes, this once. Rejects with `conflict` or `bad_credentials`. */
  confirm(owner: Owner, code: string, by: Change): Promise<{ readonly recoveryCodes: string[] }>;
  /** Switches it off and forgets the secret. Rejects with `not_found`. */
  remove(owner: Owner, by: Change): Promise<void>;
  /** The owner is gone: so is its secret. */
  forget(owner: FactorOwner): void;
  /** Takes a code, which is used up then. A secret that cannot be read lets nobody in. */
  take(owner: FactorOwner, code: string): CodeVerdict;
};

const ISSUER = 'Gatehouse';
const SECRET_BYTES = 20;
export const CODE_DIGITS = 6;
const PERIOD_S = 30;
/** Steps before and after the present one that count too: clocks of telephones differ. */
const DRIFT_STEPS = 1;
const RECOVERY_CODES = 10;
const MINUTE_MS = 60_000;
/** Whoever knows the password must not be able to try all codes. */
const WRONG_PER_WINDOW = { windowMs: 10 * MINUTE_MS, perKey: 10, overall: 10_000 };

export function createTwoFactor(services: {
  readonly store: Store;
  readonly secrets: SecretStore;
  readonly events: EventLog;
  readonly clock: Clock;
}): TwoFactor {
  const { store, secrets, events, clock } = services;
  const table = store.tables.secondFactors;
  const wrong = createRateLimit({ clock, ...WRONG_PER_WINDOW });

  function totp(base32: string, label: string): TOTP {
    return new TOTP({ issuer: ISSUER, label, secret: Secret.fromBase32(base32), digits: CODE_DIGITS, period: PERIOD_S, algorithm: 'SHA1' });
  }

  /** The time step that a code is of; null for a wrong one. */
  function stepOf(row: SecondFactorRow, code: string): number | null {
    const now = clock.now();
    const delta = totp(secrets.get(row.secret), '').validate({ token: code, timestamp: now, window: DRIFT_STEPS });
    return delta === null ? null : Math.floor(now / (PERIOD_S * 1000)) + delta;
  }

  const isOn = (owner: FactorOwner): boolean => (table.get(owner)?.confirmedAt ?? null) !== null;

  async function record(owner: Owner, is: 'on' | 'off', by: Change, change: () => void): Promise<void> {
    const was = isOn(owner) ? 'on' : 'off';
    const info = { operation: 'update', old: `${owner.name}: two-factor ${was}`, new: `${owner.name}: two-factor ${is}` } as const;
    await events.record({ type: 'OBJECT_UPDATE', info, ...by, object: { schema: 'BASE', type: owner.kind } }, () => {
      change();
      return { objectId: owner.id, objectVersion: 1 };
    });
  }

  function drop(owner: FactorOwner): void {
    const row = table.get(owner);
    if (row === undefined) return;
    secrets.remove(row.secret);
    table.remove(owner);
  }

  return {
    state(owner) {
      const row = table.get(owner);
      if (row === undefined) return { state: 'off', recoveryCodesLeft: 0 };
      return { state: row.confirmedAt === null ? 'pending' : 'on', recoveryCodesLeft: row.recovery.length };
    },

    isOn,

    enrol(owner, by) {
      if (isOn(owner))
        return Promise.reject(new AppError('conflict', 'Two-factor sign-in is on already. Switch it off first to enrol another device.'));
      const secret = new Secret({ size: SECRET_BYTES }).base32;
      return record(owner, 'off', by, () => {
        drop(owner);
        table.put(owner, { secret: secrets.put(secret), confirmedAt: null, lastStep: 0, recovery: [] });
      }).then(() => ({ secret, uri: totp(secret, owner.name).toString() }));
    },

    async confirm(owner, code, by) {
      const row = table.get(owner);
      if (row === undefined) throw new AppError('conflict', 'Start the enrolment first.');
      if (row.confirmedAt !== null) throw new AppError('conflict', 'Two-factor sign-in is on already.');
      const step = stepOf(row, code.replaceAll(' ', ''));
      if (step === null)
        throw new AppError(
          'bad_credentials',
          'The code is not right. Enter the one that is shown now; if it is refused again, check the clock of the telephone and of this machine.',
          {
            field: 'code',
          },
        );
      const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      await record(owner, 'on', by, () =>
        table.put(owner, { ...row, confirmedAt: clock.now(), lastStep: step, recovery: recoveryCodes.map(hashRecoveryCode) }),
      );
      return { recoveryCodes };
    },

    async remove(owner, by) {
      if (table.get(owner) === undefined) throw new AppError('not_found', 'Two-factor sign-in is not on here.');
      await record(owner, 'off', by, () => drop(owner));
    },

    forget: (owner) => store.transaction(() => drop(owner)),

    take(owner, code) {
      const row = table.get(owner);
      if (row === undefined || row.confirmedAt === null) return 'wrong';
      const key = `${owner.kind} ${owner.id}`;
      if (!wrong.take(key)) return 'too many';
      const text = code.replaceAll(/[\s-]/g, '').toLowerCase();
      const taken = text.length === CODE_DIGITS ? takeCode(owner, row, text) : takeRecoveryCode(owner, row, text);
      if (taken === 'right') wrong.giveBack(key);
      return taken;
    },
  };

  function takeCode(owner: FactorOwner, row: SecondFactorRow, code: string): CodeVerdict {
    const step = stepOf(row, code);
    if (step === null) return 'wrong';
    // A code that was seen on its way must not open a second time (RFC 6238, 5.2).
    if (step <= row.lastStep) return 'used';
    store.transaction(() => table.put(owner, { ...row, lastStep: step }));
    return 'right';
  }

  function takeRecoveryCode(owner: FactorOwner, row: SecondFactorRow, code: string): CodeVerdict {
    const hash = hashRecoveryCode(code);
    if (!row.recovery.includes(hash)) return 'wrong';
    store.transaction(() => table.put(owner, { ...row, recovery: row.recovery.filter((one) => one !== hash) }));
    return 'right';
  }
}

/** 80 random bits in four groups, of letters and digits that are hard to mistake. */
function newRecoveryCode(): string {
  const letters = 'abcdefghjkmnpqrstvwxyz0123456789';
  const text = Array.from(randomBytes(16), (byte) => letters[byte % 32] ?? '').join('');
  return (text.match(/.{4}/g) ?? []).join('-');
}

/** What is random needs no slow hash: there is nothing to guess. */
function hashRecoveryCode(code: string): string {
  return createHash('sha256').update(code.replaceAll('-', '')).digest('hex');
}
