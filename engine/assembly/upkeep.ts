import { AppError } from '../contract/errors.ts';
import type { LogFile } from '../lib/log-file.ts';
import { type Backups, createBackups } from '../upkeep/backups.ts';
import type { Base } from './base.ts';

/** Care of the installation itself, by hand or by rule. */
export type UpkeepSide = {
  readonly backups: Backups;
  /** Begins a new file of the program's log; false where nothing was written yet. Throws `folder_not_writable`. */
  readonly rotateLog: () => boolean;
};

export function assembleUpkeep(base: Base, logFile: Pick<LogFile, 'rotate'>): UpkeepSide {
  return {
    backups: createBackups({
      store: base.store,
      dataFolder: base.dataFolder,
      folder: () => base.effective().backup.folder,
      key: base.secrets.key,
      clock: base.clock,
      log: base.logger('backup'),
      publish: (progress) => base.publish({ kind: 'progress', ...progress }),
    }),
    rotateLog() {
      try {
        return logFile.rotate();
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
        throw new AppError(
          'folder_not_writable',
          `The log file cannot be renamed (${code}). Check the owner of logs/ in the data folder.`,
          {
            cause,
          },
        );
      }
    },
  };
}
