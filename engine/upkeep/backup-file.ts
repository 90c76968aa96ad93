import { hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import { openSealedStream, SealBroken, sealStream } from '../lib/sealed-stream.ts';
import { passphraseWrapSchema } from '../store/passphrase-wrap.ts';

/**
 * A backup is one file: a line that names the format, a line of JSON that anybody may read, and the sealed content. The content's key is
 * derived from the key of the stored secrets; that one stands in the head under the recovery passphrase. So a rule can make backups
 * without knowing the passphrase, and whoever restores needs nothing else.
 */

const FIRST_LINE = 'gatehouse-backup 1';
const OTHER_FORMAT = /^gatehouse-backup \d+$/;
const MOST_HEAD_BYTES = 16 * 1024;

const headSchema = z.object({
  /** Of the program that made it. */
  version: z.string(),
  madeAt: z.iso.datetime(),
  /** Of the key of the stored secrets: says which installation it comes from. */
  keyId: z.string(),
  salt: z.base64(),
  wrap: passphraseWrapSchema,
  includesLog: z.boolean(),
});
export type BackupHead = z.infer<typeof headSchema>;

const DAMAGED = 'The backup is damaged or was changed: its content is not as it was made. Use another copy of it.';

/** The head of a new backup. */
export function newHead(facts: Omit<BackupHead, 'salt'>): BackupHead {
  return { ...facts, salt: randomBytes(32).toString('base64') };
}

/** The whole file. */
export async function* sealBackup(
  head: BackupHead,
  dataKey: Uint8Array,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const lines = Buffer.from(`${FIRST_LINE}\n${JSON.stringify(head)}\n`);
  yield lines;
  yield* sealStream(contentKey(dataKey, head), lines, content);
}

/**
 * The head of a backup and where its content begins, from the file's first bytes. Throws `invalid_input`, in words, for what is no backup
 * or one of a later program.
 */
export function readHead(start: Buffer): { readonly head: BackupHead; readonly lines: Buffer } {
  const text = start.subarray(0, MOST_HEAD_BYTES).toString('latin1');
  const firstEnd = text.indexOf('\n');
  const first = text.slice(0, Math.max(firstEnd, 0));
  if (first !== FIRST_LINE) {
    throw new AppError(
      'invalid_input',
      OTHER_FORMAT.test(first)
        ? 'This backup was made by a newer Gatehouse. Install that version to restore it.'
        : 'This file is no backup of Gatehouse.',
    );
  }
  const end = text.indexOf('\n', firstEnd + 1);
  const head = headSchema.safeParse(tryJson(start.subarray(firstEnd + 1, Math.max(end, 0)).toString('utf8')));
  if (!head.success) throw new AppError('invalid_input', DAMAGED);
  return { head: head.data, lines: start.subarray(0, end + 1) };
}

/** How much of a file `readHead` may need. */
export const HEAD_BYTES = MOST_HEAD_BYTES;

/** The content behind the head. Throws `invalid_input` where it is damaged; what came before that is as it was made. */
export async function* openBackup(
  { head, lines }: ReturnType<typeof readHead>,
  dataKey: Uint8Array,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* openSealedStream(contentKey(dataKey, head), lines, sealed);
  } catch (error) {
    throw error instanceof SealBroken ? new AppError('invalid_input', DAMAGED, { cause: error }) : error;
  }
}

function contentKey(dataKey: Uint8Array, { salt }: BackupHead): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, Buffer.from(salt, 'base64'), 'gatehouse backup content', 32));
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
