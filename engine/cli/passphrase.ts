import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { AppError } from '../contract/errors.ts';
import type { Io } from './command.ts';

/** More than the longest passphrase takes, in characters. */
const LONGEST_LINE = 4096;

/**
 * The recovery passphrase from a terminal without showing it, else the first line of the input. Rejects with `invalid_input`, or `cancelled`
 * at Ctrl+C.
 */
export async function readPassphrase(io: Io): Promise<string> {
  const passphrase = io.in instanceof ReadStream ? await ask(io.in, io) : await firstLine(io.in);
  if (passphrase === '')
    throw new AppError('invalid_input', 'No passphrase was given: type it, or send it as the first line of the input.');
  return passphrase;
}

async function ask(terminal: ReadStream, io: Io): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal, output: unseen, terminal: true, historySize: 0 });
  const given = new AbortController();
  lines.once('SIGINT', () => given.abort());
  lines.once('close', () => given.abort());
  // Only now: the interface has switched the terminal's own echo off.
  io.err.write('Recovery passphrase: ');
  try {
    return await lines.question('', { signal: given.signal });
  } catch (cause) {
    throw new AppError('cancelled', 'No passphrase was given; nothing was changed.', { cause });
  } finally {
    lines.close();
    io.err.write('\n');
  }
}

async function firstLine(input: Readable): Promise<string> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) {
    text += String(chunk);
    if (text.includes('\n') || text.length > LONGEST_LINE) break;
  }
  return text.slice(0, LONGEST_LINE).split(/\r?\n/, 1)[0] ?? '';
}
