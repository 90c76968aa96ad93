import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../contract/errors.ts';

/** Where the running engine of a data folder is reached: `engine.json`, readable by its owner only, there while the engine runs. */
const engineFileSchema = z.object({
  pid: z.int().positive(),
  url: z.string().regex(/^http:\/\/(127\.\d+\.\d+\.\d+|\[::1\]):\d+$/),
  /** The owner's token of this run. */
  token: z.string().min(1),
});
export type EngineFile = z.infer<typeof engineFileSchema>;

const NAME = 'engine.json';

/** Writes the file (mode 0600), replacing one that a killed engine left. */
export function writeEngineFile(dataFolder: string, content: EngineFile): void {
  const temporary = join(dataFolder, `${NAME}.${randomBytes(4).toString('hex')}`);
  writeFileSync(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, join(dataFolder, NAME));
}

/** Reads the file. Throws `not_running` when there is none, or none that an engine wrote; `permission_denied` when it is another user's. */
export function readEngineFile(dataFolder: string): EngineFile {
  try {
    return engineFileSchema.parse(JSON.parse(readFileSync(join(dataFolder, NAME), 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EACCES') {
      throw new AppError(
        'permission_denied',
        `The engine on ${dataFolder} belongs to another user. Run the command as the user that started it.`,
        { cause },
      );
    }
    throw new AppError('not_running', `Gatehouse does not run on ${dataFolder}. Start it with: gatehouse serve --data ${dataFolder}`, {
      cause,
    });
  }
}

/** Removes the file at an orderly stop. */
export function removeEngineFile(dataFolder: string): void {
  rmSync(join(dataFolder, NAME), { force: true });
}
