import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceOnly } from '../../contract/places.ts';
import { FINGERPRINT_ERROR, fitsKey, fitsProtocol, KEY_ERROR, remoteServerFields } from '../../contract/remote-server.ts';

export const push = defineAction({
  title: 'Push to another server',
  icon: 'send',
  description: 'Sends files to another server over SFTP or FTP(S). A file bears its name there only when it is complete.',
  config: z
    .strictObject({
      ...remoteServerFields,
      files: field
        .list(
          z.strictObject({
            source: field.path({ title: 'File', help: "In the user's tree; the last part may hold the wildcards * ? [a-z]." }),
            target: field
              .template({ title: 'Path there', help: 'With the name; with a slash at the end the folder to send into.' })
              .min(1, 'Enter where the file goes, such as /in/.'),
          }),
          { title: 'Files' },
        )
        .min(1, 'Name a file and where it goes.'),
      conflict: field
        .select(['replace', 'skip', 'number', 'fail'], {
          title: 'When the file exists there',
          help: 'Number: the new file becomes "name (2)".',
        })
        .default('replace'),
      makeFolders: field.switch({ title: 'Make missing folders there', more: true }).default(true),
      temporaryName: field
        .switch({
          title: 'Send under a temporary name',
          help: 'Renamed when it is complete, so that nobody takes half a file.',
          more: true,
        })
        .default(true),
      resume: field
        .switch({ title: 'Resume', help: 'After a lost connection goes on where it stopped; needs the temporary name.', more: true })
        .default(true),
      afterwards: field
        .select(['keep', 'delete'], {
          title: 'The original afterwards',
          help: 'Deleted once the other server has the file whole.',
          more: true,
        })
        .default('keep'),
      timeoutSeconds: field
        .number({ title: 'Timeout in seconds', help: 'For all files together.', min: 1, max: 86_400, more: true })
        .default(3600),
      ...sourceOnly,
    })
    .refine(fitsProtocol, FINGERPRINT_ERROR)
    .refine(fitsKey, KEY_ERROR),
  repeatSafe: () => false,
  needsUser: beginsInTree,
  longest: ({ timeoutSeconds }) => timeoutSeconds,
  summarize: (config) => `send ${config.files.map(({ source }) => source).join(', ')} to ${config.host}`,
});
