import { closeSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Client, curl, openSshSftp, type Target } from '../helpers/clients.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { run } from '../helpers/run.ts';
import { serve } from '../helpers/serve.ts';

const GIB = 1024 ** 3;
const SIZE = 4.5 * GIB;
/** Just below, at and above what 31, 32 and 33 bits hold. */
const MARKS = [0, 2 * GIB - 1, 2 * GIB, 4 * GIB - 1, 4 * GIB, SIZE - 8];

/** A file with holes, so that making it takes no time, and a mark wherever a position might be cut to fewer bits. */
function bigFile(path: string): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, SIZE);
  for (const mark of MARKS) writeSync(file, `@${String(mark % 1_000_000)}`, mark);
  closeSync(file);
}

it.each<[string, 'sftp' | 'ftp', (target: Target) => Client]>([
  ['OpenSSH sftp', 'sftp', openSshSftp],
  ['curl over FTPS', 'ftp', (target) => curl('ftps-explicit', target)],
])(
  '%s moves a file of 4.5 GiB both ways',
  async (_name, protocol, client) => {
    const folder = temporaryFolder();
    const gatehouse = await serve(join(folder, 'data'), { ftp: true });
    onTestFinished(() => gatehouse.kill());
    await gatehouse.call('accounts.save', { username: 'acme', password: 'correct horse' });
    const big = join(folder, 'big');
    bigFile(big);
    const partner = client({ port: gatehouse[protocol], username: 'acme', password: 'correct horse', timeoutMs: 300_000 });
    expect(await partner.put(big, '/big')).toMatchObject({ code: 0 });
    const arrived = join(folder, 'data', 'exchange', 'acme', 'big');
    expect(statSync(arrived).size).toBe(SIZE);
    expect(await run('cmp', [big, arrived], { timeoutMs: 300_000 })).toMatchObject({ code: 0 });
    const back = join(folder, 'back');
    expect(await partner.get('/big', back)).toMatchObject({ code: 0 });
    expect(await run('cmp', [big, back], { timeoutMs: 300_000 })).toMatchObject({ code: 0 });
    const { events } = await gatehouse.call('events.search', { type: ['OBJECT_INSERT', 'ASSET_DOWNLOAD'], after: 0 });
    expect(events.filter((event) => event.schema === 'USER').map((event) => event.bytes)).toEqual([SIZE, SIZE]);
  },
  900_000,
);
