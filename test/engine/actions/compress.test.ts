import { mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';
import { names } from '../../helpers/vfs.ts';
import { type FileActionTest, startFileActions } from './file-action.ts';

const TREE = {
  '/in/a.txt': 'a'.repeat(100_000),
  '/in/Grüße 🎉.txt': 'ü',
  '/in/empty.txt': '',
  '/in/sub/deep/d.bin': Buffer.from([0, 255, 1]),
};

/** Names in the archive as unzip lists them, sorted. */
async function listed({ real }: FileActionTest, path: string): Promise<string[]> {
  const { stdout } = await run('unzip', ['-Z1', real(path)]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

test('compress: unzip and 7z read what it packed, names and times included', async () => {
  const engine = await startFileActions();
  engine.place(TREE);
  mkdirSync(engine.real('/in/nothing in it'));
  utimesSync(engine.real('/in/a.txt'), 1_600_000_000, 1_600_000_000);
  expect(await engine.act('compress', { paths: ['/in'], archive: '/out/in.zip' })).toMatchObject({
    state: 'done',
    detail: { archive: '/out/in.zip', files: 4, skipped: [] },
  });
  expect((await run('7z', ['t', engine.real('/out/in.zip')])).stdout).toContain('Everything is Ok');
  const target = temporaryFolder();
  expect(await run('unzip', ['-q', engine.real('/out/in.zip'), '-d', target])).toMatchObject({ code: 0, stderr: '' });
  expect(await run('diff', ['-r', engine.real('/in'), `${target}/in`])).toMatchObject({ code: 0, stdout: '' });
  expect((await run('stat', ['-c', '%Y', `${target}/in/a.txt`])).stdout).toBe('1600000000\n');
});

test.each([
  ['one file stands alone', ['/in/a.txt'], ['a.txt']],
  ['a slash at the end leaves the folder out', ['/in/sub/'], ['deep/', 'deep/d.bin']],
  ['names begin below the common folder', ['/in/sub/deep/d.bin', '/in/a.txt'], ['a.txt', 'sub/deep/d.bin']],
  ['nothing in common but the top', ['/in/sub/deep/d.bin', '/other/o.txt'], ['in/sub/deep/d.bin', 'other/o.txt']],
  ['wildcards', ['/in/*.txt'], ['Grüße 🎉.txt', 'a.txt', 'empty.txt'].sort()],
  ['what is named twice is packed once', ['/in/sub', '/in/sub/deep', '/in/sub/deep/d.bin'], ['sub/', 'sub/deep/', 'sub/deep/d.bin']],
])('compress: %s', async (_what, paths, expected) => {
  const engine = await startFileActions();
  engine.place({ ...TREE, '/other/o.txt': 'o' });
  expect((await engine.act('compress', { paths, archive: '/x.zip' })).error).toBeNull();
  expect(await listed(engine, '/x.zip')).toEqual(expected);
});

test('compress: the archive never contains itself, nor links, nor uploads that are not complete', async () => {
  const engine = await startFileActions();
  engine.place({ '/in/a.txt': 'a', '/in/all.zip': 'an older archive', '/secret.txt': 's' });
  symlinkSync(engine.real('/secret.txt'), engine.real('/in/link'));
  const open = await engine.session.openWrite('/in/coming.bin', { mode: 'replace', create: true });
  await open.write([Buffer.from('half')], 0);
  expect(await engine.act('compress', { paths: ['/in/'], archive: '/in/all.zip' })).toMatchObject({
    state: 'done',
    detail: { files: 1, skipped: ['/in/link', '/in/coming.bin'] },
  });
  expect(await listed(engine, '/in/all.zip')).toEqual(['a.txt']);
  await open.abort('error');
});

test('compress: names that other systems would read as paths are made harmless', async () => {
  const engine = await startFileActions();
  engine.place({ '/in/..\\up.txt': 'x', '/in/C:file': 'y' });
  expect((await engine.act('compress', { paths: ['/in/'], archive: '/x.zip' })).error).toBeNull();
  expect(await listed(engine, '/x.zip')).toEqual(['.._up.txt', 'C_file']);
  engine.place({ '/in/.._up.txt': 'z' });
  expect(await engine.act('compress', { paths: ['/in/'], archive: '/x.zip' })).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('would have the name of another file in the archive') as string,
  });
});

test.each([
  ['replace', 'done', ['x.zip']],
  ['skip', 'done', ['x.zip']],
  ['fail', 'failed', ['x.zip']],
  ['number', 'done', ['x (2).zip', 'x.zip']],
])('compress when the archive exists: %s', async (conflict, state, files) => {
  const engine = await startFileActions();
  engine.place({ '/in/a.txt': 'a', '/out/x.zip': 'old' });
  expect((await engine.act('compress', { paths: ['/in'], archive: '/out/x.zip', conflict })).state).toBe(state);
  expect(await names(engine.session, '/out')).toEqual(files);
  expect(engine.read('/out/x.zip').toString() === 'old').toBe(conflict !== 'replace');
});

test('compress: an archive that fails leaves nothing, and the older one as it was', async () => {
  const engine = await startFileActions();
  engine.place({ '/in/noise.bin': Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919 * (i % 251)) & 255)), '/x.zip': 'old' });
  const { id } = engine.account('alice');
  engine.store.tables.accounts.update(id, { ...engine.account('alice'), quotaBytes: 5000, passwordHash: null });
  for (const archive of ['/x.zip', '/new.zip']) {
    expect(await engine.act('compress', { paths: ['/in'], archive })).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('storage is full') as string,
    });
  }
  expect(await names(engine.session, '/')).toEqual(['in', 'x.zip']);
  expect(engine.read('/x.zip').toString()).toBe('old');
});

test.each([
  [{ paths: ['/none'], archive: '/x.zip' }, '/none is not there'],
  [{ paths: ['/none/*'], archive: '/x.zip' }, 'There is nothing to compress'],
  [{ paths: ['/in'], archive: '/in' }, 'This is a folder'],
])('compress refuses %j', async (config, error) => {
  const engine = await startFileActions();
  engine.place({ '/in/a.txt': 'a' });
  expect(await engine.act('compress', config)).toMatchObject({ state: 'failed', error: expect.stringContaining(error) as string });
  expect(await names(engine.session, '/')).toEqual(['in']);
});

test('compress ends with its time limit and leaves nothing', async () => {
  const engine = await startFileActions();
  await engine.session.mkdir('/in');
  // A hole that takes no room, and far longer than a second to pack.
  writeFileSync(engine.real('/in/big.bin'), '');
  truncateSync(engine.real('/in/big.bin'), 16 * 1024 ** 3);
  expect(await engine.act('compress', { paths: ['/in'], archive: '/x.zip' }, { timeoutSeconds: 1 })).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('took longer than 1 s') as string,
  });
  expect(await names(engine.session, '/')).toEqual(['in']);
});
