import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';
import { beginsInTree, sourceAndTarget } from '../../contract/places.ts';
import { hostName, portNumber } from '../../contract/server-fields.ts';

export const icap = defineAction({
  title: 'Scan over ICAP',
  icon: 'shield-check',
  description:
    'Shows files to a virus scanner or a content filter that speaks ICAP. A file in which it finds a threat fails the action, whatever is done with the file.',
  config: z.strictObject({
    host: hostName({ title: 'Server', help: 'Name or address of the ICAP server.' }),
    port: portNumber(1344),
    service: field
      .text({ title: 'Service', help: 'As the server calls it, such as virus_scan, avscan or respmod.' })
      .min(1, 'Enter the name of the service.')
      .regex(/^[^\s?#]*$/, 'The name of a service has no spaces.')
      .default('virus_scan'),
    method: field
      .select(['RESPMOD', 'REQMOD'], { title: 'Shown as', help: 'RESPMOD: as a download. REQMOD: as an upload.', more: true })
      .default('RESPMOD'),
    paths: field
      .list(field.path({ title: 'Virtual path', help: 'A file, or a folder with all that is in it.' }), { title: 'Files' })
      .min(1, 'Name a file or folder.'),
    onInfected: field
      .select(['keep', 'delete', 'quarantine'], { title: 'When a threat is found', help: 'Quarantine: moved to the quarantine folder.' })
      .default('quarantine'),
    onChanged: field
      .select(['keep', 'replace', 'delete', 'quarantine'], {
        title: 'When the service changes the content',
        help: 'Replace: the file gets the new content. Keep: it stays as it came.',
        more: true,
      })
      .default('keep'),
    quarantineFolder: field.path({ title: 'Quarantine folder', more: true }).default('/quarantine'),
    whenUnavailable: field
      .select(['fail', 'pass'], {
        title: 'When the service cannot be asked',
        help: 'Fail: the action fails. Pass: the file counts as not scanned, and the rule goes on.',
      })
      .default('fail'),
    tls: field.switch({ title: 'TLS', help: 'Encrypted from the first byte.', more: true }).default(false),
    allowInvalidCertificate: field
      .switch({ title: 'Accept any certificate', help: 'Only for servers inside the office.', more: true })
      .default(false),
    timeoutSeconds: field.number({ title: 'Timeout in seconds', help: 'For each file.', min: 1, max: 3600, more: true }).default(60),
    ...sourceAndTarget,
  }),
  repeatSafe: () => true,
  needsUser: beginsInTree,
  summarize: (config) => `scan ${config.paths.join(', ')} with ${config.host}`,
});
