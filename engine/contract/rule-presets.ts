import type { z } from 'zod';
import type { ruleInputSchema } from './rule.ts';

/**
 * Frequent beginnings of a rule, chosen with one click: "only if they …" of the seed's user events. `folder` is what the person enters:
 * a virtual folder, for `storage` a folder of the machine's own disks, and nothing for `any`.
 */
export type RulePreset = {
  readonly title: string;
  readonly folder: 'any' | 'virtual' | 'storage';
  readonly start: (folder: string) => Required<Pick<z.input<typeof ruleInputSchema>, 'triggers' | 'conditions'>>;
};

const anywhere = (title: string, trigger: string): RulePreset => ({
  title,
  folder: 'any',
  start: () => ({ triggers: [trigger], conditions: {} }),
});

const below = (title: string, trigger: string): RulePreset => ({
  title,
  folder: 'virtual',
  start: (folder) => ({ triggers: [trigger], conditions: { paths: [{ pattern: everythingIn(folder) }] } }),
});

export const RULE_PRESETS = {
  'upload-anywhere': anywhere('Upload in any folder', 'upload'),
  'download-anywhere': anywhere('Download from any folder', 'download'),
  'upload-below': below('Upload in this folder', 'upload'),
  'download-below': below('Download from this folder', 'download'),
  'delete-below': below('Delete in this folder', 'delete'),
  'rename-below': below('Rename in this folder', 'rename'),
  'mkdir-below': below('Make a folder in this folder', 'mkdir'),
  'activity-in-storage': {
    title: 'Do anything under this path of the disk',
    folder: 'storage',
    start: (folder) => ({
      triggers: ['upload', 'download', 'delete', 'rename', 'copy', 'mkdir', 'rmdir'],
      conditions: { realPaths: [{ pattern: everythingIn(folder) }] },
    }),
  },
} as const satisfies Record<string, RulePreset>;

/** The pattern of everything in a folder and below it, however it was typed. */
function everythingIn(folder: string): string {
  return `${folder.replace(/[\\/]+$/, '')}/**`;
}
