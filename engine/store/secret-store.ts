import { AppError } from '../contract/errors.ts';
import type { SecretRef } from '../contract/fields.ts';
import { createLogger, type Logger, silentSink } from '../lib/log.ts';
import { seal, unseal } from '../lib/seal.ts';
import { type DataKey, type KeyWrap, openDataKey } from './data-key.ts';
import type { createSecretsTable } from './secrets-table.ts';

/**
 * Secrets at rest (DESIGN 10): one random data key (data-key.ts) encrypts them all. A key or row that cannot be read makes those secrets
 * `secret_unreadable`, never the start fail.
 */
export type SecretStore = {
  /** Seals the text in a row of its own; call it inside the transaction that stores the reference. Throws `conflict`, with what to do, while the key is locked. */
  put(text: string): SecretRef;
  /** The text again. Throws `secret_unreadable` when the key is locked, or the row is gone, damaged or of another key. */
  get(ref: SecretRef): string;
  remove(ref: SecretRef): void;
  readonly key: DataKey;
};

/** Sealed row: format, first bytes of the key's hash, what seal.ts makes. */
const FORMAT = 1;
const CONTEXT = 'gatehouse secret 1';

/** Opens the key of the data folder, or makes one. `keyWrap` is the shell's own protection of it; without one the file's mode protects it. */
export function openSecretStore(
  dataFolder: string,
  table: ReturnType<typeof createSecretsTable>,
  options: { readonly keyWrap?: KeyWrap | undefined; readonly log?: Logger } = {},
): SecretStore {
  const { keyWrap: own, log = createLogger(silentSink, 'secrets') } = options;
  const dataKey = openDataKey(dataFolder, { own, log, hasSecrets: () => !table.isEmpty() });
  return {
    key: dataKey,
    put(text) {
      const { state, trouble } = dataKey.state();
      // Somebody who enters a secret has to act first: a user's error, where reading fails like a broken part of the world.
      if (state === 'locked') throw new AppError('conflict', trouble ?? undefined);
      const { key, id } = dataKey.current();
      return { secret: table.insert(Buffer.concat([header(id), seal(key, Buffer.from(text), CONTEXT)])) };
    },
    get(ref) {
      const { key, id } = dataKey.current();
      const sealed = table.get(ref.secret);
      const expected = header(id);
      if (!sealed?.subarray(0, expected.length).equals(expected)) throw new AppError('secret_unreadable');
      try {
        return unseal(key, sealed.subarray(expected.length), CONTEXT).toString('utf8');
      } catch (cause) {
        throw new AppError('secret_unreadable', undefined, { cause });
      }
    },
    remove: (ref) => table.remove(ref.secret),
  };
}

function header(keyId: Buffer): Buffer {
  return Buffer.concat([Buffer.from([FORMAT]), keyId]);
}
