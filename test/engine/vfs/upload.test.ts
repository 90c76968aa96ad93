import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OpenWriteOptions, Session, Upload } from '../../../engine/vfs/types.ts';
import { get, names, put, startVfs, type TestVfs } from '../../helpers/vfs.ts';

const refused = (code: string): Error => expect.objectContaining({ code }) as Error;

type Setup = { test: TestVfs; session: Session; home: string; open(path: string, options?: Partial<OpenWriteOptions>): Promise<Upload> };

async function setUp(options: Parameters<typeof startVfs>[0] = {}): Promise<Setup> {
  const test = await startVfs(options);
  const session = await test.login(test.account('acme'));
  return {
    test,
    session,
    home: join(test.exchange, 'acme'),
    open: (path, more = {}) => session.openWrite(path, { mode: 'replace', create: true, ...more }),
  };
}

/** Leaves `content` behind as an interrupted upload. */
async function interrupt(setup: Setup, path: string, content: string): Promise<void> {
  const upload = await setup.open(path);
  await upload.write([Buffer.from(content)], 0);
  await upload.abort('connection_lost');
}

const onDisk = (setup: Setup, name: string): string => readFileSync(join(setup.home, name), 'utf8');

describe('a new file', () => {
  it('grows hidden, is seen by its own account under the final name, and appears whole', async () => {
    const setup = await setUp();
    const other = await setup.test.login(setup.test.account('other', { home: 'acme' }));
    const upload = await setup.open('/a.txt');
    await upload.write([Buffer.from('hel'), Buffer.from('lo')], 0);
    expect(readdirSync(setup.home)).toHaveLength(1);
    expect(readdirSync(setup.home)).not.toContain('a.txt');
    expect(await setup.session.stat('/a.txt')).toMatchObject({ name: 'a.txt', size: 5 });
    expect(await names(setup.session, '/')).toEqual(['a.txt']);
    expect(await names(other, '/')).toEqual([]);
    await expect(other.stat('/a.txt')).rejects.toThrow(refused('not_found'));
    await upload.finish();
    expect(readdirSync(setup.home)).toEqual(['a.txt']);
    expect(await get(other, '/a.txt')).toBe('hello');
    expect(setup.test.store.tables.uploads.all()).toEqual([]);
  });

  it('keeps mode and times that the client sets while it is open', async () => {
    const setup = await setUp();
    const upload = await setup.open('/a');
    await upload.setAttributes({ mode: 0o600, mtimeMs: 1_000_000_000_000 });
    await upload.write([Buffer.from('x')], 0);
    expect(await upload.stat()).toMatchObject({ mode: 0o600, mtimeMs: 1_000_000_000_000 });
    await upload.finish();
    expect(statSync(join(setup.home, 'a')).mtimeMs).toBe(1_000_000_000_000);
    expect(statSync(join(setup.home, 'a')).mode & 0o777).toBe(0o600);
  });

  it('may be empty', async () => {
    const setup = await setUp();
    await (await setup.open('/empty')).finish();
    expect(statSync(join(setup.home, 'empty')).size).toBe(0);
  });

  it('may be written with gaps and truncated, like any file', async () => {
    const setup = await setUp();
    const upload = await setup.open('/sparse');
    await upload.write([Buffer.from('end')], 10);
    await upload.setAttributes({ size: 12 });
    await upload.finish();
    expect(onDisk(setup, 'sparse')).toBe(`${'\0'.repeat(10)}en`);
  });

  it('acknowledges once, however often it is closed, and ignores an abort after that', async () => {
    const setup = await setUp();
    const upload = await setup.open('/a');
    await upload.write([Buffer.from('x')], 0);
    await Promise.all([upload.finish(), upload.finish(), upload.abort('connection_lost')]);
    expect((await setup.test.recorded('OBJECT_INSERT', 'TRANSFER_FAILED')).map((event) => event.type)).toEqual(['OBJECT_INSERT']);
  });
});

