import { AppError } from '../../engine/contract/errors.ts';
import type { Output } from '../../engine/contract/rpc.ts';
import type { DemoMethods } from './methods.ts';
import { iso } from './moments.ts';
import type { World } from './world.ts';

type UpkeepMethods = Extract<keyof DemoMethods, `secrets.${string}` | `backups.${string}` | `diagnostics.${string}`>;

/** The recovery passphrase, backups and diagnostics. */
export function demoUpkeep(world: World): Pick<DemoMethods, UpkeepMethods> {
  let passphraseSet = false;
  const backups: Output<'backups.list'>['backups'] = [];

  const secretsState = (): Output<'secrets.get'> => ({
    state: 'open',
    protectedBy: passphraseSet ? ['desktop', 'passphrase'] : ['desktop'],
    passphraseSet,
    trouble: null,
  });
  const nothingLocked = (): never => {
    throw new AppError('conflict', 'The stored secrets can be read: there is nothing to recover.');
  };

  return {
    'secrets.get': secretsState,
    'secrets.setPassphrase': () => {
      passphraseSet = true;
      return secretsState();
    },
    'secrets.recover': nothingLocked,
    'secrets.startOver': nothingLocked,
    'diagnostics.get': () => ({
      name: 'gatehouse-diagnostics-2026-11-30.zip',
      files: [
        { name: 'about.txt', text: 'version: 0.1.0\nsystem: Linux 6.12 x64\nsftp: listening, port 2022\n' },
        { name: 'settings.json', text: '{\n  "server": {\n    "name": "(set)"\n  }\n}\n' },
        {
          name: 'program-log.txt',
          text: '2026-11-30T08:12:04.118Z warn  sftp: <user 1> at <address 1> left in the middle of a transfer\n',
        },
      ],
      replaced: [
        { what: 'users', count: 1 },
        { what: 'addresses', count: 1 },
      ],
      // An empty archive.
      zip: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==',
    }),
    'diagnostics.save': ({ path }) => ({ path, bytes: 22 }),
    'backups.list': () => ({
      folder: '/home/office/.local/share/gatehouse/backups',
      passphraseSet,
      backups,
    }),
    'backups.create': ({ includeLog }) => {
      if (!passphraseSet) throw new AppError('conflict', 'Set a recovery passphrase first: it is what opens a backup on another machine.');
      const backup = {
        name: `gatehouse-${iso(world.now).slice(0, 10)}-monday-0930.backup`,
        bytes: 3_400_000,
        madeAt: iso(world.now),
        includesLog: includeLog,
        isOurs: true,
      };
      backups.unshift(backup);
      return { ...backup, path: `/home/office/.local/share/gatehouse/backups/${backup.name}`, removed: [] };
    },
  };
}
