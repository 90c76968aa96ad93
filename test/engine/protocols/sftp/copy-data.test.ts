import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OpenFlag, PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { StatusCode } from '../../../../engine/protocols/sftp/status.ts';
import { FakeSession, TestConversation } from './fake-session.ts';
import { openSsh } from './openssh.ts';
import { connect, rawSftp, type RawSftp } from './raw-client.ts';
import { startSftp } from './start-sftp.ts';

const NEW = OpenFlag.WRITE | OpenFlag.CREAT | OpenFlag.TRUNC;

async function status(sftp: RawSftp, ...fields: Parameters<RawSftp['ask']>): Promise<number> {
  return (await sftp.ask(...fields)).body.uint32();
}

describe('copy-data', () => {
  it('copies whole files and parts of them, without a download in the log', async () => {
    const test = await startSftp();
    const content = randomBytes(700_001);
    mkdirSync(test.home(), { recursive: true });
    writeFileSync(test.home('source'), content);
    const { sftp } = await rawSftp(await connect(test));
    const source = await sftp.open('/source', OpenFlag.READ);
    const target = await sftp.open('/target', NEW);
    const copy = (from: bigint, length: bigint, to: bigint): Promise<number> =>
      status(sftp, PacketType.EXTENDED, 'copy-data', source, from, length, target, to);
    expect(await copy(0n, 0n, 0n)).toBe(StatusCode.OK);
    expect(await copy(100n, 50n, 700_001n)).toBe(StatusCode.OK);
    // As OpenSSH, when the source ends before.
    expect(await copy(700_000n, 2n, 700_051n)).toBe(StatusCode.EOF);
    expect(await status(sftp, PacketType.CLOSE, target)).toBe(StatusCode.OK);
    expect(await status(sftp, PacketType.CLOSE, source)).toBe(StatusCode.OK);
    const wanted = Buffer.concat([content, content.subarray(100, 150), content.subarray(700_000)]);
    expect(readFileSync(test.home('target')).equals(wanted)).toBe(true);
    expect((await test.recorded('OBJECT_INSERT', 'ASSET_DOWNLOAD')).map((event) => [event.type, event.path, event.bytes])).toEqual([
      ['OBJECT_INSERT', '/target', wanted.length],
    ]);
  });

  it('waits for what came before and holds back the CLOSE of its source', async () => {
    const test = new TestConversation(new FakeSession((name) => name === 'write' || name === 'copyRange'));
    const source = await test.open('/source', OpenFlag.READ);
    const target = await test.open('/target', NEW);
    test.ids();
    test.send(PacketType.WRITE, 1, target, 0n, 'x');
    test.send(PacketType.EXTENDED, 2, 'copy-data', source, 0n, 0n, target, 1n);
    test.send(PacketType.CLOSE, 3, source);
    test.send(PacketType.CLOSE, 4, target);
    await test.turn();
    expect(test.ids()).toEqual([]);
    await test.fake.release();
    await test.turn();
    expect(test.ids()).toEqual([1]);
    expect(test.fake.calls).not.toContain('finishDownload');
    await test.fake.release();
    await test.turn();
    expect(test.ids().sort()).toEqual([2, 3, 4]);
    expect(test.fake.calls.slice(-3).sort()).toEqual(['copyRange /source /target 0  1', 'finishDownload', 'finishUpload']);
  });

  it('ends with the client, and gives its source back', async () => {
    const test = new TestConversation(new FakeSession((name) => name === 'write'));
    const source = await test.open('/source', OpenFlag.READ);
    const target = await test.open('/target', NEW);
    test.send(PacketType.WRITE, 1, target, 0n, 'x');
    test.send(PacketType.EXTENDED, 2, 'copy-data', source, 0n, 0n, target, 1n);
    await test.turn();
    const abandoned = test.conversation.abandon('connection_lost');
    await test.turn();
    await test.fake.release();
    await abandoned;
    expect(test.fake.calls).toEqual(expect.arrayContaining(['abortUpload connection_lost', 'abortDownload connection_lost']));
    expect(test.fake.calls.join()).not.toContain('copyRange');
  });

  it('is refused with words for handles that do not fit, and without the permission', async () => {
    const test = await startSftp({ account: { permissions: { '/': ['list', 'download', 'upload', 'overwrite'] } } });
    mkdirSync(test.home(), { recursive: true });
    writeFileSync(test.home('source'), 'content');
    const { sftp } = await rawSftp(await connect(test));
    const source = await sftp.open('/source', OpenFlag.READ);
    const target = await sftp.open('/target', NEW);
    const folder = (await sftp.ask(PacketType.OPENDIR, '/')).body.string();
    const copy = (from: Buffer, to: Buffer): Promise<number> => status(sftp, PacketType.EXTENDED, 'copy-data', from, 0n, 0n, to, 0n);
    expect(await copy(source, target)).toBe(StatusCode.PERMISSION_DENIED);
    expect(await copy(target, target)).toBe(StatusCode.OP_UNSUPPORTED);
    expect(await copy(folder, target)).toBe(StatusCode.FAILURE);
    expect(await copy(source, source)).toBe(StatusCode.OP_UNSUPPORTED);
    const other = await sftp.open('/source', OpenFlag.READ);
    expect(await copy(source, other)).toBe(StatusCode.PERMISSION_DENIED);
    expect(await copy(source, folder)).toBe(StatusCode.FAILURE);
    expect(await copy(Buffer.from('none'), target)).toBe(StatusCode.FAILURE);
    expect(await copy(source, Buffer.from('none'))).toBe(StatusCode.FAILURE);
    expect(await status(sftp, PacketType.EXTENDED, 'copy-data', source)).toBe(StatusCode.BAD_MESSAGE);
    for (const handle of [source, target, folder]) expect(await status(sftp, PacketType.CLOSE, handle)).toBe(StatusCode.OK);
  });

  it('is what OpenSSH’s cp uses', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    writeFileSync(join(ssh.folder, 'local'), 'content');
    expect(await ssh.sftp(['put local one', 'cp one two', 'get two back'])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(ssh.folder, 'back'), 'utf8')).toBe('content');
  });
});
