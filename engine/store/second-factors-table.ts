import type Database from 'better-sqlite3';
import type { SecretRef } from '../contract/fields.ts';

/** Whose second factor it is: a partner's account, or an administrator. */
export type FactorOwner = { readonly kind: 'user' | 'admin'; readonly id: number };

export type SecondFactorRow = {
  readonly secret: SecretRef;
  /** ms since the epoch; null while the owner has not shown a code yet. */
  readonly confirmedAt: number | null;
  /** The time step of the last code that was taken; older ones are used up. */
  readonly lastStep: number;
  /** SHA-256 (hex) of the recovery codes that are left. */
  readonly recovery: readonly string[];
};

type Row = { readonly secret: number; readonly confirmed_at: number | null; readonly last_step: number; readonly recovery: string };

/** Second factors, one per owner. */
export function createSecondFactorsTable(db: Database.Database) {
  const put = db.prepare<[string, number, number, number | null, number, string]>(`
    INSERT INTO second_factors (owner_kind, owner_id, secret, confirmed_at, last_step, recovery) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (owner_kind, owner_id) DO UPDATE SET secret = excluded.secret, confirmed_at = excluded.confirmed_at,
      last_step = excluded.last_step, recovery = excluded.recovery`);
  const get = db.prepare<[string, number], Row>('SELECT * FROM second_factors WHERE owner_kind = ? AND owner_id = ?');
  const remove = db.prepare<[string, number]>('DELETE FROM second_factors WHERE owner_kind = ? AND owner_id = ?');
  return {
    /** Writes the owner's whole row. */
    put: ({ kind, id }: FactorOwner, row: SecondFactorRow): void =>
      void put.run(kind, id, row.secret.secret, row.confirmedAt, row.lastStep, JSON.stringify(row.recovery)),
    get: ({ kind, id }: FactorOwner): SecondFactorRow | undefined => {
      const row = get.get(kind, id);
      if (row === undefined) return undefined;
      const { secret, confirmed_at, last_step, recovery } = row;
      return { secret: { secret }, confirmedAt: confirmed_at, lastStep: last_step, recovery: JSON.parse(recovery) as string[] };
    },
    remove: ({ kind, id }: FactorOwner): void => void remove.run(kind, id),
  };
}
