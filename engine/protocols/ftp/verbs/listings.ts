import type { FileStat, Session } from '../../../vfs/types.ts';
import { withoutListOptions } from '../command.ts';
import type { ControlConnection } from '../control-connection.ts';
import { FACTS, factsLine, longLine, matchesPattern, PermissionFacts } from '../listing.ts';
import { oneLine } from '../replies.ts';
import { sendText } from '../send.ts';
import { Transfer } from '../transfer.ts';
import type { Verb } from '../verb.ts';

/** LIST, NLST (RFC 959 §4.1.3), MLSD, MLST (RFC 3659 §7), and STAT, which lists over the control connection. */
export const listingVerbs: Readonly<Record<string, Verb>> = {
  LIST: {
    syntax: '[<path>]',
    argument: 'optional',
    duringTransfer: 'wait',
    login: 'required',
    run: async (control, argument, session) => {
      const path = withoutListOptions(argument);
      await send(
        control,
        () => open(control, session, path),
        () => longLines(control),
      );
    },
  },
  NLST: {
    syntax: '[<path>]',
    argument: 'optional',
    duringTransfer: 'wait',
    login: 'required',
    run: async (control, argument, session) => {
      const path = withoutListOptions(argument);
      await send(
        control,
        () => open(control, session, path),
        ({ prefix }) =>
          (entry) =>
            oneLine(prefix + entry.name),
      );
    },
  },
  MLSD: {
    syntax: '[<path>]',
    argument: 'optional',
    duringTransfer: 'wait',
    login: 'required',
    run: async (control, argument, session) => {
      const path = control.path(argument);
      const permissions = new PermissionFacts(session, path);
      const { facts } = control.state;
      await send(
        control,
        () => openDirectory(session, path),
        () => (entry) => factsLine(entry, entry.name, permissions.of(entry), facts),
      );
    },
  },
  MLST: {
    syntax: '[<path>]',
    argument: 'optional',
    duringTransfer: 'wait',
    // The stars stand behind the facts that are given now (RFC 3659 §7.8).
    features: ({ state }) => [`MLST ${FACTS.map((fact) => `${fact}${state.facts.has(fact) ? '*' : ''};`).join('')}`, 'TVFS'],
    login: 'required',
    run: async (control, argument, session) => {
      const path = control.path(argument);
      const entry = await session.stat(path);
      const permissions = new PermissionFacts(session, path.slice(0, path.lastIndexOf('/')) || '/').of(entry);
      control.replyLines(250, 'Facts:', [factsLine(entry, path, permissions, control.state.facts)], 'End');
    },
  },
  STAT: {
    syntax: '[<path>]',
    argument: 'optional',
    duringTransfer: 'now',
    login: 'required',
    run: async (control, argument, session) => {
      if (argument === '') {
        control.replyLines(211, 'Status:', status(control, session), 'End');
        return;
      }
      const source = await open(control, session, withoutListOptions(argument));
      const line = longLines(control);
      const lines: string[] = [];
      try {
        for (let batch = await source.next(); batch.length > 0; batch = await source.next()) lines.push(...batch.map(line));
      } finally {
        source.close();
      }
      control.replyLines(213, 'Status:', lines, 'End');
    },
  },
};

/** What is listed: entries in batches (empty at the end), and what NLST puts before each name. */
type Source = {
  readonly prefix: string;
  readonly next: () => Promise<readonly FileStat[]>;
  readonly close: () => void;
};

/** Entries asked for at once. */
const BATCH = 500;

/** A directory, a file alone, or the entries of a directory that match a pattern in the last component. */
async function open(control: ControlConnection, session: Session, argument: string): Promise<Source> {
  const path = control.path(argument);
  const directoryPart = argument.slice(0, argument.lastIndexOf('/') + 1);
  let entry: FileStat;
  try {
    entry = await session.stat(path);
  } catch (error) {
    const pattern = argument.slice(directoryPart.length);
    if (!/[*?]/.test(pattern)) throw error;
    return matching(await openDirectory(session, control.path(directoryPart)), directoryPart, pattern);
  }
  if (entry.type !== 'directory') {
    const entries = [entry];
    return { prefix: directoryPart, next: () => Promise.resolve(entries.splice(0)), close: () => undefined };
  }
  // As vsftpd: names listed for a path come with it, so that they can be fetched as they stand.
  const prefix = argument === '' || argument.endsWith('/') ? argument : `${argument}/`;
  return { ...(await openDirectory(session, path)), prefix };
}

async function openDirectory(session: Session, path: string): Promise<Source> {
  const listing = await session.list(path);
  return { prefix: '', next: () => listing.next(BATCH), close: () => listing.close() };
}

/** Those entries of `source` whose names match; a batch is empty only at the end. */
function matching(source: Source, prefix: string, pattern: string): Source {
  const next = async (): Promise<readonly FileStat[]> => {
    for (;;) {
      const batch = await source.next();
      const found = batch.filter((entry) => matchesPattern(entry.name, pattern));
      if (batch.length === 0 || found.length > 0) return found;
    }
  };
  return { prefix, next, close: source.close };
}

function longLines(control: ControlConnection): (entry: FileStat) => string {
  const now = control.context.clock.now();
  return (entry) => longLine(entry, now);
}

async function send(
  control: ControlConnection,
  openSource: () => Promise<Source>,
  format: (source: Source) => (entry: FileStat) => string,
): Promise<void> {
  await Transfer.run(control, 'out', control.state.directory, async (transfer) => {
    const source = await openSource();
    try {
      const channel = await transfer.open('Here comes the listing.');
      await sendText(channel, text(source, format(source)), transfer.moved);
      control.progress.reached('listed');
    } finally {
      source.close();
    }
  });
}

async function* text(source: Source, line: (entry: FileStat) => string): AsyncGenerator<string> {
  for (let batch = await source.next(); batch.length > 0; batch = await source.next()) {
    yield batch.map((entry) => `${line(entry)}\r\n`).join('');
  }
}

function status(control: ControlConnection, session: Session): string[] {
  const { transfer, state } = control;
  return [
    `Signed in as ${session.identity.account.username} from ${control.peer}`,
    `Control connection: ${control.secure ? 'TLS' : 'clear text'}; data connections: ${state.protection === 'P' ? 'TLS' : 'clear text'}`,
    `Type: ${state.type === 'A' ? 'ASCII' : 'binary'}; structure: file; mode: stream`,
    transfer === null
      ? 'No transfer under way'
      : `${transfer.bytes} bytes ${transfer.direction === 'in' ? 'received for' : 'sent of'} ${transfer.path}`,
  ];
}
