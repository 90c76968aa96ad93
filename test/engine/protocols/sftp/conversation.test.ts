import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../engine/contract/errors.ts';
import { OpenFlag, PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { MalformedPacket } from '../../../../engine/protocols/sftp/packets.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { FakeSession, TestConversation } from './fake-session.ts';
import { packet } from './raw-client.ts';

const { READ, WRITE, CREAT, TRUNC, APPEND } = OpenFlag;
const UPLOAD = WRITE | CREAT | TRUNC;
const holding = (...names: string[]): TestConversation => new TestConversation(new FakeSession((name) => names.includes(name)));

describe('an upload', () => {
  it('acknowledges writes in their order, and joins contiguous ones that wait', async () => {
    const test = holding('write');
    const handle = await test.open('/f', UPLOAD);
    for (let index = 0; index < 6; index++) test.send(PacketType.WRITE, index, handle, BigInt(index * 10), Buffer.alloc(10));
    test.send(PacketType.WRITE, 6, handle, 500n, Buffer.alloc(10));
    await test.turn();
    expect(test.ids()).toEqual([]);
    await test.fake.release();
    await test.turn();
    expect(test.ids()).toEqual([0]);
    await test.fake.release();
    await test.turn();
    expect(test.ids()).toEqual([1, 2, 3, 4, 5]);
    await test.fake.release();
    await test.turn();
    expect(test.ids()).toEqual([6]);
    expect(test.fake.calls.filter((call) => call.startsWith('write'))).toEqual(['write 0 10', 'write 10 50', 'write 500 10']);
  });

  it('joins at most a mebibyte', async () => {
    const test = holding('write');
    const handle = await test.open('/f', UPLOAD);
    const size = 255 * 1024;
    for (let index = 0; index < 10; index++) test.send(PacketType.WRITE, index, handle, BigInt(index * size), Buffer.alloc(size));
    for (let index = 0; index < 4; index++) await test.fake.release();
    await test.turn();
    expect(test.fake.calls.filter((call) => call.startsWith('write')).map((call) => Number(call.split(' ')[2]) / size)).toEqual([
      1, 4, 4, 1,
    ]);
  });

  it('joins no more than a quarter of a second of the speed that the account has', async () => {
    const test = new TestConversation(new FakeSession((name) => name === 'write', { uploadBytesPerSecond: 400_000 }));
    const handle = await test.open('/f', UPLOAD);
    for (let index = 0; index < 9; index++) test.send(PacketType.WRITE, index, handle, BigInt(index * 32_768), Buffer.alloc(32_768));
    for (let index = 0; index < 4; index++) await test.fake.release();
    await test.turn();
    expect(test.fake.calls.filter((call) => call.startsWith('write')).map((call) => Number(call.split(' ')[2]) / 32_768)).toEqual([
      1, 3, 3, 2,
    ]);
  });

  it('gathers writes of a client that goes on sending, up to 720 KiB', async () => {
    const test = holding();
    const handle = await test.open('/f', UPLOAD);
    const size = 255 * 1024;
    const writes = Array.from({ length: 7 }, (_, index) =>
      packet(PacketType.WRITE, index, handle, BigInt(index * size), Buffer.alloc(size)),
    );
    test.conversation.receive(Buffer.concat(writes));
    await test.turn();
    expect(test.fake.calls.filter((call) => call.startsWith('write')).map((call) => Number(call.split(' ')[2]) / size)).toEqual([3, 4]);
    expect(test.ids()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('writes at once what a client sends that then waits', async () => {
    const test = holding();
    const handle = await test.open('/f', UPLOAD);
    test.send(PacketType.WRITE, 1, handle, 0n, 'x');
    await test.turn();
    expect(test.ids()).toEqual([1]);
  });

  it('does not let a write wait for long when the rest of the next one does not come', async () => {
    const test = holding();
    const handle = await test.open('/f', UPLOAD);
    const next = packet(PacketType.WRITE, 2, handle, 1n, 'y');
    test.conversation.receive(Buffer.concat([packet(PacketType.WRITE, 1, handle, 0n, 'x'), next.subarray(0, 10)]));
    await eventually(() => expect(test.ids()).toEqual([1]));
    test.conversation.receive(next.subarray(10));
    await test.turn();
    expect(test.ids()).toEqual([2]);
  });

  it('drops what it gathered when the connection is lost', async () => {
    const test = holding();
    const handle = await test.open('/f', UPLOAD);
    test.conversation.receive(Buffer.concat([packet(PacketType.WRITE, 1, handle, 0n, 'x'), Buffer.from([0])]));
    await test.conversation.abandon('connection_lost');
    expect(test.fake.calls.slice(-1)).toEqual(['abortUpload connection_lost']);
    expect(test.ids()).toEqual([]);
  });

  it('joins writes that append whatever positions they state', async () => {
    const test = holding('write');
    const handle = await test.open('/f', WRITE | APPEND | CREAT);
    for (let index = 0; index < 3; index++) test.send(PacketType.WRITE, index, handle, 0n, Buffer.alloc(10));
    await test.fake.release();
    await test.fake.release();
    expect(test.fake.calls.slice(-2)).toEqual(['write 0 10', 'write 0 20']);
  });

  it('lets CLOSE, FSETSTAT, FSTAT and fsync wait for the writes before them', async () => {
    const test = holding('write', 'finishUpload', 'setUploadAttributes');
    const handle = await test.open('/f', UPLOAD);
    test.send(PacketType.WRITE, 1, handle, 0n, 'x');
    test.send(PacketType.FSETSTAT, 2, handle, 1, 5n);
    test.send(PacketType.FSTAT, 3, handle);
    test.send(PacketType.EXTENDED, 4, 'fsync@openssh.com', handle);
    test.send(PacketType.CLOSE, 5, handle);
    await test.turn();
    expect(test.fake.calls.at(-1)).toBe('write 0 1');
    await test.fake.release();
    expect(test.fake.calls.at(-1)).toBe('setUploadAttributes {"size":5}');
    await test.fake.release();
    await test.turn();
    expect(test.ids()).toEqual([1, 2, 3, 4]);
    expect(test.fake.calls.slice(-2)).toEqual(['sync', 'finishUpload']);
    await test.fake.release();
    await test.turn();
    expect(test.ids()).toEqual([5]);
  });

  it('reports a failed write to every request that was joined, and aborts when CLOSE fails', async () => {
    const test = holding('write', 'finishUpload');
    const handle = await test.open('/f', UPLOAD);
    for (let index = 0; index < 3; index++) test.send(PacketType.WRITE, index, handle, BigInt(index), 'x');
    test.send(PacketType.CLOSE, 3, handle);
    await test.fake.release();
    await test.fake.release(new AppError('no_space'));
    await test.fake.release(new AppError('no_space'));
    await test.turn();
    expect(test.replies.filter(({ type }) => type === PacketType.STATUS).map(({ id, status }) => [id, status])).toEqual([
      [0, 0],
      [1, 4],
      [2, 4],
      [3, 4],
    ]);
    expect(test.fake.calls.at(-1)).toBe('abortUpload error');
  });

  it('refuses a handle after CLOSE was sent, answered or not', async () => {
    const test = holding('finishUpload');
    const handle = await test.open('/f', UPLOAD);
    test.send(PacketType.CLOSE, 1, handle);
    test.send(PacketType.WRITE, 2, handle, 0n, 'late');
    test.send(PacketType.CLOSE, 3, handle);
    await test.fake.release();
    await test.turn();
    expect(test.fake.calls.filter((call) => call.startsWith('write'))).toEqual([]);
    expect(test.ids().sort()).toEqual([1, 2, 3]);
  });

  it('is read through a handle opened for both, and only then', async () => {
    const test = holding();
    const both = await test.open('/f', READ | UPLOAD);
    const writeOnly = await test.open('/g', UPLOAD);
    test.replies.length = 0;
    test.send(PacketType.READ, 1, both, 0n, 10);
    test.send(PacketType.READ, 2, writeOnly, 0n, 10);
    await test.turn();
    expect(test.replies.map(({ type, id, status }) => [type, id, status]).sort()).toEqual([
      [PacketType.STATUS, 2, 3],
      [PacketType.DATA, 1, null],
    ]);
  });
});

describe('a download', () => {
  it('reads side by side and answers in order', async () => {
    const test = holding('read');
    const handle = await test.open('/f', READ);
    for (let index = 0; index < 4; index++) test.send(PacketType.READ, index, handle, BigInt(index), 10);
    test.send(PacketType.FSTAT, 4, handle);
    await test.turn();
    expect(test.fake.held.length).toBe(4);
    for (const held of test.fake.held.splice(0).reverse()) {
      expect(test.ids()).toEqual([]);
      held.release();
      await test.turn();
    }
    expect(test.ids()).toEqual([0, 1, 2, 3, 4]);
  });

  it('finishes when every read before CLOSE is answered', async () => {
    const test = holding('read');
    const handle = await test.open('/f', READ);
    test.send(PacketType.READ, 1, handle, 0n, 10);
    test.send(PacketType.CLOSE, 2, handle);
    await test.turn();
    expect(test.fake.calls).not.toContain('finishDownload');
    await test.fake.release();
    await test.turn();
    expect(test.fake.calls).toContain('finishDownload');
    expect(test.ids()).toEqual([1, 2]);
  });

  it('reads at most 255 KiB at once, and holds at most 4 MiB however much is asked for', async () => {
    const test = holding('read');
    const handle = await test.open('/f', READ);
    for (let index = 0; index < 200; index++) test.send(PacketType.READ, index, handle, BigInt(index), 0xffff_ffff);
    await test.turn();
    expect(test.fake.calls.at(-1)).toMatch(/ 261120$/);
    expect(test.fake.held.length).toBe(Math.floor((4 * 1024 * 1024) / (261_120 + 13)));
    while (test.fake.held.length > 0) await test.fake.release();
    await test.turn();
    expect(test.ids()).toEqual(Array.from({ length: 200 }, (_, index) => index));
  });

  it('starts no read while the client does not take what is there', async () => {
    const test = holding();
    const handle = await test.open('/f', READ);
    test.congested = true;
    test.send(PacketType.READ, 1, handle, 0n, 10);
    await test.turn();
    expect(test.fake.calls.filter((call) => call.startsWith('read'))).toEqual([]);
    expect(test.conversation.wantsInput).toBe(false);
    test.congested = false;
    test.conversation.wireMoved();
    await test.turn();
    expect(test.ids()).toEqual([1]);
  });

  it('answers the end of the file as EOF', async () => {
    const test = holding();
    const handle = await test.open('/f', READ);
    test.replies.length = 0;
    test.send(PacketType.READ, 1, handle, 2_000_000_000n, 10);
    await test.turn();
    expect(test.replies).toEqual([{ type: PacketType.STATUS, id: 1, status: 1 }]);
  });
});

describe('a folder', () => {
  it('is listed in packets that every client takes', async () => {
    const test = holding();
    test.send(PacketType.OPENDIR, 1, '/');
    await test.turn();
    const handle = test.handles[0] as Buffer;
    for (let index = 0; index < 6; index++) test.send(PacketType.READDIR, 10 + index, handle);
    test.send(PacketType.CLOSE, 20, handle);
    await test.turn();
    expect(test.replies.slice(1).map(({ type, status }) => [type, status])).toEqual([
      ...Array.from({ length: 5 }, () => [PacketType.NAME, null]),
      [PacketType.STATUS, 1],
      [PacketType.STATUS, 0],
    ]);
    expect(test.largestReply).toBeLessThan(34_000);
    expect(test.fake.calls.at(-1)).toBe('closeListing');
  });
});

describe('requests that name paths', () => {
  it('are carried out one after another, after every CLOSE sent before them', async () => {
    const test = holding('finishUpload', 'rename');
    const handle = await test.open('/part', UPLOAD);
    test.send(PacketType.CLOSE, 1, handle);
    test.send(PacketType.RENAME, 2, '/part', '/whole');
    test.send(PacketType.STAT, 3, '/whole');
    await test.turn();
    expect(test.fake.calls).not.toContain('rename /part /whole false');
    await test.fake.release();
    expect(test.fake.calls.at(-1)).toBe('rename /part /whole false');
    await test.fake.release();
    await test.turn();
    expect(test.ids()).toEqual([1, 2, 3]);
  });

  it('see what was written before them to the file that they name, and do not wait for what comes later', async () => {
    const test = holding('write');
    const handle = await test.open('/f', UPLOAD);
    test.send(PacketType.WRITE, 1, handle, 0n, 'x');
    test.send(PacketType.STAT, 2, '/f');
    test.send(PacketType.WRITE, 3, handle, 1n, 'y');
    await test.turn();
    expect(test.fake.calls).not.toContain('stat /f');
    await test.fake.release();
    await test.turn();
    expect(test.fake.calls).toContain('stat /f');
    expect(test.fake.held).toHaveLength(1);
    await test.fake.release();
  });

  it('do not hold up open files', async () => {
    const test = holding('mkdir');
    const handle = await test.open('/f', READ);
    test.send(PacketType.MKDIR, 1, '/slow', 0);
    test.send(PacketType.READ, 2, handle, 0n, 10);
    await test.turn();
    expect(test.ids()).toEqual([2]);
  });

  it('refuses links', async () => {
    const test = holding();
    test.replies.length = 0;
    test.send(PacketType.SYMLINK, 1, '/a', '/b');
    test.send(PacketType.READLINK, 2, '/a');
    test.send(PacketType.EXTENDED, 3, 'hardlink@openssh.com', '/a', '/b');
    await test.turn();
    expect(test.replies.map(({ status }) => status)).toEqual([8, 8, 8]);
  });

  it('refuses a wish for another owner than clients see, unless more is wished', async () => {
    const test = holding();
    test.replies.length = 0;
    test.send(PacketType.SETSTAT, 1, '/f', 2, 5, 5);
    test.send(PacketType.SETSTAT, 2, '/f', 2 | 8, 5, 5, 100, 200);
    test.send(PacketType.SETSTAT, 3, '/f', 2, 0, 0);
    await test.turn();
    expect(test.replies.map(({ status }) => status)).toEqual([4, 0, 0]);
    expect(test.fake.calls).toEqual(['setAttributes /f {"atimeMs":100000,"mtimeMs":200000}', 'setAttributes /f {}']);
  });
});

describe('flow', () => {
  it('asks the client to wait above 8 MiB of pending writes and to go on below 4', async () => {
    const test = holding('write');
    const handle = await test.open('/f', UPLOAD);
    let sent = 0;
    while (test.conversation.wantsInput) test.send(PacketType.WRITE, sent++, handle, BigInt(sent * 1_000_000), Buffer.alloc(250_000));
    // Each lies in a buffer of 255 KiB.
    expect(sent).toBe(33);
    const isFull = (): boolean => !test.conversation.wantsInput;
    for (let released = 0; isFull(); released++) {
      expect(released).toBeLessThan(20);
      await test.fake.release();
    }
  });

  it('counts requests without a payload too', async () => {
    const test = holding('read');
    const handle = await test.open('/f', READ);
    let sent = 0;
    while (test.conversation.wantsInput) test.send(PacketType.READ, sent++, handle, 0n, 10);
    expect(sent).toBeLessThan(20_000);
  });

  it('is balanced: nothing is pending once all is answered', async () => {
    const test = holding('write');
    const handle = await test.open('/f', UPLOAD);
    for (let round = 0; round < 3; round++) {
      let sent = 0;
      while (test.conversation.wantsInput) test.send(PacketType.WRITE, sent++, handle, 0n, Buffer.alloc(200_000));
      expect(sent).toBeGreaterThan(30);
      while (test.fake.held.length > 0) await test.fake.release();
    }
  });
});

describe('the end', () => {
  it('abandons what is open when the connection is lost, without waiting for the peer', async () => {
    const test = holding('read');
    test.copies = false;
    const upload = await test.open('/up', UPLOAD);
    const both = await test.open('/both', READ | UPLOAD);
    const download = await test.open('/down', READ);
    test.send(PacketType.OPENDIR, 1, '/');
    await test.turn();
    for (let index = 0; index < 100; index++) test.send(PacketType.READ, index, download, 0n, 200_000);
    test.send(PacketType.READ, 200, both, 0n, 10);
    test.send(PacketType.WRITE, 201, upload, 0n, 'x');
    await test.turn();
    const ended = test.conversation.abandon('connection_lost');
    while (test.fake.held.length > 0) await test.fake.release();
    await ended;
    expect(test.fake.calls.filter((call) => /^(abort|closeListing|finish)/.test(call)).sort()).toEqual([
      'abortDownload connection_lost',
      'abortUpload connection_lost',
      'abortUpload connection_lost',
      'closeListing',
    ]);
  });

  it('drops any number of reads that wait, however deep', async () => {
    const test = holding('read');
    const handle = await test.open('/f', READ);
    for (let index = 0; index < 15_000; index++) test.send(PacketType.READ, index, handle, 0n, 200_000);
    const ended = test.conversation.abandon('connection_lost');
    while (test.fake.held.length > 0) await test.fake.release();
    await ended;
    expect(test.fake.calls.filter((call) => call.startsWith('read')).length).toBeLessThan(20);
    expect(test.fake.calls.at(-1)).toBe('abortDownload connection_lost');
  });

  it('carries out a CLOSE that had come before the connection was lost', async () => {
    const test = holding('write');
    const handle = await test.open('/f', UPLOAD);
    test.send(PacketType.WRITE, 1, handle, 0n, 'x');
    test.send(PacketType.WRITE, 2, handle, 9n, 'y');
    test.send(PacketType.CLOSE, 3, handle);
    const ended = test.conversation.abandon('connection_lost');
    await test.fake.release();
    await test.fake.release();
    await ended;
    expect(test.fake.calls.slice(-2)).toEqual(['write 9 1', 'finishUpload']);
  });

  it('abandons a file that was still being opened', async () => {
    const test = holding('openWrite');
    test.send(PacketType.OPEN, 1, '/f', UPLOAD, 0);
    const ended = test.conversation.abandon('connection_lost');
    await test.fake.release();
    await ended;
    expect(test.fake.calls.at(-1)).toBe('abortUpload connection_lost');
  });

  it('answers everything before it takes the client’s end of input as the end', async () => {
    const test = holding('write');
    const handle = await test.open('/f', UPLOAD);
    await test.open('/left-open', UPLOAD);
    test.send(PacketType.WRITE, 1, handle, 0n, 'x');
    test.send(PacketType.CLOSE, 2, handle);
    const ended = test.conversation.finish();
    await test.fake.release();
    await ended;
    await test.turn();
    expect(test.ids()).toEqual([1, 2]);
    expect(test.fake.calls.slice(-2)).toEqual(['finishUpload', 'abortUpload disconnected']);
  });

  it('opens nothing new while the server stops', async () => {
    const test = holding();
    const handle = await test.open('/f', UPLOAD);
    test.stopping = true;
    test.replies.length = 0;
    test.send(PacketType.OPEN, 1, '/g', UPLOAD, 0);
    test.send(PacketType.WRITE, 2, handle, 0n, 'x');
    await test.turn();
    expect(test.replies.map(({ id, status }) => [id, status]).sort()).toEqual([
      [1, 4],
      [2, 0],
    ]);
  });
});

describe('a client that does not keep to the protocol', () => {
  it('ends the stream for a request before INIT, and for a second INIT', () => {
    const test = holding();
    expect(() => test.send(PacketType.INIT, 3)).toThrow(MalformedPacket);
  });

  it('cannot open more handles than announced', async () => {
    const test = holding();
    for (let index = 0; index < 520; index++) test.send(PacketType.OPEN, index, '/f', READ, 0);
    await test.turn();
    await test.turn();
    expect(test.handles.length).toBe(512);
    expect(test.replies.filter(({ status }) => status === 4)).toHaveLength(8);
    test.send(PacketType.CLOSE, 600, test.handles[3] as Buffer);
    test.send(PacketType.OPEN, 601, '/f', READ, 0);
    await test.turn();
    expect(test.handles.length).toBe(513);
  });

  it('gets a status for handles that never were', async () => {
    const test = holding();
    test.replies.length = 0;
    for (const [index, handle] of ['', 'abcd', 'a handle from elsewhere'].entries()) {
      test.send(PacketType.READ, index, handle, 0n, 1);
      test.send(PacketType.CLOSE, 10 + index, handle);
      test.send(PacketType.EXTENDED, 20 + index, 'fsync@openssh.com', handle);
    }
    await test.turn();
    expect(test.replies.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 4));
  });
});
