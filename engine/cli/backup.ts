import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../contract/errors.ts';
import { defaultDataFolder } from '../lib/data-folder.ts';
import { type Command, parseCommandLine, usage, wholeNumber } from './command.ts';
import { callAsOwner } from './owner.ts';

/** `gatehouse backup`: makes a backup now. */
export const backupCommand: Command = {
  name: 'backup',
  summary: 'make a backup, sealed under the recovery passphrase',
  jsonErrors: false,
  help: `Usage: gatehouse backup [--data DIR] [--without-log] [--keep N]

Makes one file with the settings, partners, rules, host keys and certificates, and
the event log. It is sealed under the recovery passphrase, which has to be set first;
the passphrase is not asked for. Partners' files are not in it: copy the exchange
folder beside it. Works whether or not Gatehouse runs.

The name says date, day, hour and minute; the folder is that of the settings
(backup.folder), by default "backups" in the data folder.

Options:
  --data DIR     data folder (default: where "serve" keeps it)
  --without-log  leave events and runs out
  --keep N       backups of this installation to keep, this one included (default: 14)

A backup every night is a rule with a schedule and the action "backup".
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      data: { type: 'string' },
      'without-log': { type: 'boolean', default: false },
      keep: { type: 'string' },
    });
    if (positionals[0] !== undefined) throw usage(`"${positionals[0]}" is not an option`);
    const keep = values.keep === undefined ? {} : { keep: wholeNumber('keep', values.keep, { min: 1, max: 1000 }) };
    const dataFolder = resolve(values.data ?? defaultDataFolder(io.env));
    if (!existsSync(join(dataFolder, 'gatehouse.db')))
      throw new AppError('not_found', `There is no Gatehouse in ${dataFolder}. Check --data.`);
    const made = await callAsOwner(dataFolder, 'backups.create', { includeLog: !values['without-log'], ...keep }, io);
    io.out.write(`${made.path}\n`);
    return 0;
  },
};
