import { isAbsolute, resolve } from 'node:path';
import { defaultDataFolder, prepareDataFolder } from '../lib/data-folder.ts';
import { systemClock } from '../lib/clock.ts';
import { type Command, type Io, parseCommandLine, printable, usage } from './command.ts';
import { readPassphrase } from './passphrase.ts';

/** `gatehouse restore`: puts a backup into the data folder of a stopped engine. */
export const restoreCommand: Command = {
  name: 'restore',
  summary: 'put a backup into an empty data folder, or check one',
  jsonErrors: false,
  help: `Usage: gatehouse restore FILE [--data DIR] [--replace] [--exchange DIR]
       gatehouse restore FILE --check

Restores what "gatehouse backup" made: settings, partners, rules, host keys,
certificates, stored passwords and, where it is in it, the log. Partners see the
same server as before. It needs the file and the recovery passphrase that was set
when it was made, and Gatehouse must not run on that data folder. A wrong passphrase
or a damaged file changes nothing.

The passphrase is asked for at the terminal, without showing it, or is the first
line of standard input; it is never an argument, which others could read.

Options:
  --data DIR      data folder (default: where "serve" keeps it)
  --replace       set what is in the data folder aside, in a folder "replaced-TIME" there
  --exchange DIR  where the partners' files lie on this machine (default: as before)
  --check         only read the backup to its end; nothing is written

Rules that were under way when the backup was made are not taken up again. Programs
that follow the log begin anew, because the restored log has an id of its own.
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      data: { type: 'string' },
      replace: { type: 'boolean', default: false },
      exchange: { type: 'string' },
      check: { type: 'boolean', default: false },
    });
    const [file, more] = positionals;
    if (file === undefined) throw usage('Name the file of the backup');
    if (more !== undefined) throw usage(`"${more}" is not an option`);
    if (values.exchange !== undefined && !isAbsolute(values.exchange)) throw usage('--exchange takes the absolute path of a folder');
    if (values.check) return await check(resolve(file), io);
    const isDefault = values.data === undefined;
    const dataFolder = prepareDataFolder(values.data ?? defaultDataFolder(io.env), { isDefault });
    // Only here: the other commands start without the database.
    const { restoreBackup } = await import('../upkeep/restore.ts');
    const { head, setAside } = await restoreBackup({
      file: resolve(file),
      passphrase: await readPassphrase(io),
      dataFolder,
      replace: values.replace,
      ...(values.exchange === undefined ? {} : { exchangeFolder: values.exchange }),
      clock: systemClock,
    });
    io.out.write(`The backup of ${printable(head.madeAt)} was restored to ${dataFolder}.\n`);
    if (setAside !== null) io.out.write(`What was there before lies in ${setAside}.\n`);
    io.out.write('Partners’ files are not part of a backup: put them into the exchange folder, then start Gatehouse.\n');
    return 0;
  },
};

async function check(file: string, io: Io): Promise<number> {
  const { checkBackup } = await import('../upkeep/restore.ts');
  const { head } = await checkBackup(file, await readPassphrase(io));
  io.out.write(
    `The backup is whole. It was made at ${printable(head.madeAt)} by version ${printable(head.version)}, ${head.includesLog ? 'with' : 'without'} the log.\n`,
  );
  return 0;
}
