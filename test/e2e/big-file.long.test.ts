import { closeSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { curl, openSshPassword } from '../helpers/clients.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { run } from '../helpers/run.ts';
import { type Serving, serve } from '../helpers/serve.ts';

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

/** Compares what was sent with what lies on the server and with what came back, and looks at the log. */
async function arrivedWhole(gatehouse: Serving, folder: string): Promise<void> {
  const arrived = join(folder, 'data', 'exchange', 'acme', 'big');
  expect(statSync(arrived).size).toBe(SIZE);
  for (const copy of [arrived, join(folder, 'back')])
    expect(await run('cmp', [join(folder, 'big'), copy], { timeoutMs: 300_000 })).toMatchObject({ code: 0 });
  const { events } = await gatehouse.call('events.search', { type: ['OBJECT_INSERT', 'ASSET_DOWNLOAD'], after: 0 });
  expect(events.filter((event) => event.schema === 'USER').map((event) => event.bytes)).toEqual([SIZE, SIZE]);
}

it('curl over FTPS moves a file of 4.5 GiB both ways', async () => {
  const folder = temporaryFolder();
  const gatehouse = await serve(join(folder, 'data'), { ftp: true });
  onTestFinished(() => gatehouse.kill());
  await gatehouse.call('accounts.save', { username: 'acme', password: 'correct horse' });
  const big = join(folder, 'big');
  bigFile(big);
  const partner = curl('ftps-explicit', { port: gatehouse.ftp, username: 'acme', password: 'correct horse', timeoutMs: 300_000 });
  expect(await partner.put(big, '/big')).toMatchObject({ code: 0 });
  expect(await partner.get('/big', join(folder, 'back'))).toMatchObject({ code: 0 });
  await arrivedWhole(gatehouse, folder);
}, 900_000);

it('OpenSSH sftp moves a file of 4.5 GiB both ways, and the server has keys exchanged anew after each gigabyte, as shipped', async () => {
  const folder = temporaryFolder();
  const gatehouse = await serve(join(folder, 'data'));
  onTestFinished(() => gatehouse.kill());
  await gatehouse.call('accounts.save', { username: 'acme', password: 'correct horse' });
  const big = join(folder, 'big');
  bigFile(big);
  const { env, options } = openSshPassword('correct horse');
  const address = ['-P', String(gatehouse.sftp), '-o', 'BatchMode=no', '-b', '-', 'acme@127.0.0.1'];
  // The client never wishes for one itself, so each after the first is the server's.
  const patient = [...options.filter((option) => option !== '-q'), '-o', 'RekeyLimit=1T', '-v'];
  const ran = await run('sftp', [...patient, ...address], {
    env,
    input: `put ${big} /big\nget /big ${join(folder, 'back')}\n`,
    timeoutMs: 600_000,
  });
  expect(ran.code).toBe(0);
  const received = ran.stderr.match(/SSH2_MSG_KEXINIT received/g) ?? [];
  // One for the sign-in, four for each way.
  expect(received.length).toBeGreaterThanOrEqual(1 + 2 * Math.floor(SIZE / GIB));
  await arrivedWhole(gatehouse, folder);
}, 900_000);
