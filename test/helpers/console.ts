import { buildConsole } from '../../build/console.ts';
import { sharedBuild } from './shared-builds.ts';

const PATIENCE_MS = 100_000;

/** Builds dist/console, which the engine serves: once for the run, since a second build would take it away from under whoever looks at it. */
export async function consoleBuilt(): Promise<void> {
  await sharedBuild('console', async () => {
    if (!(await buildConsole(AbortSignal.timeout(PATIENCE_MS)))) throw new Error('The console could not be built.');
  });
}
