import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore, type Store } from '../../../engine/store/index.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

function open(folder = temporaryFolder()): Store {
  const store = openStore(folder);
  onTestFinished(() => store.close());
  return store;
}

describe('ids of files', () => {
  it('stay with a file and count its versions', () => {
    const { files } = open().tables;
    const first = files.identify('/home/a');
    expect(files.identify('/home/a')).toEqual(first);
    expect(files.touch('/home/a')).toEqual({ id: first.id, version: 2 });
    files.move('/home/a', '/home/b');
    expect(files.identify('/home/b')).toEqual({ id: first.id, version: 2 });
    expect(files.identify('/home/a').id).not.toBe(first.id);
  });

  it('are never given again: not after a delete, not after a stop, not when a transaction is undone', async () => {
    const folder = temporaryFolder();
    const given: number[] = [];
    const give = (store: Store, key: string): void => {
      given.push(store.transaction(() => store.tables.files.identify(key)).id);
      store.tables.files.remove(key);
    };
    const undo = (store: Store): void => {
      expect(() =>
        store.transaction(() => {
          given.push(store.tables.files.identify('/undone').id);
          throw new Error('undone');
        }),
      ).toThrow('undone');
    };
    for (let start = 0; start < 3; start++) {
      const store = openStore(folder);
      undo(store);
      for (let count = 0; count < 1100; count++) give(store, '/a');
      undo(store);
      give(store, '/b');
      await store.close();
    }
    expect(new Set(given).size).toBe(given.length);
  });
});
