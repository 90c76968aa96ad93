import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { AppError, fromErrorData } from '../contract/errors.ts';
import { API_PERMISSIONS } from '../contract/method.ts';
import type { Input } from '../contract/rpc.ts';
import type { Engine } from '../index.ts';
import { defaultDataFolder } from '../lib/data-folder.ts';
import { keyFilePath } from '../store/key-file.ts';
import { call } from './client.ts';
import { type Command, type Io, parseCommandLine, usage } from './command.ts';
import { findTarget } from './target.ts';

/** The person who runs the command; their rights are those of the data folder. */
const OWNER: Parameters<Engine['dispatch']>[2] = {
  kind: 'owner',
  permissions: new Set(API_PERMISSIONS),
  sessionId: null,
  origin: 'api',
  address: null,
  protocol: null,
  client: 'gatehouse-cli',
};

/** More than the longest passphrase takes, in characters. */
const LONGEST_LINE = 4096;

type RecoveryMethod = 'secrets.recover' | 'secrets.startOver';

/** `gatehouse recover`: opens the stored secrets by the recovery passphrase. */
export const recoverCommand: Command = {
  name: 'recover',
  summary: 'unlock the stored secrets with the recovery passphrase',
  jsonErrors: false,
  help: `Usage: gatehouse recover [--data DIR] [--new-key]

Stored passwords are sealed with a key. The desktop application leaves it to the
key store of its machine; what else opens it is the recovery passphrase. After a
recovery "gatehouse serve" opens the key without asking, until the desktop
application takes it into its key store again. Works whether or not Gatehouse runs.

The passphrase is asked for at the terminal, without showing it, or is the first
line of standard input; it is never an argument, which others could read.

Options:
  --data DIR  data folder (default: where "serve" keeps it)
  --new-key   without the passphrase: give up the locked secrets and make a new key;
              the old one is kept beside it, and all secrets have to be entered again

Set or change the passphrase with
  gatehouse call secrets.setPassphrase -      (JSON on standard input:
                                               {"passphrase":"12 characters or more"})

Exit code 1: the passphrase is wrong, none is set, or there is nothing to recover.
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, { data: { type: 'string' }, 'new-key': { type: 'boolean', default: false } });
    if (positionals[0] !== undefined) throw usage(`"${positionals[0]}" is not an option`);
    const dataFolder = resolve(values.data ?? defaultDataFolder(io.env));
    if (!existsSync(keyFilePath(dataFolder)))
      throw new AppError('not_found', `There are no stored secrets in ${dataFolder}. Check --data.`);
    if (values['new-key']) {
      await perform(dataFolder, 'secrets.startOver', {}, io);
      io.out.write('A new key was made; the old one is kept beside it. Enter the stored passwords again.\n');
      return 0;
    }
    await perform(dataFolder, 'secrets.recover', { passphrase: await readPassphrase(io) }, io);
    io.out.write('The stored secrets can be used again.\n');
    return 0;
  },
};

/** By the running engine where there is one, else by one that is opened for it without its servers. */
async function perform<M extends RecoveryMethod>(dataFolder: string, method: M, input: Input<M>, io: Io): Promise<void> {
  // Only here: the other commands start without the database and the servers.
  const { createEngine } = await import('../index.ts');
  let engine: Engine;
  try {
    engine = await createEngine({ dataFolder });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'already_running') throw error;
    await call(findTarget({ data: dataFolder }, io.env), method, input);
    return;
  }
  try {
    const envelope = await engine.dispatch(method, input, OWNER);
    if (!envelope.ok) throw fromErrorData(envelope.error);
  } finally {
    await engine.stop(0);
  }
}

/** From a terminal without showing it, else the first line of the input. Rejects with `invalid_input`, or `cancelled` at Ctrl+C. */
async function readPassphrase(io: Io): Promise<string> {
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
