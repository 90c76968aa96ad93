import { z } from 'zod';
import { method, nothing } from '../method.ts';
import { settingsSchema } from '../settings.ts';

export const settingsMethods = {
  'settings.get': method({
    kind: 'query',
    permission: 'settings.read',
    title: 'All settings; secrets as references',
    input: nothing,
    output: settingsSchema,
  }),
  'settings.save': method({
    kind: 'command',
    permission: 'settings.write',
    title: 'Change settings: any sections, each with any of its keys',
    input: z.record(z.string(), z.record(z.string(), z.unknown())),
    output: settingsSchema,
  }),
} as const;
