import { AppError } from '../contract/errors.ts';
import type { UserOf } from '../contract/flow.ts';
import { type KeptPgpKey, type PgpKeyFacts, pgpKeyName, pgpKeyTrouble } from '../contract/pgp-key.ts';
import type { ParsedInput } from '../contract/rpc.ts';
import type { Actor, EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import { type KeyTexts, makeKey, mergeKeys, readKeyTexts } from '../lib/pgp-keys.ts';
import type { Store } from '../store/index.ts';
import type { PgpKeyRow } from '../store/pgp-keys-table.ts';
import type { SecretStore } from '../store/secret-store.ts';
import { updateInfo } from '../events/record-change.ts';

type Change = { readonly actor: Actor; readonly batchId: number | null };

/** The store of OpenPGP keys. Private halves and passphrases are sealed; only rules' actions get them. */
export type PgpKeys = {
  /** By name. */
  list(): KeptPgpKey[];
  /** The facts and whether the private half is here; undefined for an unknown id. */
  find(id: number): KeptPgpKey | undefined;
  /** Takes keys in, all or none; those that are known are brought up to date. Rejects with `invalid_input` at `key` or `passphrase`. */
  import(input: ParsedInput<'pgpKeys.import'>, by: Change): Promise<KeptPgpKey[]>;
  generate(input: ParsedInput<'pgpKeys.generate'>, by: Change): Promise<KeptPgpKey>;
  /** The armoured public half. Throws `not_found`. */
  publicKey(id: number): string;
  /** The armoured private half and its passphrase. Throws `not_found`, `action_failed` for a public key alone, `secret_unreadable`. */
  privateKey(id: number): { readonly privateKey: string; readonly passphrase: string };
  /** Rejects with `conflict` while something uses it. Resolves with what it was. */
  delete(id: number, usedBy: readonly UserOf[], by: Change): Promise<KeptPgpKey>;
};

type Services = {
  readonly store: Store;
  readonly secrets: Pick<SecretStore, 'put' | 'get' | 'remove'>;
  readonly events: EventLog;
  readonly clock: Clock;
};

export function createPgpKeys({ store, secrets, events, clock }: Services): PgpKeys {
  const table = store.tables.pgpKeys;

  function rowOf(id: number): PgpKeyRow {
    const row = table.get(id);
    if (row === undefined) throw new AppError('not_found', `There is no PGP key ${id}. See pgpKeys.list.`, { field: 'id' });
    return row;
  }

  function toKey(row: PgpKeyRow): KeptPgpKey {
    const facts = JSON.parse(row.facts) as PgpKeyFacts;
    return {
      ...facts,
      id: row.id,
      hasPrivate: row.privateKey !== null,
      trouble: pgpKeyTrouble(facts, clock.now()),
      addedAt: isoTime(row.createdAt),
      version: row.version,
    };
  }

  /** Writes a key together with its event. */
  async function save(texts: KeyTexts, passphrase: string, by: Change): Promise<KeptPgpKey> {
    const before = table.byFingerprint(texts.facts.fingerprint);
    const known = before === undefined ? texts : await mergeKeys(textsOf(before), texts);
    const name = pgpKeyName(known.facts);
    let id = before?.id ?? 0;
    await events.record(
      {
        ...(before === undefined
          ? { type: 'OBJECT_INSERT', info: { operation: 'create', new: name } }
          : {
              type: 'OBJECT_UPDATE',
              info: updateInfo({ old: name, new: name }, factsOf(before), { ...known.facts, hasPrivate: known.privateKey !== null }),
            }),
        ...by,
        object: { schema: 'BASE', type: 'pgp_key' },
      },
      () => {
        const content = {
          fingerprint: known.facts.fingerprint,
          facts: JSON.stringify(known.facts),
          publicKey: known.publicKey,
          ...(texts.privateKey === null
            ? { privateKey: before?.privateKey ?? null, passphrase: before?.passphrase ?? null }
            : sealed(texts.privateKey, passphrase, before)),
        };
        if (before === undefined) id = table.insert(content, clock.now());
        else table.update(before.id, content);
        return { objectId: id, objectVersion: rowOf(id).version };
      },
    );
    return toKey(rowOf(id));
  }

  function factsOf({ facts, privateKey }: PgpKeyRow): object {
    return { ...(JSON.parse(facts) as PgpKeyFacts), hasPrivate: privateKey !== null };
  }

  /** The private half in place of the one that was there. */
  function sealed(privateKey: string, passphrase: string, before: PgpKeyRow | undefined): Pick<PgpKeyRow, 'privateKey' | 'passphrase'> {
    if (before !== undefined) forget(before);
    return {
      privateKey: secrets.put(privateKey).secret,
      passphrase: passphrase === '' ? null : secrets.put(passphrase).secret,
    };
  }

  function forget({ privateKey, passphrase }: PgpKeyRow): void {
    for (const secret of [privateKey, passphrase]) if (secret !== null) secrets.remove({ secret });
  }

  return {
    list: () =>
      table
        .all()
        .map(toKey)
        .toSorted((one, other) => pgpKeyName(one).localeCompare(pgpKeyName(other))),
    find(id) {
      const row = table.get(id);
      return row === undefined ? undefined : toKey(row);
    },
    async import({ key, passphrase }, by) {
      const saved: KeptPgpKey[] = [];
      for (const texts of await readKeyTexts(key, passphrase)) saved.push(await save(texts, passphrase, by));
      return saved;
    },
    generate: async ({ days, ...wish }, by) => save(await makeKey({ ...wish, days }), wish.passphrase, by),
    publicKey: (id) => rowOf(id).publicKey,
    privateKey(id) {
      const { privateKey, passphrase } = rowOf(id);
      if (privateKey === null)
        throw new AppError('action_failed', `Of PGP key ${id} only the public half is here. Import the private one.`);
      return {
        privateKey: secrets.get({ secret: privateKey }),
        passphrase: passphrase === null ? '' : secrets.get({ secret: passphrase }),
      };
    },
    async delete(id, usedBy, by) {
      const row = rowOf(id);
      const key = toKey(row);
      const name = pgpKeyName(key);
      if (usedBy.length > 0) {
        const users = usedBy.map((user) => `the ${user.kind} ${user.name}`).join(', ');
        throw new AppError('conflict', `The key of ${name} is used by ${users}. Choose another key there first.`);
      }
      await events.record(
        { type: 'OBJECT_DELETE', info: { operation: 'delete', old: name }, ...by, object: { schema: 'BASE', type: 'pgp_key' } },
        () => {
          forget(row);
          table.remove(id);
          return { objectId: id, objectVersion: row.version };
        },
      );
      return key;
    },
  };
}

/** The public half, which is all that a newer form of it is merged with. */
function textsOf(row: PgpKeyRow): KeyTexts {
  return { facts: JSON.parse(row.facts) as PgpKeyFacts, publicKey: row.publicKey, privateKey: null };
}
