import { randomBytes } from 'node:crypto';
import type { Store } from '../store/index.ts';
import type { JournalRow } from './journal-row.ts';
import { temporaryName } from './names.ts';

/** Folders remembered at a time: enough that an upload hardly ever pays for one, few enough to look through at a start. */
const MOST_FOLDERS = 1000;

/**
 * The hidden files that this process writes uploads into. Such a file comes before its row in the journal, since the row holds its inode and
 * keeps nobody waiting; so that a kill between the two leaves nothing behind, its folder is noted before, once for many files.
 */
export type HiddenFiles = {
  /** A name that no file of any process ever had, for the price of a counter. */
  newName(): string;
  /** Makes durable that a file named by `newName` may stand in this folder without a row. Called before the file is made, or moved there. */
  expectIn(folderKey: string): void;
  /** The rows of files that may already be there. */
  readonly unwritten: Set<JournalRow>;
};

export function createHiddenFiles(store: Store): HiddenFiles {
  const table = store.tables.uploads;
  const prefix = randomBytes(4).toString('hex');
  const expected = new Set<string>();
  const unwritten = new Set<JournalRow>();
  let counter = 0;
  return {
    newName: () => temporaryName(prefix + (counter++ % 2 ** 32).toString(16).padStart(8, '0')),
    expectIn(folderKey) {
      if (expected.has(folderKey)) return;
      if (expected.size === MOST_FOLDERS) {
        // Now every file that was made so far has its row, or is gone.
        for (const row of unwritten) row.write();
        table.forgetFolders(prefix);
        expected.clear();
      }
      table.expectIn({ key: folderKey, prefix });
      expected.add(folderKey);
    },
    unwritten,
  };
}
