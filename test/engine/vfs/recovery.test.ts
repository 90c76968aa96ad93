import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { UploadMark } from '../../../engine/store/uploads-table.ts';
import type { OpenWriteOptions, Session, Upload } from '../../../engine/vfs/types.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { put, startVfs, type TestVfs } from '../../helpers/vfs.ts';

const TEMPORARY = '.gatehouse-0123456789abcdef.part';

/**
 * Leaves the state that a kill between two steps of an upload of `/a` would leave, then starts again on the same folder.
 * `temporary` and `final` are the contents on disk; the journal row is marked with the inode of `markOf`, or not at all (`none`).
 */
async function afterKill(left: {
  temporary?: string;
  final?: string;
  markOf: 'temporary' | 'final' | 'neither' | 'none';
  state?: 'partial' | 'in-place' | 'publishing';
  replaced?: number;
  also?: (home: string, before: TestVfs) => void;
}): Promise<TestVfs> {
  const dataFolder = temporaryFolder();
  const before = await startVfs({ dataFolder });
  const account = before.account('acme');
  await (await before.login(account)).close('disconnected');
  const home = join(before.exchange, 'acme');
  if (left.temporary !== undefined) writeFileSync(join(home, TEMPORARY), left.temporary);
  if (left.final !== undefined) writeFileSync(join(home, 'a'), left.final);
  left.also?.(home, before);
  const uploads = before.store.tables.uploads;
  const at = before.clock.now();
  const isInPlace = left.state === 'in-place' || left.state === 'publishing';
  const file = left.markOf === 'neither' || left.markOf === 'none' ? undefined : join(home, left.markOf === 'final' ? 'a' : TEMPORARY);
  const mark = markOf(file, account.id, isInPlace, left.replaced ?? null);
  const id = uploads.open({
    accountId: account.id,
    path: '/a',
    fileKey: join(home, 'a'),
    temporary: isInPlace ? 'a' : TEMPORARY,
    folderId: null,
    inAccount: 1,
    mark: left.markOf === 'none' || isInPlace ? null : mark,
    at,
  });
  if (left.state === 'partial') uploads.setPartial(id, left.temporary?.length ?? 0, at);
  if (left.state === 'publishing') uploads.setPublishing(id, mark, at);
  await before.store.close();
  return startVfs({ dataFolder });
}

function markOf(file: string | undefined, userId: number, isInPlace: boolean, replaced: number | null): UploadMark {
  const found = file === undefined ? undefined : statSync(file, { bigint: true });
  const actor = {
    sessionId: 1,
    userId,
    userName: 'acme',
    ip: '192.0.2.7',
    protocol: 'SFTP',
    client: null,
    origin: 'client',
    causedBy: null,
  };
  const info = isInPlace ? { operation: 'append', atomic: false } : { operation: replaced === null ? 'upload' : 'overwrite' };
  return {
    device: String(found?.dev ?? 0),
    inode: String(found?.ino ?? 0),
    draft: JSON.stringify({ actor, batchId: 1, info, replaced }),
  };
}

/** What the journal kept of the upload; the batch is given when the event is read. */
function ownInfo({ info }: StoredEvent): object {
  return Object.fromEntries(Object.entries(info).filter(([key]) => key !== 'batch_id'));
}

