import type { Readable, Writable } from 'node:stream';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError } from '../contract/errors.ts';

/** The process as commands see it. */
export type Io = {
  readonly in: Readable;
  readonly out: Writable;
  readonly err: Writable;
  readonly env: NodeJS.ProcessEnv;
};

/** One command of the program: a file of its own and a line in main.ts. */
export type Command = {
  readonly name: string;
  /** For the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /** Resolves with the exit code; an AppError it throws is told in one line by main.ts. */
  readonly run: (args: string[], io: Io) => Promise<number>;
  /** Errors as a JSON line instead of words: always, or when `--json` is given. */
  readonly jsonErrors: boolean | 'with --json';
};

type Options = NonNullable<ParseArgsConfig['options']>;

/** `node:util` parseArgs, whose complaints come out as `usage` errors. */
export function parseCommandLine<const Given extends Options>(args: string[], options: Given) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const words = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? error.message) : String(error);
    throw usage(words);
  }
}

/** The error for a command line that is not understood; exit code 2. */
export function usage(words: string): AppError {
  return new AppError('usage', `${words.replace(/\.$/, '')}. See --help.`);
}

/** A whole number of an option. Throws `usage` for anything else. */
export function wholeNumber(option: string, text: string, range: { readonly min: number; readonly max: number }): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= range.min && value <= range.max))
    throw usage(`--${option} takes a whole number from ${range.min} to ${range.max}, not "${text}"`);
  return value;
}

/** HOST:PORT, [IPV6]:PORT. Throws `usage` for anything else. */
export function hostAndPort(option: string, text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port <= 65_535)) throw usage(`--${option} takes HOST:PORT such as 127.0.0.1:2022, not "${text}"`);
  return { host, port };
}

/** For a terminal: characters that would steer it are shown instead of sent. File names come from partners. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are meant
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u{${char.charCodeAt(0).toString(16)}}`,
  );
}
