import { AppError, toAppError } from '../contract/errors.ts';
import { backupCommand } from './backup.ts';
import { callCommand } from './call.ts';
import { type Command, type Io, printable } from './command.ts';
import { eventsCommand } from './events.ts';
import { openCommand } from './open.ts';
import { recoverCommand } from './recover.ts';
import { restoreCommand } from './restore.ts';
import { serveCommand } from './serve.ts';
import { templateCommand } from './template.ts';
import { versionCommand } from './version.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  serveCommand,
  openCommand,
  callCommand,
  eventsCommand,
  templateCommand,
  recoverCommand,
  backupCommand,
  restoreCommand,
  versionCommand,
];

/** What `gatehouse --help` prints. */
export const PROGRAM_HELP = `Usage: gatehouse COMMAND [options]

Self-contained file exchange: SFTP and FTP servers, a local event log, rules.

Commands:
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

"gatehouse COMMAND --help" says more. Exit codes: 0 done, 1 failed, 2 the command
line is not understood.
`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** The program of this process. Resolves with its exit code and never rejects. */
export function main(args: string[]): Promise<number> {
  const io: Io = { in: process.stdin, out: process.stdout, err: process.stderr, env: process.env };
  process.on('uncaughtException', (error) => {
    // Whatever state this left is what a kill leaves: the next start puts it right.
    io.err.write(`gatehouse: Something went wrong inside Gatehouse: ${printable(error.message)}\n`);
    tellDefect(new AppError('internal', undefined, { cause: error }), io);
    process.exit(EXIT_FAILED);
  });
  // `gatehouse events | head`: the reader has seen enough. Servers go on without one.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' && args[0] !== serveCommand.name) process.exit(0);
  });
  process.stderr.on('error', () => undefined);
  return runCommand(args, io);
}

/** Runs the command that the arguments name. Resolves with the exit code and never rejects. */
export async function runCommand(args: string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.err : io.out).write(PROGRAM_HELP);
    return name === undefined ? EXIT_USAGE : 0;
  }
  const command = name === '--version' ? versionCommand : COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    io.err.write(`gatehouse: There is no command "${printable(name)}". See gatehouse --help.\n`);
    return EXIT_USAGE;
  }
  const options = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : undefined);
  if (options.includes('--help') || options.includes('-h')) {
    io.out.write(command.help);
    return 0;
  }
  try {
    return await command.run(rest, io);
  } catch (thrown) {
    const error = toAppError(thrown);
    const asJson = command.jsonErrors === true || (command.jsonErrors === 'with --json' && options.includes('--json'));
    io.err.write(asJson ? `${JSON.stringify(error.toData())}\n` : `gatehouse: ${printable(error.message)}\n`);
    tellDefect(error, io);
    return error.code === 'usage' ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** A defect of ours keeps its stack for those who ask for it; nobody else sees one. */
function tellDefect(error: AppError, io: Io): void {
  const cause = error.cause;
  if (error.kind === 'ours' && io.env['GATEHOUSE_DEBUG'] === '1' && cause instanceof Error)
    io.err.write(`${cause.stack ?? cause.message}\n`);
}