describe('after a kill', () => {
  it('records an upload that was renamed but not recorded, once', async () => {
    const test = await afterKill({ final: 'data', markOf: 'final' });
    const recorded = await test.recorded('OBJECT_INSERT');
    expect(recorded.map((event) => [event.path, event.bytes, event._user?._generated_displayname, ownInfo(event)])).toEqual([
      ['/a', 4, 'acme', { operation: 'upload' }],
    ]);
    expect(test.store.tables.uploads.all()).toEqual([]);
    expect(test.store.tables.usage.get(1)).toEqual({ bytes: 4, files: 1 });
    await test.store.close();
    const again = await startVfs({ dataFolder: test.dataFolder });
    expect(await again.recorded('OBJECT_INSERT')).toHaveLength(1);
  });

  it('says when such an upload was renamed, not when it was found', async () => {
    const test = await afterKill({ final: 'data', markOf: 'final' });
    const [event] = await test.recorded('OBJECT_INSERT');
    const renamed = statSync(join(test.exchange, 'acme', 'a')).ctimeMs;
    expect(Date.parse(event?.timestamp ?? '')).toBe(Math.floor(renamed));
  });

  it('counts of an overwrite that was renamed only what it added', async () => {
    const test = await afterKill({ final: 'new data', markOf: 'final', replaced: 3 });
    expect((await test.recorded('OBJECT_UPDATE')).map((event) => [event.bytes, ownInfo(event)])).toEqual([[8, { operation: 'overwrite' }]]);
    expect(test.store.tables.usage.get(1)).toEqual({ bytes: 5, files: 0 });
  });

  it('takes away the hidden name of an upload that had got its final one by a link', async () => {
    const test = await afterKill({
      temporary: 'data',
      markOf: 'temporary',
      also: (home) => linkSync(join(home, TEMPORARY), join(home, 'a')),
    });
    expect(await test.recorded('OBJECT_INSERT')).toHaveLength(1);
    expect(readdirSync(join(test.exchange, 'acme'))).toEqual(['a']);
  });

  it('records a change in place that was complete', async () => {
    const test = await afterKill({ final: 'one two', markOf: 'final', state: 'publishing', replaced: 4 });
    expect((await test.recorded('OBJECT_UPDATE')).map((event) => [event.bytes, ownInfo(event)])).toEqual([
      [7, { operation: 'append', atomic: false }],
    ]);
    expect(test.store.tables.uploads.all()).toEqual([]);
  });

  it('says of a change in place that was not complete that it failed', async () => {
    const test = await afterKill({ final: 'one tw', markOf: 'final', state: 'in-place' });
    expect(await test.recorded('OBJECT_UPDATE')).toEqual([]);
    expect((await test.recorded('TRANSFER_FAILED')).map((event) => [event.outcome, event.bytes])).toEqual([['aborted', 6]]);
    expect(test.store.tables.uploads.all()).toEqual([]);
  });

  it('turns a complete upload that was not renamed into a partial: nobody was told that it arrived', async () => {
    const test = await afterKill({ temporary: 'data', final: 'old!', markOf: 'temporary' });
    expect(await test.recorded('OBJECT_INSERT')).toEqual([]);
    expect((await test.recorded('TRANSFER_FAILED')).map((event) => [event.outcome, event.bytes])).toEqual([['aborted', 4]]);
    expect(test.store.tables.uploads.all()).toMatchObject([{ state: 'partial', size: 4 }]);
    expect(readFileSync(join(test.exchange, 'acme', 'a'), 'utf8')).toBe('old!');
  });

  it('does not take another file of the same name for the published one', async () => {
    const test = await afterKill({ final: 'else', markOf: 'neither' });
    expect(await test.recorded('OBJECT_INSERT')).toEqual([]);
    expect(test.store.tables.uploads.all()).toEqual([]);
  });

  it('keeps what had come of an open upload', async () => {
    const test = await afterKill({ temporary: 'half', markOf: 'none' });
    expect(test.store.tables.uploads.all()).toMatchObject([{ state: 'partial', size: 4 }]);
    const session = await test.login(test.account('acme'));
    expect(await session.stat('/a')).toMatchObject({ size: 4 });
    const upload = await session.openWrite('/a', { mode: 'modify', create: true });
    await upload.write([Buffer.from(' whole')], 4);
    await upload.finish();
    expect(readFileSync(join(test.exchange, 'acme', 'a'), 'utf8')).toBe('half whole');
  });

  it('keeps only that of an open upload, when an older one of its name had been left', async () => {
    const older = '.gatehouse-fedcba9876543210.part';
    const test = await afterKill({
      temporary: 'half',
      final: 'whole',
      markOf: 'none',
      also(home, { store: { tables }, account, clock }) {
        writeFileSync(join(home, older), 'old');
        const row = { accountId: account('acme').id, path: '/a', fileKey: join(home, 'a'), temporary: older, folderId: null, inAccount: 1 };
        tables.uploads.setPartial(tables.uploads.open({ ...row, mark: null, at: clock.now() }), 3, clock.now());
      },
    });
    expect(test.store.tables.uploads.all()).toMatchObject([{ state: 'partial', size: 4, temporary: TEMPORARY }]);
    expect(readdirSync(join(test.exchange, 'acme')).sort()).toEqual([TEMPORARY, 'a']);
  });

  it('forgets an open upload of which nothing is there', async () => {
    const test = await afterKill({ markOf: 'none' });
    expect(test.store.tables.uploads.all()).toEqual([]);
  });

  it('deletes an empty hidden file', async () => {
    const test = await afterKill({ temporary: '', markOf: 'temporary' });
    expect(test.store.tables.uploads.all()).toEqual([]);
    expect(readdirSync(join(test.exchange, 'acme'))).toEqual([]);
  });

  it('leaves a partial as it is, and counts it in the quota', async () => {
    const test = await afterKill({ state: 'partial', temporary: 'half', markOf: 'temporary' });
    expect(test.store.tables.uploads.all()).toMatchObject([{ state: 'partial', size: 4 }]);
    const session = await test.login(test.account('acme', { quotaBytes: 6 }));
    const upload = await session.openWrite('/b', { mode: 'replace', create: true });
    await expect(upload.write([Buffer.from('123')], 0)).rejects.toThrow(expect.objectContaining({ code: 'quota_exceeded' }) as Error);
    await upload.abort('error');
  });

  it('deletes hidden files that it had made and not yet written down, and no others', async () => {
    const dataFolder = temporaryFolder();
    const before = await startVfs({ dataFolder });
    const session = await before.login(before.account('acme'));
    const home = join(before.exchange, 'acme');
    const upload = await session.openWrite('/kept', { mode: 'replace', create: true });
    await upload.write([Buffer.from('half')], 0);
    // Its row is written once the answer to the first write is on its way.
    await turn();
    const [known = ''] = readdirSync(home);
    // As a kill between the file and its row leaves it: a name of this process, and no row.
    const lost = known.replace(/.{8}\.part$/, 'ffffffff.part');
    const foreign = '.gatehouse-0123456789abcdef.part';
    for (const name of [lost, foreign]) writeFileSync(join(home, name), '');
    mkdirSync(join(home, 'other'));
    writeFileSync(join(home, 'other', lost), '');
    await before.store.close();
    const test = await startVfs({ dataFolder });
    expect(readdirSync(home).sort()).toEqual([foreign, known, 'other'].sort());
    expect(readdirSync(join(home, 'other'))).toEqual([lost]);
    expect(test.store.tables.uploads.folders()).toEqual([]);
  });
});

