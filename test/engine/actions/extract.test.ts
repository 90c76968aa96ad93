import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from '../../helpers/run.ts';
import { get, names } from '../../helpers/vfs.ts';
import { startFileActions } from './file-action.ts';
import { makeOverlappingZip, makeZip, type ZipEntry } from './zip-maker.ts';

const CONFIG = { archive: '/x.zip', folder: '/out' };

test.each([
  ['zip', ['-q', '-r', 'x.zip', 'in']],
  ['zip', ['-q', '-0', '-r', 'x.zip', 'in']],
  ['7z', ['a', '-tzip', 'x.zip', 'in']],
])('extract reads what %s %j wrote', async (program, args) => {
  const engine = await startFileActions();
  engine.place({ '/in/a.txt': 'abc '.repeat(20), '/in/Grüße 🎉/ü.txt': 'ü', '/in/empty.txt': '' });
  expect((await run(program, args, { cwd: engine.real('/') })).code).toBe(0);
  expect(await engine.act('extract', CONFIG)).toMatchObject({
    state: 'done',
    detail: { folder: '/out', files: 3, bytes: 82, skipped: [] },
  });
  expect(await run('diff', ['-r', engine.real('/in'), engine.real('/out/in')])).toMatchObject({ code: 0, stdout: '' });
});

test('extract reads what compress wrote', async () => {
  const engine = await startFileActions();
  engine.place({ '/in/a.txt': 'a', '/in/sub/b.txt': 'b', '/in/c.bin': Buffer.from([0, 1, 2]) });
  await engine.act('compress', { paths: ['/in/'], archive: '/x.zip' });
  expect((await engine.act('extract', CONFIG)).error).toBeNull();
  expect(await run('diff', ['-r', engine.real('/in'), engine.real('/out')])).toMatchObject({ code: 0, stdout: '' });
  expect((await engine.recorded('OBJECT_INSERT')).filter(({ path }) => path === '/out/sub/b.txt')).toMatchObject([{ origin: 'rule' }]);
});

test.each([
  ['replace', 'done', ['a (2).txt', 'a.txt'], 'new'],
  ['skip', 'done', ['a (2).txt', 'a.txt'], 'old'],
  ['fail', 'failed', ['a (2).txt', 'a.txt'], 'old'],
  ['number', 'done', ['a (2).txt', 'a (3).txt', 'a.txt'], 'old'],
])('extract when a file exists: %s', async (conflict, state, files, content) => {
  const engine = await startFileActions();
  engine.place({ '/x.zip': makeZip([{ name: 'a.txt', data: 'new' }]), '/out/a.txt': 'old', '/out/a (2).txt': '' });
  expect((await engine.act('extract', { ...CONFIG, conflict })).state).toBe(state);
  expect(await names(engine.session, '/out')).toEqual(files);
  expect(await get(engine.session, '/out/a.txt')).toBe(content);
});

const bomb = Buffer.alloc(1024 * 1024);
const good: ZipEntry = { name: 'good.txt', data: 'fine' };
/** Cannot be packed, so that the ratio of the whole archive is none to object to. */
const noise: ZipEntry = { name: 'noise', data: randomBytes(64 * 1024) };

