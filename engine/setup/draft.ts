import { AppError } from '../contract/errors.ts';
import type { Output } from '../contract/rpc.ts';
import type { Store } from '../store/index.ts';

/** Unfinished answers of the wizard. */
export type Draft = {
  /** Empty when there are none. */
  get(): Answers;
  /** Keeps these in place of those before; returns what was kept. Throws `too_large` beyond 64 KiB. */
  save(answers: Answers): Answers;
  clear(): void;
};

type Answers = Output<'setup.saveDraft'>;
type Json = Answers[string];

const LARGEST_BYTES = 64 * 1024;
const SECRET = /password|passphrase|secret/i;

/** The draft in its own table; whatever is named like a secret is never written, at any depth. */
export function createDraft(table: Store['tables']['setupDraft']): Draft {
  return {
    // Written by save() below, so it is an object of JSON.
    get: () => JSON.parse(table.get() ?? '{}') as Answers,
    save(answers) {
      const kept = withoutSecrets(answers) as Answers;
      const text = JSON.stringify(kept);
      if (Buffer.byteLength(text) > LARGEST_BYTES)
        throw new AppError('too_large', 'These answers are larger than 64 KiB together. Keep files and long texts out of them.');
      table.put(text);
      return kept;
    },
    clear: () => table.clear(),
  };
}

function withoutSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !SECRET.test(key))
      .map(([key, inner]) => [key, withoutSecrets(inner)]),
  );
}
