import { posix } from 'node:path';
import PostalMime from 'postal-mime';
import { AppError } from '../../contract/errors.ts';
import { compileGlob } from '../../lib/glob.ts';
import { placeFor } from '../../vfs/placement.ts';
import { writeFile } from '../../vfs/streams.ts';
import type { FileTree } from '../../vfs/types.ts';
import { ActionFailure, type Detail, type FetchPosition, type Runner } from '../runner.ts';
import type { imap } from './definition.ts';
import { type Mail, type Mailbox, openMailbox } from './mailbox.ts';

type Config = Parameters<Runner<typeof imap>>[0]['config'];

const MEGABYTE = 1_000_000;
/** Of a file's name; what is longer loses its middle, not its ending. */
const MAX_NAME = 120;

/** Works through the mails that are new to this rule, oldest first; stops at the first that fails. */
export const runImap: Runner<typeof imap> = async ({ config }, context) => {
  const session = await context.target();
  const timeout = AbortSignal.timeout(config.timeoutSeconds * 1000);
  const signal = AbortSignal.any([context.signal, timeout]);
  const done: Detail[] = [];
  let mailbox: Mailbox | undefined;
  try {
    mailbox = await openMailbox(config, context, signal);
    const cursor = context.fetchCursor(`imap ${config.username}@${config.host}:${config.port}/${config.mailbox}`);
    const { validity, end } = mailbox;
    const position = cursor?.get(validity) ?? { item: 0, parts: 0 };
    const uids = await mailbox.search(position.item);
    for (const uid of uids) {
      const parts = uid === position.item ? position.parts : 0;
      const saving: Saving = { session, config, signal, uid, parts, willWrite: (path, at) => cursor?.putWith(path, validity, at) };
      done.push(...(await saveMail(mailbox, saving)));
      cursor?.put(validity, { item: uid + 1, parts: 0 });
    }
    // What is not wanted now is not asked about again.
    if (end > (uids.at(-1) ?? position.item)) cursor?.put(validity, { item: Math.max(end, position.item), parts: 0 });
    return { mails: uids.length, done };
  } catch (error) {
    const told =
      timeout.aborted && !context.signal.aborted ? new AppError('timeout', `It took longer than ${config.timeoutSeconds} s.`) : error;
    throw ActionFailure.from(told, `The mailbox ${config.mailbox} of ${config.username} could not be worked through`, { done });
  } finally {
    mailbox?.close();
  }
};

type Saving = {
  readonly session: FileTree;
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly uid: number;
  /** So many of its attachments are saved already. */
  readonly parts: number;
  readonly willWrite: (path: string, position: FetchPosition) => void;
};

async function saveMail(mailbox: Mailbox, saving: Saving): Promise<Detail[]> {
  const { config, uid } = saving;
  const mail = await mailbox.read(uid, config.maxMegabytes * MEGABYTE);
  if (mail === null) return [];
  if (mail.source === null) return [{ ...about(mail), skipped: `larger than ${config.maxMegabytes} MB` }];
  const saved = await saveAttachments(mail, mail.source, saving);
  await mailbox.finish(uid);
  return saved;
}

async function saveAttachments(mail: Mail, source: Buffer, { session, config, signal, uid, parts, willWrite }: Saving): Promise<Detail[]> {
  const wanted = config.names.map((name) => compileGlob(name.toLowerCase()));
  const { attachments } = await PostalMime.parse(source);
  const saved: Detail[] = [];
  for (const [index, { filename, content, disposition }] of attachments.entries()) {
    // Pictures of a signature have no name of their own, or are shown inside the text.
    if (disposition !== 'attachment' && filename === null) continue;
    const name = safeName(filename, index);
    if (index < parts || (wanted.length > 0 && !wanted.some((matches) => matches([name.toLowerCase()])))) continue;
    const place = await placeFor(session, posix.join(config.folder, name), config.conflict);
    if (place === null) {
      saved.push({ ...about(mail), name, skipped: 'it exists already' });
      continue;
    }
    willWrite(place.path, { item: uid, parts: index + 1 });
    const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
    await writeFile(session, place.path, once(bytes), signal, place);
    saved.push({ ...about(mail), path: place.path, bytes: bytes.length });
  }
  return saved;
}

function about({ uid, from, subject }: Mail): { readonly uid: number; readonly from: string; readonly subject: string } {
  return { uid, from, subject };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield await Promise.resolve(bytes);
}

/** A name that no file system reads as more than a name. */
function safeName(filename: string | null, index: number): string {
  const plain = (filename ?? '')
    .normalize('NFC')
    .replace(/[/\\<>:"|?*\u0000-\u001f\u007f]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '');
  if (plain === '') return `attachment-${index + 1}`;
  return plain.length <= MAX_NAME ? plain : `${plain.slice(0, MAX_NAME - 20)}…${plain.slice(-19)}`;
}