describe('an aborted upload', () => {
  it('is kept, seen by its account at its size, and resumed', async () => {
    const setup = await setUp();
    await interrupt(setup, '/a', 'first ');
    expect(await setup.session.stat('/a')).toMatchObject({ size: 6 });
    expect(await names(setup.session, '/')).toEqual(['a']);
    const upload = await setup.open('/a', { mode: 'modify' });
    await upload.write([Buffer.from('second')], 6);
    await upload.finish();
    expect(onDisk(setup, 'a')).toBe('first second');
    const found = await setup.test.recorded('TRANSFER_FAILED', 'OBJECT_INSERT');
    expect(found.map((event) => [event.type, event.outcome, event.bytes])).toEqual([
      ['TRANSFER_FAILED', 'aborted', 6],
      ['OBJECT_INSERT', 'ok', 12],
    ]);
    expect(found[1]?.info).toMatchObject({ operation: 'upload', resumed: true });
  });

  it('is resumed by APPE too', async () => {
    const setup = await setUp();
    await interrupt(setup, '/a', 'first ');
    const upload = await setup.open('/a', { mode: 'append' });
    await upload.write([Buffer.from('second')], 0);
    await upload.finish();
    expect(onDisk(setup, 'a')).toBe('first second');
  });

  it('leaves nothing when nothing had come', async () => {
    const setup = await setUp();
    await (await setup.open('/a')).abort('connection_lost');
    expect(readdirSync(setup.home)).toEqual([]);
    expect(setup.test.store.tables.uploads.all()).toEqual([]);
  });

  it('is replaced by an upload that starts anew', async () => {
    const setup = await setUp();
    await interrupt(setup, '/a', 'long partial content');
    await put(setup.session, '/a', 'short');
    expect(readdirSync(setup.home)).toEqual(['a']);
    expect(onDisk(setup, 'a')).toBe('short');
    expect(setup.test.store.tables.uploads.all()).toEqual([]);
  });

  it('can be deleted and renamed like the file it will be', async () => {
    const setup = await setUp();
    await interrupt(setup, '/a', 'partial');
    await setup.session.rename('/a', '/b', { overwrite: false });
    expect(await names(setup.session, '/')).toEqual(['b']);
    await setup.session.remove('/b');
    expect(readdirSync(setup.home)).toEqual([]);
    await expect(setup.session.remove('/b')).rejects.toThrow(refused('not_found'));
  });

  it('follows its folder when that is renamed', async () => {
    const setup = await setUp();
    await setup.session.mkdir('/d');
    await interrupt(setup, '/d/a', 'first ');
    await setup.session.rename('/d', '/e', { overwrite: false });
    const upload = await setup.open('/e/a', { mode: 'modify' });
    await upload.write([Buffer.from('second')], 6);
    await upload.finish();
    expect(onDisk(setup, 'e/a')).toBe('first second');
  });

  it('is unknown to other accounts', async () => {
    const setup = await setUp();
    await interrupt(setup, '/a', 'mine');
    const other = await setup.test.login(setup.test.account('other', { home: 'acme' }));
    expect(await names(other, '/')).toEqual([]);
    await expect(other.openWrite('/a', { mode: 'modify', create: false })).rejects.toThrow(refused('not_found'));
    await put(other, '/a', 'theirs');
    expect(onDisk(setup, 'a')).toBe('theirs');
  });

  it('expires', async () => {
    const setup = await setUp();
    await interrupt(setup, '/a', 'partial');
    await setup.test.vfs.expirePartials(setup.test.clock.now());
    expect(readdirSync(setup.home)).toHaveLength(1);
    setup.test.clock.advance(1);
    await setup.test.vfs.expirePartials(setup.test.clock.now());
    expect(readdirSync(setup.home)).toEqual([]);
    await expect(setup.session.stat('/a')).rejects.toThrow(refused('not_found'));
  });
});

describe('an aborted upload beside a final file', () => {
  async function both(): Promise<Setup> {
    const setup = await setUp();
    await put(setup.session, '/a', 'final');
    await interrupt(setup, '/a', 'interrupted');
    return setup;
  }

  it('is not shown', async () => {
    const setup = await both();
    expect(await setup.session.stat('/a')).toMatchObject({ size: 5 });
    expect(await get(setup.session, '/a')).toBe('final');
    expect(await names(setup.session, '/')).toEqual(['a']);
  });

  it('is reached by a first write at exactly its size', async () => {
    const setup = await both();
    const upload = await setup.open('/a', { mode: 'modify' });
    await upload.write([Buffer.from(', resumed')], 11);
    await upload.finish();
    expect(onDisk(setup, 'a')).toBe('interrupted, resumed');
  });

  it('is reached by REST at exactly its size', async () => {
    const setup = await both();
    const upload = await setup.open('/a', { mode: 'modify', startAt: 11 });
    await upload.write([Buffer.from(', resumed')], 11);
    await upload.finish();
    expect(onDisk(setup, 'a')).toBe('interrupted, resumed');
  });

  it('is left alone by a write at any other place, which goes to the final file', async () => {
    const setup = await both();
    const upload = await setup.open('/a', { mode: 'modify' });
    await upload.write([Buffer.from(' file')], 5);
    await upload.finish();
    expect(onDisk(setup, 'a')).toBe('final file');
  });

  it('is left alone by an append', async () => {
    const setup = await both();
    const upload = await setup.open('/a', { mode: 'append' });
    await upload.write([Buffer.from('+')], 0);
    await upload.finish();
    expect(onDisk(setup, 'a')).toBe('final+');
  });
});

