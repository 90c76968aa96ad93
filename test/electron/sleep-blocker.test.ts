import { expect, it } from 'vitest';
import { createSleepBlocker } from '../../electron/sleep-blocker.ts';
import { createElectronStandIn } from '../helpers/electron/stand-in.ts';
import { temporaryFolder } from '../helpers/folders.ts';

it('holds one lock while files move, however often it is told', () => {
  const { electron, seen } = createElectronStandIn({ userData: temporaryFolder() });
  const keepAwake = createSleepBlocker(electron.powerSaveBlocker);
  const locks = [true, true, false, false, true, false].map((wanted) => {
    keepAwake(wanted);
    return seen.blockers.size;
  });
  expect(locks).toEqual([1, 1, 0, 0, 1, 0]);
});
