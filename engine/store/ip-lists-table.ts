import type Database from 'better-sqlite3';
import type { IpListEntry } from '../contract/defence.ts';
import { isoTime } from '../lib/clock.ts';

/** What a person decides about an entry of the address lists. */
export type IpListSettings = Pick<IpListEntry, 'network' | 'mode' | 'protocols' | 'note'>;

type Row = {
  readonly id: number;
  readonly network: string;
  readonly mode: IpListEntry['mode'];
  readonly protocols: string;
  readonly note: string;
  readonly created_at: number;
  readonly version: number;
};

/** Networks that are always allowed or always refused; each stands once. */
export function createIpListsTable(db: Database.Database) {
  const insert = db.prepare<[string, string, string, string, number]>(
    'INSERT INTO ip_lists (network, mode, protocols, note, created_at, version) VALUES (?, ?, ?, ?, ?, 1)',
  );
  const update = db.prepare<[string, string, string, string, number]>(
    'UPDATE ip_lists SET network = ?, mode = ?, protocols = ?, note = ?, version = version + 1 WHERE id = ?',
  );
  const remove = db.prepare<[number]>('DELETE FROM ip_lists WHERE id = ?');
  const byId = db.prepare<[number], Row>('SELECT * FROM ip_lists WHERE id = ?');
  const all = db.prepare<[], Row>('SELECT * FROM ip_lists ORDER BY id');
  const columns = ({ network, mode, protocols, note }: IpListSettings) => [network, mode, JSON.stringify(protocols), note] as const;
  return {
    /** Returns the new id. */
    insert: (entry: IpListSettings, at: number): number => Number(insert.run(...columns(entry), at).lastInsertRowid),
    /** Replaces all but the stamp; raises the version. */
    update: (id: number, entry: IpListSettings): void => void update.run(...columns(entry), id),
    remove: (id: number): void => void remove.run(id),
    byId: (id: number): IpListEntry | undefined => {
      const row = byId.get(id);
      return row === undefined ? undefined : toEntry(row);
    },
    /** In the order in which they were made. */
    all: (): IpListEntry[] => all.all().map(toEntry),
  };
}

function toEntry({ id, network, mode, protocols, note, created_at, version }: Row): IpListEntry {
  const createdAt = isoTime(created_at);
  return { id, network, mode, protocols: JSON.parse(protocols) as IpListEntry['protocols'], note, createdAt, version };
}
