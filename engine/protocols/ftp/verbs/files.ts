import type { Session } from '../../../vfs/types.ts';
import type { ControlConnection } from '../control-connection.ts';
import { parseTimeValue, timeValue } from '../listing.ts';
import { quotePath, Refusal } from '../replies.ts';
import type { Verb } from '../verb.ts';

/** Directories and files by name (RFC 959 §4.1.1, 4.1.3; RFC 3659 §3, 4; MFMT: draft-somers-ftp-mfxx; AVBL: draft-peterson-streamlined-ftp-command-extensions). The X forms are those of RFC 775, kept by RFC 1123. */

const printDirectory: Verb = {
  syntax: '',
  argument: 'none',
  duringTransfer: 'wait',
  login: 'required',
  run: (control) => control.reply(257, `${quotePath(control.state.directory)} is the current directory.`),
};

const changeDirectory: Verb = {
  syntax: '<path>',
  argument: 'required',
  duringTransfer: 'wait',
  login: 'required',
  run: (control, argument, session) => enter(control, session, argument),
};

const changeToParent: Verb = {
  syntax: '',
  argument: 'none',
  duringTransfer: 'wait',
  login: 'required',
  run: (control, _argument, session) => enter(control, session, '..'),
};

const makeDirectory: Verb = {
  syntax: '<path>',
  argument: 'required',
  duringTransfer: 'wait',
  login: 'required',
  changes: true,
  run: async (control, argument, session) => {
    const path = control.path(argument);
    await session.mkdir(path);
    control.reply(257, `${quotePath(path)} created.`);
  },
};

const removeDirectory: Verb = {
  syntax: '<path>',
  argument: 'required',
  duringTransfer: 'wait',
  login: 'required',
  changes: true,
  run: async (control, argument, session) => {
    await session.rmdir(control.path(argument));
    control.reply(250, 'Directory removed.');
  },
};

export const fileVerbs: Readonly<Record<string, Verb>> = {
  PWD: printDirectory,
  XPWD: printDirectory,
  CWD: changeDirectory,
  XCWD: changeDirectory,
  CDUP: changeToParent,
  XCUP: changeToParent,
  MKD: makeDirectory,
  XMKD: makeDirectory,
  RMD: removeDirectory,
  XRMD: removeDirectory,
  DELE: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    changes: true,
    run: async (control, argument, session) => {
      await session.remove(control.path(argument));
      control.reply(250, 'File deleted.');
    },
  },
  RNFR: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    changes: true,
    run: async (control, argument, session) => {
      const path = control.path(argument);
      await session.stat(path);
      control.state.renameFrom = path;
      control.reply(350, 'Send the new name with RNTO.');
    },
  },
  RNTO: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    changes: true,
    run: async (control, argument, session) => {
      const from = control.state.renameFrom;
      control.state.renameFrom = null;
      if (from === null) throw new Refusal(503, 'Send RNFR first.');
      // As every FTP daemon does; the session asks for the permission to overwrite.
      await session.rename(from, control.path(argument), { overwrite: true });
      control.reply(250, 'Renamed.');
    },
  },
  SIZE: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['SIZE'],
    login: 'required',
    run: async (control, argument, session) => {
      // The size in TYPE A would be the size after a conversion (RFC 3659 §4).
      if (control.state.type === 'A') throw new Refusal(550, 'SIZE is told in binary type only. Send TYPE I first.');
      const entry = await session.stat(control.path(argument));
      if (entry.type !== 'file') throw new Refusal(550, 'Only files have a size.');
      control.reply(213, String(entry.size));
    },
  },
  MDTM: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['MDTM'],
    login: 'required',
    run: async (control, argument, session) => {
      const entry = await session.stat(control.path(argument));
      if (entry.type !== 'file') throw new Refusal(550, 'Only files have a time of change.');
      control.reply(213, timeValue(entry.mtimeMs));
    },
  },
  MFMT: {
    syntax: '<YYYYMMDDHHMMSS> <path>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['MFMT'],
    login: 'required',
    changes: true,
    run: async (control, argument, session) => {
      const space = argument.indexOf(' ');
      const mtimeMs = space === -1 ? null : parseTimeValue(argument.slice(0, space));
      if (mtimeMs === null) throw new Refusal(501, 'Write MFMT, the time as YYYYMMDDHHMMSS in UTC (1970 or later), and the name.');
      const name = argument.slice(space + 1);
      const path = control.path(name);
      await session.setAttributes(path, { mtimeMs });
      // File systems end somewhere: ext4 has no time after 2446. Who may not look is told what was asked for.
      const stored = session.allows('list', path) ? (await session.stat(path)).mtimeMs : mtimeMs;
      control.reply(213, `Modify=${timeValue(stored)}; ${name}`);
    },
  },
  AVBL: {
    syntax: '[<path>]',
    argument: 'optional',
    duringTransfer: 'wait',
    features: ['AVBL'],
    login: 'required',
    run: async (control, argument, session) => {
      const path = control.path(argument);
      const entry = await session.stat(path);
      if (entry.type !== 'directory') throw new Refusal(550, 'This is not a directory.');
      const { freeBytes } = await session.space(path);
      control.reply(213, String(Math.floor(freeBytes)));
    },
  },
};

async function enter(control: ControlConnection, session: Session, argument: string): Promise<void> {
  const path = control.path(argument);
  const entry = await session.stat(path);
  if (entry.type !== 'directory') throw new Refusal(550, 'This is not a directory.');
  control.state.directory = path;
  control.reply(250, `${quotePath(path)} is the current directory.`);
}
