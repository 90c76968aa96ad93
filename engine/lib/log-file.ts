import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { inspect } from 'node:util';
import type { Clock } from './clock.ts';
import { isoTime } from './clock.ts';
import type { LogSink } from './log.ts';
import { redact } from './redact.ts';

const LARGEST_FILE_BYTES = 5 * 1024 * 1024;
/** The one that is written and its predecessors `.1` (the youngest) to `.4`. */
const FILES = 5;
const LONGEST_LINE = 16 * 1024;

export type LogFileOptions = {
  readonly clock: Clock;
  /** Told once, in words, when the file cannot be written; and once again after it could be written in between. */
  readonly onTrouble: (words: string) => void;
  readonly largestFileBytes?: number;
};

export type LogFile = {
  readonly sink: LogSink;
  /** Begins a new file, whatever the size of the present one. False where nothing was written yet; throws the system's error. */
  readonly rotate: () => boolean;
  /** Lets go of the file; a later line would open it again. */
  readonly close: () => void;
};

/**
 * The program's log as a file (mode 0600): a line per message with UTC time, errors with their stacks and causes indented below, secrets
 * masked. Five files of 5 MiB at most. Written at once, so that the last words before a crash are there; never throws.
 */
export function openLogFile(file: string, options: LogFileOptions): LogFile {
  const { clock, onTrouble, largestFileBytes = LARGEST_FILE_BYTES } = options;
  let fd: number | undefined;
  let size = 0;
  let inTrouble = false;

  function open(): number {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const opened = openSync(file, 'a', 0o600);
    size = fstatSync(opened).size;
    return opened;
  }

  function close(): void {
    if (fd === undefined) return;
    const closing = fd;
    fd = undefined;
    closeSync(closing);
  }

  function rotate(): void {
    close();
    rmSync(`${file}.${FILES - 1}`, { force: true });
    for (let number = FILES - 2; number >= 0; number--) {
      const from = number === 0 ? file : `${file}.${number}`;
      try {
        renameSync(from, `${file}.${number + 1}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  function write(bytes: Buffer): void {
    fd ??= open();
    if (size > 0 && size + bytes.length > largestFileBytes) {
      rotate();
      fd = open();
    }
    writeSync(fd, bytes);
    size += bytes.length;
  }

  return {
    sink: ({ level, scope, message, error }) => {
      if (level === 'debug') return;
      const text = redact(`${message}${error === undefined ? '' : `\n${inspect(error)}`}`).slice(0, LONGEST_LINE);
      const line = `${isoTime(clock.now())} ${level.padEnd(5)} ${scope}: ${text.replaceAll(/\r?\n/g, '\n    ')}\n`;
      try {
        write(Buffer.from(line));
        inTrouble = false;
      } catch (cause) {
        close();
        if (inTrouble) return;
        inTrouble = true;
        onTrouble(
          `The log file ${file} cannot be written (${String((cause as NodeJS.ErrnoException).code)}). Gatehouse goes on without it.`,
        );
      }
    },
    rotate() {
      close();
      if (!existsSync(file)) return false;
      rotate();
      return true;
    },
    close,
  };
}
