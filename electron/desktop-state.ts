import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from './write-file.ts';

const schema = z.object({
  /** Of the window when it is neither maximized nor full-screen, in DIPs. */
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(200), height: z.int().min(200) }).optional(),
  maximized: z.boolean().default(false),
  /** The person was told once that closing leaves the servers running. */
  closeHintShown: z.boolean().default(false),
});
type DesktopState = z.infer<typeof schema>;

/** What this machine remembers of the window. None of it is worth an error: what cannot be read starts anew. */
export function openDesktopState(folder: string, onError: (error: unknown) => void) {
  const file = join(folder, 'window.json');
  let state = read(file);
  return {
    get: (): DesktopState => state,
    update(changes: Partial<DesktopState>): void {
      state = { ...state, ...changes };
      try {
        writeFileAtomically(file, `${JSON.stringify(state)}\n`);
      } catch (error) {
        onError(error);
      }
    },
  };
}
export type DesktopStateFile = ReturnType<typeof openDesktopState>;

function read(file: string): DesktopState {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return schema.parse({});
  }
}
