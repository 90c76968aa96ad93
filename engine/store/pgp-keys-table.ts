import type Database from 'better-sqlite3';

/** A key of OpenPGP as it is kept: `privateKey` and `passphrase` are ids of sealed secrets. Times in ms since the epoch. */
export type PgpKeyRow = {
  readonly id: number;
  readonly fingerprint: string;
  /** JSON. */
  readonly facts: string;
  /** Armoured. */
  readonly publicKey: string;
  readonly privateKey: number | null;
  readonly passphrase: number | null;
  readonly createdAt: number;
  readonly version: number;
};

const COLUMNS = 'id, fingerprint, facts, public_key AS publicKey, private_key AS privateKey, passphrase, created_at AS createdAt, version';

export function createPgpKeysTable(db: Database.Database) {
  type Content = Omit<PgpKeyRow, 'id' | 'version' | 'createdAt'>;
  const insert = db.prepare<Content & { at: number }>(`
    INSERT INTO pgp_keys (fingerprint, facts, public_key, private_key, passphrase, created_at, version)
    VALUES (@fingerprint, @facts, @publicKey, @privateKey, @passphrase, @at, 1)`);
  const update = db.prepare<Content & { id: number }>(`
    UPDATE pgp_keys SET fingerprint = @fingerprint, facts = @facts, public_key = @publicKey, private_key = @privateKey,
      passphrase = @passphrase, version = version + 1 WHERE id = @id`);
  const byId = db.prepare<[number], PgpKeyRow>(`SELECT ${COLUMNS} FROM pgp_keys WHERE id = ?`);
  const byFingerprint = db.prepare<[string], PgpKeyRow>(`SELECT ${COLUMNS} FROM pgp_keys WHERE fingerprint = ?`);
  const all = db.prepare<[], PgpKeyRow>(`SELECT ${COLUMNS} FROM pgp_keys ORDER BY id`);
  const remove = db.prepare<[number]>('DELETE FROM pgp_keys WHERE id = ?');
  return {
    /** Returns the new id. */
    insert: (content: Content, at: number): number => Number(insert.run({ ...content, at }).lastInsertRowid),
    update: (id: number, content: Content): void => void update.run({ ...content, id }),
    get: (id: number): PgpKeyRow | undefined => byId.get(id),
    byFingerprint: (fingerprint: string): PgpKeyRow | undefined => byFingerprint.get(fingerprint),
    all: (): PgpKeyRow[] => all.all(),
    remove: (id: number): void => void remove.run(id),
  };
}