test.each<[string, Uint8Array | string, string]>([
  ['a ratio over 60', makeZip([good, { name: 'zeros', data: bomb }]), 'more than 60 times its own size'],
  ['a ratio over 60 that the headers hide', makeZip([{ name: 'zeros', data: bomb, size: 100 }]), 'zeros is larger than the archive says'],
  ['a size below the one stated', makeZip([good, { name: 'a', data: 'abc', size: 4 }]), 'a is damaged'],
  [
    'entries that share their bytes',
    makeZip([{ name: 'a', data: 'abc' }, ...Array.from({ length: 20 }, () => ({ name: 'a', data: 'abc', sharesBytesOf: 0 }))]),
    'two files of the name a',
  ],
  [
    'entries whose bytes overlap',
    makeZip([
      { name: 'a', data: 'abc' },
      { name: 'b', data: 'abc', sharesBytesOf: 0 },
    ]),
    'the headers of b contradict each other',
  ],
  ['entries that quote each other', makeOverlappingZip(12, Buffer.alloc(2000, 'zbsm')), 'shares bytes with another entry'],
  [
    'a packed size that reaches into the next entry',
    makeZip([
      { name: 'a', data: 'abc', packed: 40 },
      { name: 'b', data: 'abc' },
    ]),
    'shares bytes with another entry',
  ],
  ['a packed size that is cut short', makeZip([good, { name: 'a', data: 'abc'.repeat(50), packed: 3 }]), 'a is damaged'],
  [
    'a size in the entry itself below that of the directory',
    makeZip([{ name: 'zeros', data: bomb, local: { size: 100 } }, noise]),
    'contradict each other',
  ],
  [
    'a size in the entry itself above that of the directory',
    makeZip([{ name: 'a', data: 'abc', local: { size: 1e9 } }]),
    'contradict each other',
  ],
  ['another packed size in the entry itself', makeZip([{ name: 'a', data: 'abc', local: { packed: 1 } }]), 'contradict each other'],
  ['another checksum in the entry itself', makeZip([{ name: 'a', data: 'abc', local: { crc: 7 } }]), 'contradict each other'],
  ['another method in the entry itself', makeZip([{ name: 'a', data: 'abc', local: { method: 0 } }]), 'contradict each other'],
  ['a NUL in a name', makeZip([good, { name: 'a\0.txt' }]), 'control characters'],
  ['too many entries', makeZip(Array.from({ length: 1001 }, (_, i) => ({ name: `f${String(i)}` }))), 'more than 1000 files'],
  ['a step up', makeZip([good, { name: '../evil.txt', data: 'x' }]), '../evil.txt'],
  ['a step up in the middle', makeZip([good, { name: 'a/../../evil.txt', data: 'x' }]), 'a/../../evil.txt'],
  ['a step up with backslashes', makeZip([good, { name: '..\\evil.txt', data: 'x' }]), '../evil.txt'],
  ['an absolute name', makeZip([good, { name: '/etc/evil.txt', data: 'x' }]), '/etc/evil.txt'],
  ['a drive', makeZip([good, { name: 'C:\\evil.txt', data: 'x' }]), 'C:/evil.txt'],
  ['a link', makeZip([good, { name: 'l', data: '/etc/passwd', unixMode: 0o120777 }]), 'l is a link or no regular file'],
  ['a device', makeZip([good, { name: 'd', unixMode: 0o060666 }]), 'd is a link or no regular file'],
  ['a pipe', makeZip([good, { name: 'p', unixMode: 0o010666 }]), 'p is a link or no regular file'],
  ['a folder that is said to be a link', makeZip([good, { name: 'd/', stored: true, unixMode: 0o120777 }]), 'd/ is a link'],
  ['a name twice', makeZip([good, good]), 'two files of the name good.txt'],
  ['names that differ in case', makeZip([good, { name: 'GOOD.txt' }]), 'two files of the name GOOD.txt'],
  ['names that differ in composition', makeZip([{ name: '\u00e9' }, { name: 'e\u0301' }]), 'two files of the name'],
  ['names that are one once cleaned', makeZip([good, { name: './/good.txt' }]), 'two files of the name good.txt'],
  ['a file that is a folder too', makeZip([good, { name: 'good.txt/x' }]), 'good.txt is both a file and a folder'],
  ['another name in the entry itself', makeZip([{ ...good, localName: 'evil.txt' }]), 'the headers of good.txt contradict each other'],
  ['a wrong checksum', makeZip([good, { name: 'a', data: 'abc', crc: 1 }]), 'a is damaged'],
  ['damaged bytes', makeZip([good, { name: 'a', data: 'abc', stored: true, method: 8 }]), 'a is damaged'],
  ['encryption', makeZip([good, { name: 'a', data: 'abc', flags: 0x801 }]), 'a is encrypted'],
  ['an unknown method', makeZip([good, { name: 'a', data: 'abc', method: 14 }]), 'packed in a way that is not supported'],
  ['a control character', makeZip([good, { name: 'a\nb' }]), 'control characters'],
  ['a name that is kept for uploads', makeZip([good, { name: '.gatehouse-0123456789abcdef.part' }]), 'kept for uploads'],
  ['no name', makeZip([{ name: './' }]), 'has no usable name'],
  ['more entries stated than there are', makeZip([good], { entryCount: 900 }), 'not unpacked'],
  ['more entries stated than allowed', makeZip([good], { entryCount: 60_000 }), 'more than 1000 files'],
  ['half an archive', makeZip([good, { name: 'a', data: 'abc' }]).subarray(0, 60), 'not unpacked'],
  ['no archive', 'just text', 'not unpacked'],
  ['nothing', '', 'not unpacked'],
])('extract refuses %s and leaves nothing behind', async (_what, archive, error) => {
  const engine = await startFileActions();
  engine.place({ '/x.zip': archive });
  expect(await engine.act('extract', { ...CONFIG, folder: '/out/deep' })).toMatchObject({
    state: 'failed',
    error: expect.stringContaining(error) as string,
  });
  expect(readdirSync(engine.real('/'))).toEqual(['x.zip']);
  expect(existsSync(engine.real('/../evil.txt'))).toBe(false);
});

