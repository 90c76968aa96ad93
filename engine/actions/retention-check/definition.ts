import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';

const folder = z.strictObject({
  path: field.path({ title: 'Folder' }),
  hours: field.number({
    title: 'Keep for, in hours',
    help: '0: everything in it stays, also where a folder above says otherwise.',
    min: 0,
    max: 876_000,
  }),
  deleteEmptyFolders: field.switch({ title: 'Delete empty folders', help: 'Those below it; the folder itself stays.' }).default(false),
  archiveTo: field
    .template({ title: 'Move to', help: 'A folder such as /archive. Empty: old files are deleted.' })
    .refine((path) => path === '' || /^[/\\]/.test(path), { error: 'Start with a slash, such as /archive.' })
    .default(''),
});

export const retentionCheck = defineAction({
  title: 'Data retention check',
  icon: 'calendar-x',
  description:
    "Deletes files of the user's tree that were not changed for so many hours, or moves them to an archive. Of several folders the deepest counts. Partners can set the time of a file, so it is no proof of age.",
  config: z
    .strictObject({
      folders: field.list(folder, { title: 'Folders' }).min(1, 'Name a folder.'),
      dryRun: field.switch({ title: 'Only report', help: 'Nothing is deleted or moved.', more: true }).default(false),
      ...sourceAndTarget,
    })
    .refine((config) => config.folders.some(({ hours }) => hours > 0), {
      error: 'Give at least one folder a number of hours above 0.',
      path: ['folders'],
    })
    .refine((config) => new Set(config.folders.map(({ path }) => bare(path))).size === config.folders.length, {
      error: 'A folder stands in the list twice. Remove one of them.',
      path: ['folders'],
    }),
  repeatSafe: () => true,
  needsUser: beginsInTree,
  summarize: (config) =>
    `${config.dryRun ? 'report on' : 'clear'} ${config.folders.map(({ path, hours }) => (hours === 0 ? `${path} (kept)` : `${path} after ${hours} h`)).join(', ')}`,
});

function bare(path: string): string {
  return path.replaceAll('\\', '/').replace(/^\/*|\/+$/g, '');
}
