import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { eventually } from './eventually.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of this run's builds, which its test files share. */
    builds: string;
  }
}

const CACHE = fileURLToPath(new URL('../../.cache/', import.meta.url));

/** Gives the run a folder for builds that several test files need. */
export function setup({ provide }: TestProject): () => void {
  // Inside of the project: bundles find packages with native parts there.
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'test-builds-'));
  provide('builds', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

const PATIENCE_MS = 110_000;

/** The folder of a build that the first test file to ask for it makes, while others wait. A build that fails fails for all of them. */
export async function sharedBuild(name: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(inject('builds'), name);
  try {
    mkdirSync(`${folder}.begun`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await eventually(() => {
      if (!existsSync(`${folder}.done`)) throw new Error(`The build ${name} is not there. Another test file should have made it.`);
    }, PATIENCE_MS);
    return folder;
  }
  await make(folder);
  writeFileSync(`${folder}.done`, '');
  return folder;
}
