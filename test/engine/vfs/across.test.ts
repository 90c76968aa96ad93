import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveAcross } from '../../../engine/vfs/across.ts';
import { startVfs } from '../../helpers/vfs.ts';

const MIB = 1024 ** 2;

test('a move into another tree leaves an original that was written meanwhile, and says so', async () => {
  const { vfs, exchange, account, login } = await startVfs();
  const source = await login(account('alice'));
  const place = join(exchange, 'desk');
  mkdirSync(place);
  const target = await vfs.openFolder({ name: 'desk', place, isOurs: true, folder: { id: 1, quotaBytes: 0, quotaFiles: 0 } }, null);
  const original = join(exchange, 'alice', 'large.bin');
  writeFileSync(original, Buffer.alloc(4 * MIB));
  let isWritten = false;
  const moving = moveAcross({ source, target }, '/large.bin', '/large.bin', {
    overwrite: false,
    signal: new AbortController().signal,
    onProgress() {
      if (!isWritten) appendFileSync(original, 'later');
      isWritten = true;
    },
  });
  await expect(moving).rejects.toThrow('It was copied, but the original could not be deleted: /large.bin was written while it was copied');
  expect(
    readFileSync(original)
      .subarray(4 * MIB)
      .toString(),
  ).toBe('later');
  expect(existsSync(join(place, 'large.bin'))).toBe(true);
});