describe('of one account and name', () => {
  it('there is one aborted upload, the newer, whose storage is freed with the file', async () => {
    const setup = await setUp();
    await put(setup.session, '/x', '0123456789');
    await interrupt(setup, '/x', 'first');
    const second = await setup.open('/x', { mode: 'modify' });
    await second.write([Buffer.from('B')], 3);
    await second.abort('connection_lost');
    expect(readdirSync(setup.home)).toHaveLength(2);
    await setup.session.remove('/x');
    expect(await names(setup.session, '/')).toEqual([]);
    expect(readdirSync(setup.home)).toEqual([]);
    await expect(setup.session.stat('/x')).rejects.toThrow(refused('not_found'));
  });

  it('the aborted one goes with the file that is renamed, and gives way to another that is renamed', async () => {
    const setup = await setUp();
    await put(setup.session, '/a', 'final');
    await interrupt(setup, '/a', 'interrupted');
    await setup.session.rename('/a', '/b', { overwrite: false });
    expect(await names(setup.session, '/')).toEqual(['b']);
    await interrupt(setup, '/c', 'another');
    await interrupt(setup, '/d', 'the last');
    await expect(setup.session.rename('/c', '/d', { overwrite: false })).rejects.toThrow(refused('already_exists'));
    await setup.session.rename('/c', '/d', { overwrite: true });
    expect(await names(setup.session, '/')).toEqual(['b', 'd']);
    expect(await get(setup.session, '/d')).toBe('another');
    expect(setup.test.store.tables.uploads.all()).toHaveLength(2);
  });
});

describe('one’s own upload', () => {
  it.each(['open', 'aborted'])('is changed, read and compared by its name while it is %s, and by nobody else', async (state) => {
    const setup = await setUp();
    const other = await setup.test.login(setup.test.account('other', { home: 'acme' }));
    const upload = await setup.open('/a');
    await setup.session.setAttributes('/a', { mode: 0o600 });
    await upload.write([Buffer.from('content')], 0);
    if (state === 'aborted') await upload.abort('connection_lost');
    await setup.session.setAttributes('/a', { mode: 0o640, mtimeMs: 1_000_000_000_000 });
    expect(await setup.session.stat('/a')).toMatchObject({ size: 7, mode: 0o640, mtimeMs: 1_000_000_000_000 });
    expect(await get(setup.session, '/a')).toBe('content');
    expect(await setup.session.checksum('/a', 'md5')).toBe('9a0364b9e99bb480dd25e1f0284c8555');
    for (const denied of [() => other.setAttributes('/a', { mode: 0o600 }), () => get(other, '/a'), () => other.checksum('/a', 'md5')])
      await expect(denied()).rejects.toThrow(refused('not_found'));
    await setup.session.setAttributes('/a', { size: 4 });
    if (state === 'open') await upload.finish();
    expect(onDisk(setup, 'a')).toBe('cont');
    if (state === 'open') expect(statSync(join(setup.home, 'a'))).toMatchObject({ mode: 0o100_640, mtimeMs: 1_000_000_000_000 });
  });

  it('is neither read nor changed without the permission', async () => {
    const setup = await setUp();
    const account = setup.test.account('acme', { permissions: { '/': ['list', 'upload', 'overwrite'] } });
    const session = await setup.test.login(account);
    const upload = await session.openWrite('/a', { mode: 'replace', create: true });
    await upload.write([Buffer.from('content')], 0);
    await expect(get(session, '/a')).rejects.toThrow(refused('permission_denied'));
    await expect(session.setAttributes('/a', { mode: 0o600 })).rejects.toThrow(refused('permission_denied'));
    await upload.finish();
  });
});

