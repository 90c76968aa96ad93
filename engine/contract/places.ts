import { field } from './fields.ts';

/**
 * Where an action's paths lead, spread into the schema of every file action: a virtual folder by its name, or, left empty, the tree of the
 * affected user. The runner gets the trees as `context.source()` and `context.target()`.
 */

const SOURCE_HELP = "The shared folder that the paths lie in: it acts there once, as the system. None: in the user's tree.";

/** For actions that read in one place and write in another one. */
export const sourceAndTarget = {
  sourceFolder: field.folder({ title: 'Source folder', help: SOURCE_HELP, more: true }).default(''),
  targetFolder: field
    .folder({ title: 'Target folder', help: 'The shared folder that results go to. None: where the source is.', more: true })
    .default(''),
};

/** For actions with one place. */
export const sourceOnly = { sourceFolder: field.folder({ title: 'Shared folder', help: SOURCE_HELP, more: true }).default('') };

/** The same, for what a folder on another server cannot do. */
export const localSourceOnly = {
  sourceFolder: field
    .folder({ title: 'Shared folder', help: `${SOURCE_HELP} One of this machine.`, localOnly: true, more: true })
    .default(''),
};

/** For actions whose files come from elsewhere. */
export const targetOnly = {
  targetFolder: field
    .folder({
      title: 'Shared folder',
      help: "The one that the files go to: it acts once, as the system. None: the user's tree.",
      more: true,
    })
    .default(''),
};

/** What of these an action has. */
export type ChosenFolders = { readonly sourceFolder?: string | undefined; readonly targetFolder?: string | undefined };

/** Whether it begins in a user's tree, and so needs a user. Results without a folder of their own go where the source is. */
export function beginsInTree({ sourceFolder, targetFolder }: ChosenFolders): boolean {
  return (sourceFolder ?? targetFolder ?? '') === '';
}
