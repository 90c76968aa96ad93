import { TLSSocket } from 'node:tls';
import { AppError } from '../../../contract/errors.ts';
import type { OpenWriteOptions, Session, Upload } from '../../../vfs/types.ts';
import { BrokenTransfer } from '../broken-transfer.ts';
import type { ControlConnection } from '../control-connection.ts';
import { paceOf } from '../pace.ts';
import { receive } from '../receive.ts';
import { Refusal } from '../replies.ts';
import { sendFile } from '../send.ts';
import { Transfer } from '../transfer.ts';
import type { Verb } from '../verb.ts';

/** What STOU calls a file whose sender has no wish. */
const UNNAMED = 'upload';
/** STOU gives up after as many names. */
const MOST_SAME_NAMES = 9999;

/** RETR, STOR, STOU, APPE, ABOR (RFC 959 §4.1.3, RFC 3659 §5). */
export const transferVerbs: Readonly<Record<string, Verb>> = {
  RETR: { syntax: '<path>', argument: 'required', duringTransfer: 'wait', login: 'required', run: retrieve },
  STOR: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    changes: true,
    run: (control, argument, session) => {
      const startAt = takeRestart(control);
      const how: OpenWriteOptions = startAt === 0 ? { mode: 'replace', create: true } : { mode: 'modify', create: true, startAt };
      const path = control.path(argument);
      return store(control, session, path, startAt, () => openAt(session, path, how), 'Send the file.');
    },
  },
  STOU: {
    // The name is a wish, which RFC 959 does not know, but clients send.
    syntax: '[<name>]',
    argument: 'optional',
    duringTransfer: 'wait',
    login: 'required',
    changes: true,
    run: (control, argument, session) => {
      // A new file begins at its beginning.
      takeRestart(control);
      const wished = control.path(argument === '' ? UNNAMED : argument);
      // RFC 1123 §4.1.2.9 fixes the words.
      return store(
        control,
        session,
        wished,
        0,
        () => openUnique(session, wished),
        (path) => `FILE: ${path.slice(path.lastIndexOf('/') + 1)}`,
      );
    },
  },
  APPE: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    changes: true,
    // An append has its place already: REST before it means nothing.
    run: (control, argument, session) => {
      takeRestart(control);
      const path = control.path(argument);
      return store(control, session, path, 0, () => session.openWrite(path, { mode: 'append', create: true }), 'Send the file.');
    },
  },
  ABOR: {
    syntax: '',
    argument: 'none',
    duringTransfer: 'now',
    login: 'required',
    run: async (control) => {
      const { transfer } = control;
      if (transfer === null) {
        control.data.reset();
        control.reply(225, 'No transfer to abort.');
        return;
      }
      transfer.abort('aborted_by_client');
      // The transfer's own reply comes first: 426, or 226 when it was complete already.
      await transfer.ended;
      control.reply(226, 'Abort done.');
    },
  },
};

async function retrieve(control: ControlConnection, argument: string, session: Session): Promise<void> {
  const { range } = control.state;
  const startAt = range === null ? takeRestart(control) : range.from;
  control.state.range = null;
  const path = control.path(argument);
  await Transfer.run(control, 'out', path, async (transfer) => {
    const download = await session.openRead(path);
    try {
      if (startAt > download.size) throw new Refusal(554, `The file has ${download.size} bytes only; ${startAt} lies behind its end.`);
      const channel = await transfer.open(`Sending ${Math.min(range?.to ?? download.size, download.size) - startAt} bytes.`);
      await sendFile(channel, download, { from: startAt, to: range?.to ?? null }, paceOf(session, 'download'), transfer);
      await download.finish();
      control.progress.reached('transferred');
    } catch (error) {
      await download.abort(transfer.reasonOf(error));
      throw error;
    }
  });
}

/** Runs an upload that `open` begins; the bytes that come count from `startAt`. `words` go with the 150. */
async function store(
  control: ControlConnection,
  session: Session,
  path: string,
  startAt: number,
  open: () => Promise<Upload>,
  words: string | ((path: string) => string),
): Promise<void> {
  const expected = control.state.allocated;
  control.state.allocated = null;
  if (control.state.range !== null) {
    control.state.range = null;
    throw new Refusal(551, 'RANG is for downloads. Resume an upload with REST and STOR.');
  }
  await Transfer.run(control, 'in', path, async (transfer) => {
    const upload = await open();
    transfer.path = upload.path;
    try {
      const pace = paceOf(session, 'upload');
      const channel = await transfer.open(typeof words === 'string' ? words : words(upload.path), pace);
      const received = await receive(channel, upload, startAt, pace, transfer);
      await transfer.confirmAlive(expected !== null || channel.stream instanceof TLSSocket);
      if (expected !== null && !agrees(expected, startAt, received)) {
        throw new BrokenTransfer(
          'connection_lost',
          `${expected} bytes were announced with ALLO, ${received} came. Send it again or resume.`,
          551,
        );
      }
      await upload.finish();
      control.progress.reached('transferred');
    } catch (error) {
      await upload.abort(transfer.reasonOf(error));
      throw error;
    }
  });
}

/** Opens a file; an offset of REST behind what is there is answered as RETR answers it (RFC 3659 §5.4: 554). */
async function openAt(session: Session, path: string, how: OpenWriteOptions): Promise<Upload> {
  try {
    return await session.openWrite(path, how);
  } catch (error) {
    throw how.startAt !== undefined && error instanceof AppError && error.code === 'invalid_input'
      ? new Refusal(554, error.message)
      : error;
  }
}

/** Opens a new file at `wished`, or at the first of `wished.1`, `wished.2` … where nothing is. Never touches what is there. */
async function openUnique(session: Session, wished: string): Promise<Upload> {
  for (let number = 0; number <= MOST_SAME_NAMES; number++) {
    const path = number === 0 ? wished : `${wished}.${number}`;
    // An interrupted upload of this account is shown, and may still be resumed; it is not begun anew under its name.
    if (session.allows('list', path) && (await isThere(session, path))) continue;
    try {
      return await session.openWrite(path, { mode: 'replace', create: true, exclusive: true });
    } catch (error) {
      // What came in the meantime, lies hidden from this account, or is being sent by another one.
      if (!(error instanceof AppError) || !['already_exists', 'busy', 'is_a_directory'].includes(error.code)) throw error;
    }
  }
  throw new Refusal(553, 'Too many files have this name already. Send another one.');
}

async function isThere(session: Session, path: string): Promise<boolean> {
  try {
    await session.stat(path);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return false;
    throw error;
  }
}

/** Whether nothing of what ALLO announced is missing; resuming clients announce the whole file or what is left of it. */
function agrees(expected: number, startAt: number, received: number): boolean {
  return received >= expected || startAt + received === expected;
}

/** The offset of REST, which counts for one transfer. */
function takeRestart(control: ControlConnection): number {
  const { restartAt } = control.state;
  control.state.restartAt = 0;
  return restartAt;
}
