import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UploadState } from '../../../engine/store/uploads-table.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { startVfs, type TestVfs } from '../../helpers/vfs.ts';

const TEMPORARY = '.gatehouse-0123456789abcdef.part';

/**
 * Leaves the state that a kill between two steps of an upload of `/a` would leave, then starts again on the same folder.
 * `temporary` and `final` are the contents on disk; the journal row's inode is that of `inodeOf`.
 */
async function afterKill(left: {
  state: UploadState;
  temporary?: string;
  final?: string;
  inodeOf: 'temporary' | 'final' | 'neither';
}): Promise<TestVfs> {
  const dataFolder = temporaryFolder();
  const before = await startVfs({ dataFolder });
  const account = before.account('acme');
  await (await before.login(account)).close('disconnected');
  const home = join(before.exchange, 'acme');
  if (left.temporary !== undefined) writeFileSync(join(home, TEMPORARY), left.temporary);
  if (left.final !== undefined) writeFileSync(join(home, 'a'), left.final);
  const uploads = before.store.tables.uploads;
  const at = before.clock.now();
  const id = uploads.open({ accountId: account.id, path: '/a', fileKey: join(home, 'a'), temporary: TEMPORARY, at });
  if (left.state === 'partial') uploads.setState(id, 'partial', left.temporary?.length ?? 0, at);
  if (left.state === 'publishing') {
    const marked =
      left.inodeOf === 'neither' ? undefined : statSync(join(home, left.inodeOf === 'final' ? 'a' : TEMPORARY), { bigint: true });
    const event = {
      type: 'OBJECT_INSERT',
      object: { schema: 'USER', type: 'file' },
      info: { operation: 'upload' },
      path: '/a',
      bytes: 4,
      actor: {
        sessionId: 1,
        userId: account.id,
        userName: 'acme',
        ip: '192.0.2.7',
        protocol: 'SFTP',
        client: null,
        origin: 'client',
        causedBy: null,
      },
    };
    uploads.setPublishing(id, {
      size: 4,
      device: String(marked?.dev ?? 0),
      inode: String(marked?.ino ?? 0),
      draft: JSON.stringify({ event, accountId: account.id, key: join(home, 'a'), usage: { bytes: 4, files: 1 } }),
      at,
    });
  }
  await before.store.close();
  return startVfs({ dataFolder });
}

describe('after a kill', () => {
  it('records an upload that was renamed but not recorded, once', async () => {
    const test = await afterKill({ state: 'publishing', final: 'data', inodeOf: 'final' });
    expect((await test.recorded('OBJECT_INSERT')).map((event) => [event.path, event.bytes, event._user?._generated_displayname])).toEqual([
      ['/a', 4, 'acme'],
    ]);
    expect(test.store.tables.uploads.all()).toEqual([]);
    expect(test.store.tables.usage.get(1)).toEqual({ bytes: 4, files: 1 });
    await test.store.close();
    const again = await startVfs({ dataFolder: test.dataFolder });
    expect(await again.recorded('OBJECT_INSERT')).toHaveLength(1);
  });

  it('turns a complete upload that was not renamed into a partial: nobody was told that it arrived', async () => {
    const test = await afterKill({ state: 'publishing', temporary: 'data', final: 'old!', inodeOf: 'temporary' });
    expect(await test.recorded('OBJECT_INSERT')).toEqual([]);
    expect((await test.recorded('TRANSFER_FAILED')).map((event) => [event.outcome, event.bytes])).toEqual([['aborted', 4]]);
    expect(test.store.tables.uploads.all()).toMatchObject([{ state: 'partial', size: 4 }]);
    expect(readFileSync(join(test.exchange, 'acme', 'a'), 'utf8')).toBe('old!');
  });

  it('does not take another file of the same name for the published one', async () => {
    const test = await afterKill({ state: 'publishing', final: 'else', inodeOf: 'neither' });
    expect(await test.recorded('OBJECT_INSERT')).toEqual([]);
    expect(test.store.tables.uploads.all()).toEqual([]);
  });

  it('keeps what had come of an open upload', async () => {
    const test = await afterKill({ state: 'open', temporary: 'half', inodeOf: 'neither' });
    expect(test.store.tables.uploads.all()).toMatchObject([{ state: 'partial', size: 4 }]);
    const session = await test.login(test.account('acme'));
    expect(await session.stat('/a')).toMatchObject({ size: 4 });
    const upload = await session.openWrite('/a', { mode: 'modify', create: true });
    await upload.write([Buffer.from(' whole')], 4);
    await upload.finish();
    expect(readFileSync(join(test.exchange, 'acme', 'a'), 'utf8')).toBe('half whole');
  });

  it('forgets an open upload of which nothing is there', async () => {
    const test = await afterKill({ state: 'open', inodeOf: 'neither' });
    expect(test.store.tables.uploads.all()).toEqual([]);
  });

  it('deletes an empty hidden file', async () => {
    const test = await afterKill({ state: 'open', temporary: '', inodeOf: 'neither' });
    expect(test.store.tables.uploads.all()).toEqual([]);
    expect(readdirSync(join(test.exchange, 'acme'))).toEqual([]);
  });

  it('leaves a partial as it is, and counts it in the quota', async () => {
    const test = await afterKill({ state: 'partial', temporary: 'half', inodeOf: 'neither' });
    expect(test.store.tables.uploads.all()).toMatchObject([{ state: 'partial', size: 4 }]);
    const session = await test.login(test.account('acme', { quotaBytes: 6 }));
    const upload = await session.openWrite('/b', { mode: 'replace', create: true });
    await expect(upload.write([Buffer.from('123')], 0)).rejects.toThrow(expect.objectContaining({ code: 'quota_exceeded' }) as Error);
    await upload.abort('error');
  });
});
