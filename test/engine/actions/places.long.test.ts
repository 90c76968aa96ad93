import { test } from 'vitest';
import { startSshd } from '../../helpers/file-servers.ts';
import { eachFileAction } from './places-table.ts';
import { startPlaces } from './places.ts';

test('every file action reads and writes where it is told: the pairs of places that the short tests leave out', async () => {
  const [engine, peer] = [await startPlaces(), await startSshd()];
  const [one, other, far] = [engine.share('one'), engine.share('other'), engine.connect('far', peer)];
  await eachFileAction(engine, one, other);
  await eachFileAction(engine, one, far);
  await eachFileAction(engine, far, one);
  await eachFileAction(engine, far, far);
});
