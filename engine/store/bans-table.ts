import type Database from 'better-sqlite3';
import type { Ban } from '../contract/defence.ts';

/** A blocked address; times in ms since the epoch, `until` null for one that only a person lifts. */
export type StoredBan = Omit<Ban, 'since' | 'until'> & { readonly since: number; readonly until: number | null };

type Row = Omit<StoredBan, 'logins' | 'by'> & { readonly logins: string; readonly cause: Ban['by'] };

/** Blocked addresses, one row per address or /64. */
export function createBansTable(db: Database.Database) {
  const put = db.prepare<Row>(`
    INSERT INTO bans (network, address, protocol, score, logins, reason, cause, since, until)
    VALUES (@network, @address, @protocol, @score, @logins, @reason, @cause, @since, @until)
    ON CONFLICT (network) DO UPDATE SET address = excluded.address, protocol = excluded.protocol, score = excluded.score,
      logins = excluded.logins, reason = excluded.reason, cause = excluded.cause, since = excluded.since, until = excluded.until`);
  const prolong = db.prepare<[number, string]>('UPDATE bans SET until = ? WHERE network = ?');
  const remove = db.prepare<[string]>('DELETE FROM bans WHERE network = ?');
  const all = db.prepare<[], Row>('SELECT * FROM bans ORDER BY since');
  return {
    /** Writes the block of its network, in place of one that is there. */
    put: ({ by, logins, ...ban }: StoredBan): void => void put.run({ ...ban, cause: by, logins: JSON.stringify(logins) }),
    prolong: (network: string, until: number): void => void prolong.run(until, network),
    remove: (network: string): void => void remove.run(network),
    /** Oldest first. */
    all: (): StoredBan[] => all.all().map(({ cause, logins, ...row }) => ({ ...row, by: cause, logins: JSON.parse(logins) as string[] })),
  };
}