test('extract refuses an archive in an archive no more than any other file, and unpacks only the outer one', async () => {
  const engine = await startFileActions();
  const inner = makeZip([{ name: 'zeros', data: bomb }]);
  engine.place({ '/x.zip': makeZip([{ name: 'inner.zip', data: inner, stored: true }]) });
  expect((await engine.act('extract', CONFIG)).error).toBeNull();
  expect(await names(engine.session, '/out')).toEqual(['inner.zip']);
});

test('extract that the quota ends leaves nothing new behind', async () => {
  const engine = await startFileActions();
  const noise = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7919) & 255));
  engine.place({
    '/x.zip': makeZip([
      { name: 'a/b.txt', data: noise },
      { name: 'c.txt', data: noise },
    ]),
  });
  const { id } = engine.account('alice');
  engine.store.tables.accounts.update(id, { ...engine.account('alice'), quotaFiles: 1, passwordHash: null });
  expect(await engine.act('extract', CONFIG)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('storage is full') as string,
  });
  expect(readdirSync(engine.real('/'))).toEqual(['x.zip']);
  engine.store.tables.accounts.update(id, { ...engine.account('alice'), quotaBytes: 3000, passwordHash: null });
  expect(await engine.act('extract', CONFIG)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('storage is full') as string,
  });
  expect(readdirSync(engine.real('/'))).toEqual(['x.zip']);
});

test('the settings decide over the limits', async () => {
  const engine = await startFileActions();
  engine.place({
    '/x.zip': makeZip([
      { name: 'zeros', data: Buffer.alloc(100_000) },
      { name: 'b', data: 'b' },
    ]),
  });
  const extract = (changes: Partial<typeof engine.settings.archives>) => {
    Object.assign(engine.settings.archives, { mostEntries: 2, mostBytes: 100_001, mostRatio: 10_000, ...changes });
    return engine.act('extract', { archive: '/x.zip', folder: '/out' });
  };
  expect((await extract({ mostEntries: 1 })).error).toContain('more than 1 files and folders');
  expect((await extract({ mostBytes: 100_000 })).error).toContain('holds more than 0.1 MiB');
  expect((await extract({ mostRatio: 2 })).error).toContain('more than 2 times its own size');
  expect(await extract({})).toMatchObject({ state: 'done', detail: { files: 2 } });
});
