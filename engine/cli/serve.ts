import { toAppError } from '../contract/errors.ts';
import type { EngineAddresses, EngineOptions } from '../index.ts';
import { defaultDataFolder, prepareDataFolder } from '../lib/data-folder.ts';
import { VERSION } from '../lib/version.ts';
import { call } from './client.ts';
import { type Command, hostAndPort, type Io, parseCommandLine, printable, usage, wholeNumber } from './command.ts';
import { openConsole } from './open.ts';
import { jsonLog, terminalLog } from './program-log.ts';

/** How long open transfers may go on after the first signal. */
const GRACE_MS = 10_000;
/** What has not let go of the process this long after the engine has stopped is left behind. */
const LINGER_MS = 2000;
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** `gatehouse serve`: hosts the engine on plain Node. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'run the servers and the rules until stopped',
  jsonErrors: 'with --json',
  help: `Usage: gatehouse serve [--data DIR] [--http HOST:PORT] [--sftp HOST:PORT]
                       [--ftp HOST:PORT] [--passive FROM-TO] [--open] [--json]

Runs the engine until SIGTERM or SIGINT (Ctrl+C), which lets open transfers go on
for ${GRACE_MS / 1000} seconds, keeps unfinished rule runs for the next start and exits with 0.
A second signal ends at once; nothing acknowledged is lost either way.

Options:
  --data DIR        data folder: database, keys and, by default, the partners' files.
                    Made when only its last part is missing. Default:
                    $XDG_DATA_HOME/gatehouse (~/.local/share/gatehouse) on Linux,
                    ~/Library/Application Support/Gatehouse on macOS,
                    %LOCALAPPDATA%\\Gatehouse on Windows
  --http HOST:PORT  API and console. 127.0.0.1, ::1 or localhost: there, instead of
                    127.0.0.1:8590 (any free port when that is taken). Any other
                    address: there too, over HTTPS, for administrators who sign in;
                    refused while none has all permissions and a password
  --sftp HOST:PORT  SFTP on, at this address, for this run (default: the settings)
  --ftp HOST:PORT   FTP on, at this address, for this run (default: the settings)
  --passive FROM-TO ports for FTP data connections in this run
  --open            open the console in the browser when ready; without a screen,
                    print its link
  --json            print one line of JSON when ready, and errors as lines of JSON:
                    {"ready":true,"http":"http://127.0.0.1:N","sftp":N,"ftp":N,"console":null,
                    "token":"…","open":"http://127.0.0.1:N/#token=…"}
                    with null for a server that is off, and for a console that only
                    this machine reaches; "open" is a link to the
                    console that signs in once, within two minutes

Port 0 takes any free port. Exit code 1: the engine could not start; 2: the command
line is not understood.
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      data: { type: 'string' },
      http: { type: 'string' },
      sftp: { type: 'string' },
      ftp: { type: 'string' },
      passive: { type: 'string' },
      open: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    if (positionals[0] !== undefined) throw usage(`"${positionals[0]}" is not an option`);
    if (values.open && values.json) throw usage('--open is for people and --json for scripts: give one of them');
    const overrides: NonNullable<EngineOptions['overrides']> = {
      ...(values.http === undefined ? {} : { http: hostAndPort('http', values.http) }),
      ...(values.sftp === undefined ? {} : { sftp: hostAndPort('sftp', values.sftp) }),
      ...(values.ftp === undefined ? {} : { ftp: hostAndPort('ftp', values.ftp) }),
      ...(values.passive === undefined ? {} : { passive: portRange(values.passive) }),
    };
    const stopAsked = listenForSignals();
    const dataFolder = prepareDataFolder(values.data ?? defaultDataFolder(io.env), { isDefault: values.data === undefined });
    // Only here: the other commands start without the database and the servers.
    const { createEngine } = await import('../index.ts');
    const engine = await createEngine({ dataFolder, overrides, logSink: values.json ? jsonLog(io) : terminalLog(io) });
    const addresses = await engine.start();
    if (values.json) io.out.write(`${JSON.stringify({ ready: true, ...addresses, open: await consoleLink(addresses, io) })}\n`);
    else {
      io.out.write(describe(addresses, dataFolder));
      if (values.open) io.out.write(await openConsole(targetOf(addresses), io).catch(notOpened));
    }
    await stopAsked;
    if (!values.json) io.err.write('gatehouse: stopping; press Ctrl+C again to end at once\n');
    await engine.stop(GRACE_MS);
    setTimeout(() => process.exit(0), LINGER_MS).unref();
    return 0;
  },
};

function targetOf({ http, token }: EngineAddresses): { url: string; token: string } {
  return { url: http, token };
}

/** Null where no link can be made, with the reason on standard error: the servers run all the same. */
async function consoleLink(addresses: EngineAddresses, io: Io): Promise<string | null> {
  try {
    return (await call(targetOf(addresses), 'console.open', {})).url;
  } catch (error) {
    io.err.write(`${JSON.stringify({ level: 'warn', scope: 'console', message: notOpened(error).trimEnd() })}\n`);
    return null;
  }
}

function notOpened(error: unknown): string {
  return `The console could not be opened: ${printable(toAppError(error).message)}\n`;
}

/** Resolves at the first signal; a second one ends the process. */
function listenForSignals(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(SIGNAL_EXIT[signal]);
        asked = true;
        resolve();
      });
    }
  });
}

function portRange(text: string): { from: number; to: number } {
  const [from, to, ...more] = text.split('-');
  if (from === undefined || to === undefined || more.length > 0) throw usage(`--passive takes FROM-TO such as 50000-50099, not "${text}"`);
  const range = { from: wholeNumber('passive', from, PORTS), to: wholeNumber('passive', to, PORTS) };
  if (range.from > range.to) throw usage('--passive: the last port is below the first');
  return range;
}

/** What the settings allow for passive ports. */
const PORTS = { min: 1024, max: 65_535 };

function describe({ http, console, sftp, ftp }: EngineAddresses, dataFolder: string): string {
  const server = (port: number | null): string => (port === null ? 'off' : `port ${port}`);
  return [
    `Gatehouse ${VERSION} is running. Stop it with Ctrl+C.`,
    `  data    ${printable(dataFolder)}`,
    `  API     ${http}`,
    '  console "gatehouse open" opens it in the browser',
    ...(console === null ? [] : [`          ${console} from other machines`]),
    `  SFTP    ${server(sftp)}`,
    `  FTP     ${server(ftp)}`,
    '',
  ].join('\n');
}
