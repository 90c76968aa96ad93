import { createHash } from 'node:crypto';
import type { ServerChannel } from 'ssh2';
import { toAppError } from '../../contract/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { ChecksumAlgorithm, Session } from '../../vfs/types.ts';
import { splitCommandLine } from './command-line.ts';

/** The checksum commands of coreutils by name. */
const CHECKSUMS = { md5sum: 'md5', sha1sum: 'sha1', sha256sum: 'sha256', sha512sum: 'sha512' } as const satisfies Record<
  string,
  Exclude<ChecksumAlgorithm, 'crc32'>
>;
type ChecksumCommand = keyof typeof CHECKSUMS;
const isChecksumCommand = (name: string): name is ChecksumCommand => Object.hasOwn(CHECKSUMS, name);

const ONLY_THESE = `This server offers SFTP only, and of commands ${Object.keys(CHECKSUMS).join(', ')}, cd and pwd.`;

/** What a command printed and left with. */
type Result = { readonly out: string; readonly error: string; readonly status: number };

/**
 * Answers one command of SSH: the built-in ones are calls of the session, anything else, legacy scp and shells (`line` null) among them, is
 * refused so that its user reads why. Never rejects.
 */
export async function runCommand(channel: ServerChannel, line: string | null, session: Session, log: Logger): Promise<void> {
  const gone = new AbortController();
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);
  channel.once('close', () => gone.abort());
  const words = line === null ? [] : splitCommandLine(line);
  let result: Result;
  try {
    result = await answer(words, channel, session, gone.signal);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'ours') log.error('An SSH command failed unexpectedly.', error);
    result = { out: '', error: `${words?.[0] ?? ''}: ${error.message}\n`, status: 1 };
  }
  if (gone.signal.aborted) return;
  if (result.out !== '') channel.write(result.out);
  if (result.error !== '') channel.stderr.write(result.error);
  channel.exit(result.status);
  channel.end();
}

function answer(words: readonly string[] | null, channel: ServerChannel, session: Session, signal: AbortSignal): Promise<Result> | Result {
  const [name = '', ...args] = words ?? [];
  if (isChecksumCommand(name)) {
    const paths = args[0] === '--' ? args.slice(1) : args;
    const option = args[0] === '--' ? undefined : paths.find((path) => path.startsWith('-') && path !== '-');
    if (option !== undefined) return refused(`${name}: ${option} is not offered. Put -- before names that begin with a dash.`);
    if (paths.length === 0 || (paths.length === 1 && paths[0] === '-')) return checksumOfInput(name, channel);
    return checksumsOfFiles(name, paths, session, signal);
  }
  if (name === 'pwd' && args.length === 0) return folder('pwd', '/', session);
  if (name === 'cd' && args.length <= 1) return folder('cd', args[0] ?? '/', session);
  return refused(ONLY_THESE);
}

const refused = (words: string): Result => ({ out: '', error: `${words}\n`, status: 1 });

/** `cd` says nothing, as a shell's; every command begins at the top folder again. */
async function folder(command: 'cd' | 'pwd', path: string, session: Session): Promise<Result> {
  const found = await session.folderCommand(command, path);
  return { out: command === 'pwd' ? `${found}\n` : '', error: '', status: 0 };
}

/** One line for each file in the form of coreutils, which scripts and rclone read; what cannot be read is said beside them. */
async function checksumsOfFiles(name: ChecksumCommand, paths: readonly string[], session: Session, signal: AbortSignal): Promise<Result> {
  let out = '';
  let error = '';
  for (const path of paths) {
    try {
      const digest = await session.checksum(path, CHECKSUMS[name], { signal });
      // A name that would break the line is escaped, which the backslash in front of the line announces.
      const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
      out += `${escaped === path ? '' : '\\'}${digest}  ${escaped}\n`;
    } catch (thrown) {
      const failure = toAppError(thrown);
      if (failure.kind === 'ours' || signal.aborted) throw thrown;
      error += `${name}: ${path}: ${failure.message}\n`;
    }
  }
  return { out, error, status: error === '' ? 0 : 1 };
}

/** rclone finds out with an empty input whether a command is there. */
async function checksumOfInput(name: ChecksumCommand, channel: ServerChannel): Promise<Result> {
  const hash = createHash(CHECKSUMS[name]);
  for await (const chunk of channel) hash.update(chunk as Buffer);
  return { out: `${hash.digest('hex')}  -\n`, error: '', status: 0 };
}
