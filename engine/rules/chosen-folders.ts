import type { ChosenFolders } from '../contract/places.ts';

/** The folders that a step's configuration names, where its action has such fields. */
export function chosenFolders(config: Readonly<Record<string, unknown>>): ChosenFolders {
  const named = (key: keyof ChosenFolders): string | undefined => (typeof config[key] === 'string' ? config[key] : undefined);
  return { sourceFolder: named('sourceFolder'), targetFolder: named('targetFolder') };
}
