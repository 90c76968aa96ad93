import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

/** What an archive may hold at most; more is refused before anything is written. */
export const LIMITS = {
  /** Files and folders. */
  entries: 1000,
  /** Bytes of all files, unpacked. */
  bytes: 1024 ** 3,
  /** Bytes of all files, unpacked, by those of the archive. */
  ratio: 60,
} as const;

export const extract = defineAction({
  title: 'Extract',
  icon: 'archive-restore',
  description: `Unpacks a zip archive in the user's tree: at most ${LIMITS.entries} files, 1 GiB, and ${LIMITS.ratio} times the archive's size.`,
  config: z.strictObject({
    archive: field.path({ title: 'Archive' }),
    folder: field.path({ title: 'Into folder', help: 'Made where it is missing.' }),
    conflict: field
      .select(['replace', 'skip', 'fail', 'number'], {
        title: 'When a file exists',
        help: 'Number: the new one becomes "name (2)". Folders are merged.',
      })
      .default('replace'),
  }),
  repeatSafe: (config) => config.conflict === 'replace' || config.conflict === 'skip',
  needsUser: () => true,
  summarize: (config) => `extract ${config.archive} into ${config.folder}`,
});
