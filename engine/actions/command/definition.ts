import { z } from 'zod';
import { defineAction } from '../../contract/define.ts';
import { field } from '../../contract/fields.ts';

const ABSOLUTE = /^\/|^[A-Za-z]:[\\/]/;

export const command = defineAction({
  title: 'Command',
  icon: 'terminal',
  description: 'Starts a program that the settings allow, without a shell. Exit code 0 is a success.',
  config: z.strictObject({
    command: field
      .text({ title: 'Program', help: 'Its absolute path, exactly as on the list of allowed commands.' })
      .regex(ABSOLUTE, 'Give the absolute path of the program.')
      .refine((path) => !/\.(bat|cmd)$/i.test(path), { error: 'Batch files cannot be started safely. Use a program.' }),
    arguments: field
      .list(
        z.strictObject({
          value: field.template({ title: 'Argument' }),
          mayBeOption: field
            .switch({ title: 'May be an option', help: 'Accepts a value that a template gave and that begins with a dash.', more: true })
            .default(false),
        }),
        { title: 'Arguments', help: 'Each reaches the program as it is, without quotes.' },
      )
      .default([]),
    environment: field
      .list(
        z.strictObject({
          name: field.text({ title: 'Variable' }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Use letters, digits and underscores.'),
          value: field.template({ title: 'Value', help: 'A template, or $NAME for a variable of the server.' }).default(''),
        }),
        { title: 'Environment', more: true },
      )
      .default([]),
    workingDirectory: field
      .text({ title: 'Working directory', help: 'An absolute path; the folder for temporary files by default.', more: true })
      .regex(/^$|^\/|^[A-Za-z]:[\\/]/, 'Give an absolute path.')
      .default(''),
    timeoutSeconds: field
      .number({ title: 'Timeout in seconds', help: 'Then the program and all that it started are ended.', min: 1, max: 120, more: true })
      .default(20),
  }),
  repeatSafe: () => false,
  needsUser: () => false,
  longest: ({ timeoutSeconds }) => timeoutSeconds,
  summarize: (config) => [config.command, ...config.arguments.map((argument) => argument.value)].join(' '),
});