describe('an upload that bears its final name when the log fails', () => {
  /** Ends `begin`'s upload while nothing can be recorded, then starts again. */
  async function unrecorded(begin: (session: Session) => Promise<Upload>): Promise<TestVfs> {
    const before = await startVfs({ copyLimitBytes: 10 });
    let fails = false;
    before.events.onInsert(() => {
      if (fails) throw new Error('the log fails');
    });
    const session = await before.login(before.account('acme'));
    const upload = await begin(session);
    fails = true;
    await expect(upload.finish()).rejects.toThrow(expect.objectContaining({ code: 'log_unavailable' }) as Error);
    await before.store.close();
    return startVfs({ dataFolder: before.dataFolder });
  }

  async function opened(session: Session, path: string, options: Partial<OpenWriteOptions>, content: string, at = 0): Promise<Upload> {
    const upload = await session.openWrite(path, { mode: 'replace', create: true, ...options });
    await upload.write([Buffer.from(content)], at);
    return upload;
  }

  it.each([
    ['new', 'OBJECT_INSERT', 3, { operation: 'upload' }, (session: Session) => opened(session, '/a', {}, 'new')],
    ['exclusive', 'OBJECT_INSERT', 3, { operation: 'upload' }, (session: Session) => opened(session, '/a', { exclusive: true }, 'new')],
    [
      'overwriting',
      'OBJECT_UPDATE',
      3,
      { operation: 'overwrite' },
      async (session: Session) => {
        await put(session, '/a', 'the old');
        return opened(session, '/a', {}, 'new');
      },
    ],
    [
      'appending to a copy',
      'OBJECT_UPDATE',
      6,
      { operation: 'append' },
      async (session: Session) => {
        await put(session, '/a', 'old');
        return opened(session, '/a', { mode: 'append' }, 'new');
      },
    ],
    [
      'appending in place',
      'OBJECT_UPDATE',
      14,
      { operation: 'append', atomic: false },
      async (session: Session) => {
        await put(session, '/a', 'a longer old');
        return opened(session, '/a', { mode: 'append' }, '++');
      },
    ],
    [
      'resumed',
      'OBJECT_INSERT',
      7,
      { operation: 'upload', resumed: true },
      async (session: Session) => {
        await (await opened(session, '/a', {}, 'half')).abort('connection_lost');
        return opened(session, '/a', { mode: 'modify' }, 'new', 4);
      },
    ],
    [
      'renamed on its way',
      'OBJECT_INSERT',
      3,
      { operation: 'upload' },
      async (session: Session) => {
        await session.mkdir('/d');
        const upload = await opened(session, '/d/b', {}, 'new');
        await session.rename('/d/b', '/a', { overwrite: false });
        return upload;
      },
    ],
  ] as const)('is recorded at the next start, once: %s', async (_what, type, bytes, info, begin) => {
    const test = await unrecorded(begin);
    const found = (await test.recorded(type)).filter((event) => event.path === '/a');
    expect(found.map((event) => [event.bytes, ownInfo(event), event._user?._generated_displayname])).toEqual([[bytes, info, 'acme']]);
    expect(await test.recorded('TRANSFER_FAILED')).toHaveLength(info.operation === 'upload' && 'resumed' in info ? 1 : 0);
    expect(test.store.tables.uploads.all()).toEqual([]);
    expect(test.store.tables.usage.get(1)).toEqual({ bytes, files: 1 });
    expect(readdirSync(join(test.exchange, 'acme')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
