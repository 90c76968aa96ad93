import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../contract/errors.ts';
import { defaultDataFolder } from '../lib/data-folder.ts';
import { keyFilePath } from '../store/key-file.ts';
import { type Command, parseCommandLine, usage } from './command.ts';
import { callAsOwner } from './owner.ts';
import { readPassphrase } from './passphrase.ts';

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
      await callAsOwner(dataFolder, 'secrets.startOver', {}, io);
      io.out.write('A new key was made; the old one is kept beside it. Enter the stored passwords again.\n');
      return 0;
    }
    await callAsOwner(dataFolder, 'secrets.recover', { passphrase: await readPassphrase(io) }, io);
    io.out.write('The stored secrets can be used again.\n');
    return 0;
  },
};
