import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

export const serveFile = defineAction({
  title: 'Serve another file',
  icon: 'replace',
  description:
    'Gives the partner another file of its tree than the one it asked for, under the name it asked for. Fails when that is not there.',
  config: z.strictObject({
    path: field
      .path({ title: 'File to serve', help: 'A virtual path, such as /converted/{{.ObjectName}}.' })
      .min(1, 'Enter the path of a file.'),
  }),
  repeatSafe: () => true,
  needsUser: () => true,
  servesFile: true,
  longest: () => 0,
  summarize: (config) => `serve ${config.path} instead`,
});
