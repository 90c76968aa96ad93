import type { OpenWriteOptions, Session } from '../../../vfs/types.ts';
import { BrokenTransfer } from '../broken-transfer.ts';
import type { ControlConnection } from '../control-connection.ts';
import { receive } from '../receive.ts';
import { Refusal } from '../replies.ts';
import { sendFile } from '../send.ts';
import { Transfer } from '../transfer.ts';
import type { Verb } from '../verb.ts';

/** RETR, STOR, APPE, ABOR (RFC 959 §4.1.3, RFC 3659 §5). */
export const transferVerbs: Readonly<Record<string, Verb>> = {
  RETR: { syntax: '<path>', argument: 'required', duringTransfer: 'wait', login: 'required', run: retrieve },
  STOR: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    run: (control, argument, session) => {
      const startAt = takeRestart(control);
      const how: OpenWriteOptions = startAt === 0 ? { mode: 'replace', create: true } : { mode: 'modify', create: true, startAt };
      return store(control, session, argument, startAt, how);
    },
  },
  APPE: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    // An append has its place already: REST before it means nothing.
    run: (control, argument, session) => {
      takeRestart(control);
      return store(control, session, argument, 0, { mode: 'append', create: true });
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
  const startAt = takeRestart(control);
  const path = control.path(argument);
  await Transfer.run(control, 'out', path, async (transfer) => {
    const download = await session.openRead(path);
    try {
      if (startAt > download.size) throw new Refusal(554, `The file has ${download.size} bytes only; REST was ${startAt}.`);
      const channel = await transfer.open(`Sending ${download.size - startAt} bytes.`);
      await sendFile(channel, download, startAt, transfer.moved);
      await download.finish();
      control.progress.reached('transferred');
    } catch (error) {
      await download.abort(transfer.reasonOf(error));
      throw error;
    }
  });
}

async function store(
  control: ControlConnection,
  session: Session,
  argument: string,
  startAt: number,
  how: OpenWriteOptions,
): Promise<void> {
  const expected = control.state.allocated;
  control.state.allocated = null;
  const path = control.path(argument);
  await Transfer.run(control, 'in', path, async (transfer) => {
    const upload = await session.openWrite(path, how);
    try {
      const channel = await transfer.open('Send the file.');
      const received = await receive(channel, upload, startAt, transfer.moved);
      await transfer.confirmAlive();
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