describe('changing a file that exists', () => {
  it('keeps a mode and times that were set without a write, whichever way', async () => {
    const setup = await setUp();
    await put(setup.session, '/a', 'x');
    const upload = await setup.open('/a', { mode: 'modify', fileMode: 0o666 });
    await upload.setAttributes({ mode: 0o600 });
    await upload.finish();
    expect(statSync(join(setup.home, 'a')).mode & 0o777).toBe(0o600);
    await setup.session.setAttributes('/a', { size: 1, mode: 0o604, mtimeMs: 1_000_000_000_000 });
    expect(statSync(join(setup.home, 'a'))).toMatchObject({ mode: 0o100_604, mtimeMs: 1_000_000_000_000, size: 1 });
    expect((await setup.test.recorded('OBJECT_UPDATE')).map(({ info }) => info['operation'])).toEqual(['setstat', 'setstat']);
  });

  it.each([
    ['more than the quota', 1000],
    ['more than a file can have', Number.MAX_SAFE_INTEGER],
  ])('to %s by path fails and leaves it as it was, free for the next', async (_what, size) => {
    const setup = await setUp();
    const session = await setup.test.login(setup.test.account('acme', size === 1000 ? { quotaBytes: 10 } : {}));
    await put(session, '/a', 'content');
    await expect(session.setAttributes('/a', { size })).rejects.toThrow();
    expect(readdirSync(setup.home)).toEqual(['a']);
    expect(setup.test.store.tables.uploads.all()).toEqual([]);
    await put(setup.session, '/a', 'next');
    expect(onDisk(setup, 'a')).toBe('next');
  });

  it('keeps the old content until the new one is complete', async () => {
    const setup = await setUp();
    await put(setup.session, '/a', 'old content');
    const upload = await setup.open('/a');
    await upload.write([Buffer.from('new')], 0);
    expect(onDisk(setup, 'a')).toBe('old content');
    await upload.abort('connection_lost');
    expect(onDisk(setup, 'a')).toBe('old content');
  });

  it('works on a copy when appending', async () => {
    const setup = await setUp();
    await put(setup.session, '/a', 'one ');
    const upload = await setup.open('/a', { mode: 'append' });
    await upload.write([Buffer.from('two ')], 999);
    await upload.write([Buffer.from('three')], 0);
    expect(onDisk(setup, 'a')).toBe('one ');
    await upload.finish();
    expect(onDisk(setup, 'a')).toBe('one two three');
    const [changed] = await setup.test.recorded('OBJECT_UPDATE');
    expect(changed?.info).toEqual({ operation: 'append', batch_id: changed?.batch_id });
  });

  it('keeps the original when an append is interrupted', async () => {
    const setup = await setUp();
    await put(setup.session, '/a', 'original');
    const upload = await setup.open('/a', { mode: 'append' });
    await upload.write([Buffer.from('+more')], 0);
    await upload.abort('connection_lost');
    expect(onDisk(setup, 'a')).toBe('original');
  });

  it('works in place above the limit, and the event says so', async () => {
    const setup = await setUp({ copyLimitBytes: 4 });
    await put(setup.session, '/a', '12345');
    const upload = await setup.open('/a', { mode: 'append' });
    await upload.write([Buffer.from('678')], 0);
    expect(onDisk(setup, 'a')).toBe('12345678');
    await upload.finish();
    const [changed] = await setup.test.recorded('OBJECT_UPDATE');
    expect(changed?.info).toEqual({ operation: 'append', atomic: false, batch_id: changed?.batch_id });
    expect(setup.test.store.tables.usage.get(setup.session.identity.account.id)).toEqual({ bytes: 8, files: 1 });
  });

  it('does nothing, and says nothing, when nothing was written', async () => {
    const setup = await setUp();
    await put(setup.session, '/a', 'x');
    await (await setup.open('/a', { mode: 'modify' })).finish();
    expect(await setup.test.recorded('OBJECT_UPDATE')).toEqual([]);
  });

  it('keeps the mode of the file it replaces', async () => {
    const setup = await setUp();
    await put(setup.session, '/a', 'x');
    await setup.session.setAttributes('/a', { mode: 0o604 });
    await put(setup.session, '/a', 'y');
    expect(statSync(join(setup.home, 'a')).mode & 0o777).toBe(0o604);
  });

  it('truncates by path', async () => {
    const setup = await setUp();
    await put(setup.session, '/a', 'content');
    await setup.session.setAttributes('/a', { size: 4 });
    expect(onDisk(setup, 'a')).toBe('cont');
  });

  it('reads back what it writes', async () => {
    const setup = await setUp();
    writeFileSync(join(setup.home, 'a'), 'hello world');
    const upload = await setup.open('/a', { mode: 'modify' });
    await upload.write([Buffer.from('J')], 0);
    const buffer = Buffer.alloc(5);
    expect(await upload.read(buffer, 0)).toBe(5);
    expect(buffer.toString()).toBe('Jello');
    await upload.finish();
  });
});

