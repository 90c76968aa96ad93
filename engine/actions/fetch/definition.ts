import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, targetOnly } from '../../contract/places.ts';
import { FINGERPRINT_ERROR, fitsKey, fitsProtocol, KEY_ERROR, remoteServerFields } from '../../contract/remote-server.ts';

export const fetchFiles = defineAction({
  title: 'Fetch from another server',
  icon: 'download',
  description: "Fetches files from another server over SFTP or FTP(S) into the user's tree.",
  config: z
    .strictObject({
      ...remoteServerFields,
      sources: field
        .list(
          z.strictObject({
            source: field
              .template({ title: 'Path there', help: 'A file; the last part may hold the wildcards * ? [a-z], such as /out/*.csv.' })
              .min(1, 'Enter which file to fetch.'),
            folder: field.path({ title: 'Into the folder' }),
          }),
          { title: 'Files' },
        )
        .min(1, 'Name a file and the folder for it.'),
      conflict: field
        .select(['changed', 'replace', 'skip', 'number', 'fail'], {
          title: 'When the file exists here',
          help: 'Changed: replaced where size or time differ, else left. Number: the new file becomes "name (2)".',
        })
        .default('changed'),
      failIfNone: field.switch({ title: 'Fail when nothing is there', more: true }).default(false),
      afterwards: field
        .select(['keep', 'delete', 'move'], { title: 'The original afterwards', help: 'Once the file is here whole.', more: true })
        .default('keep'),
      moveTo: field.template({ title: 'Folder there to move it to', more: true }).default(''),
      resume: field.switch({ title: 'Resume', help: 'After a lost connection goes on where it stopped.', more: true }).default(true),
      timeoutSeconds: field
        .number({ title: 'Timeout in seconds', help: 'For all files together.', min: 1, max: 86_400, more: true })
        .default(3600),
      ...targetOnly,
    })
    .refine(fitsProtocol, FINGERPRINT_ERROR)
    .refine(fitsKey, KEY_ERROR)
    .refine((config) => config.afterwards !== 'move' || config.moveTo !== '', {
      error: 'Enter the folder to move it to.',
      path: ['moveTo'],
    }),
  repeatSafe: (config) => config.conflict !== 'number' && config.conflict !== 'fail',
  needsUser: beginsInTree,
  longest: ({ timeoutSeconds }) => timeoutSeconds,
  summarize: (config) => `fetch ${config.sources.map(({ source }) => source).join(', ')} from ${config.host}`,
});
