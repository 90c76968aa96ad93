import type { ImportRow } from '../../engine/contract/accounts-file.ts';
import { plural } from './plural.ts';

/** Texts of partners as a file. */
export const accountsFileText = {
  title: 'Partners as a file',
  help: 'All partners with their groups, roles and shared folders, for another machine or another time. Their files are not in it.',
  hashes: 'With the hashes of the passwords',
  hashesHelp: 'Partners go on with their passwords on the other machine. Without them everybody needs a new one there.',
  hashesWarning:
    'Whoever has such a file can try passwords against it in peace. Send it by no mail, keep it no longer than you need it, and delete it afterwards.',
  save: 'Save as a file',
  open: 'Take over from a file',
  fileName: (day: string) => `gatehouse-partners-${day}.json`,
  failed: 'That could not be done',
  cannotRead: 'This file cannot be taken over',
  unreadable: 'It is no file of partners. Choose one that was saved here.',
  dialog: 'Take partners over',
  holds: (accounts: number, groups: number, roles: number, folders: number) =>
    `The file holds ${[
      plural(accounts, { one: '# partner', other: '# partners' }),
      plural(groups, { one: '# group', other: '# groups' }),
      plural(roles, { one: '# role', other: '# roles' }),
      plural(folders, { one: '# shared folder', other: '# shared folders' }),
    ].join(', ')}.`,
  replace: 'Replace what exists already',
  replaceHelp: 'Otherwise it is kept as it is, and only what is new is made.',
  preview: 'Show what would happen',
  import: 'Take over',
  done: 'Everything was taken over',
  nothing: 'Nothing would change.',
  rows: 'What happens',
  columns: { name: 'What', change: 'What happens' },
  kinds: { role: 'Role', folder: 'Shared folder', group: 'Group', user: 'Partner' } satisfies Record<ImportRow['kind'], string>,
  changes: { create: 'is made', update: 'is replaced', keep: 'stays', failed: 'fails' } satisfies Record<ImportRow['change'], string>,
  what: (kind: string, name: string) => `${kind} ${name}`,
  change: (words: string, message: string) => (message === '' ? words : `${words}: ${message}`),
} as const;