describe('a second writer', () => {
  it('is refused until the first has ended', async () => {
    const setup = await setUp();
    const first = await setup.open('/a');
    await expect(setup.open('/a')).rejects.toThrow(refused('busy'));
    await first.write([Buffer.from('x')], 0);
    await first.finish();
    await put(setup.session, '/a', 'second');
  });

  it('does not get in by a rename', async () => {
    const setup = await setUp();
    await put(setup.session, '/b', 'x');
    const first = await setup.open('/a');
    await expect(setup.session.rename('/b', '/a', { overwrite: true })).rejects.toThrow(refused('busy'));
    await first.abort('aborted_by_client');
  });
});

describe('an open upload', () => {
  it('is published under its new name after a rename', async () => {
    const setup = await setUp();
    await setup.session.mkdir('/done');
    const upload = await setup.open('/a.filepart');
    await upload.write([Buffer.from('one ')], 0);
    await setup.session.rename('/a.filepart', '/done/a', { overwrite: false });
    await upload.write([Buffer.from('two')], 4);
    await upload.finish();
    expect(onDisk(setup, 'done/a')).toBe('one two');
    expect((await setup.test.recorded('OBJECT_INSERT')).map((event) => event.path)).toEqual(['/done', '/done/a']);
  });

  it('is gone after a delete', async () => {
    const setup = await setUp();
    const upload = await setup.open('/a');
    await upload.write([Buffer.from('x')], 0);
    await setup.session.remove('/a');
    await expect(upload.write([Buffer.from('y')], 1)).rejects.toThrow(refused('not_found'));
    await expect(upload.finish()).rejects.toThrow(refused('not_found'));
    expect(readdirSync(setup.home)).toEqual([]);
    expect(setup.test.store.tables.uploads.all()).toEqual([]);
  });

  it('is aborted with its session', async () => {
    const setup = await setUp();
    const upload = await setup.open('/a');
    await upload.write([Buffer.from('half')], 0);
    await setup.session.close('disconnected');
    await expect(upload.finish()).rejects.toThrow(refused('connection_lost'));
    const again = await setup.test.login(setup.test.account('acme'));
    expect(await again.stat('/a')).toMatchObject({ size: 4 });
  });

  it('is refused by the rules before it is visible, and the old version stays', async () => {
    const setup = await setUp({
      decide: ({ stage }) =>
        Promise.resolve(stage === 'publish' ? { allow: false, message: 'A virus was found.', reason: 'the rule "Scan"' } : { allow: true }),
    });
    writeFileSync(join(setup.home, 'a'), 'old');
    await expect(put(setup.session, '/a', 'EICAR')).rejects.toThrow('A virus was found.');
    expect(onDisk(setup, 'a')).toBe('old');
    expect(readdirSync(setup.home)).toEqual(['a']);
    expect(await setup.test.recorded('TRANSFER_FAILED')).toMatchObject([{ outcome: 'denied', info: { reason: 'the rule "Scan"' } }]);
  });

  it('fails in words when its folder is taken away', async () => {
    const setup = await setUp();
    await expect(setup.open('/missing/a')).rejects.toThrow(refused('not_found'));
    await expect(setup.open('/')).rejects.toThrow(refused('is_a_directory'));
    await setup.session.mkdir('/d');
    await expect(setup.open('/d')).rejects.toThrow(refused('is_a_directory'));
  });
});

describe('exclusive creation', () => {
  it('fails when the file is there, or comes meanwhile', async () => {
    const setup = await setUp();
    writeFileSync(join(setup.home, 'a'), 'x');
    await expect(setup.open('/a', { exclusive: true })).rejects.toThrow(refused('already_exists'));
    const upload = await setup.open('/b', { exclusive: true });
    await upload.write([Buffer.from('y')], 0);
    writeFileSync(join(setup.home, 'b'), 'local');
    await expect(upload.finish()).rejects.toThrow(refused('already_exists'));
    expect(onDisk(setup, 'b')).toBe('local');
  });
});
