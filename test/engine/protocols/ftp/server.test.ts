import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../../helpers/eventually.ts';
import { PASSWORD, startFtp } from './ftp-server.ts';
import { RawClient } from './raw-client.ts';

describe('the FTP server', () => {
  it('says why it cannot listen', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startFtp({ port })).rejects.toMatchObject({ code: 'port_in_use' });
    other.close();
    await expect(startFtp({ host: '192.0.2.200' })).rejects.toMatchObject({ code: 'address_unavailable' });
  });

  it('stops: idle clients at once, transfers when they end', async () => {
    const test = await startFtp();
    const idle = await RawClient.signedIn(test);
    const busy = await RawClient.signedIn(test);
    const data = await busy.data();
    await busy.command('STOR file');
    const stopped = test.stop(5000);
    expect(await idle.reply()).toMatch(/^421 /);
    await idle.untilEnded();
    data.end('in time');
    expect(await busy.reply()).toMatch(/^226 /);
    expect(await busy.reply()).toMatch(/^421 /);
    await stopped;
    expect((await test.recorded('OBJECT_INSERT')).map((event) => event.path)).toEqual(['/file']);
    await expect(RawClient.connect(test.port)).rejects.toThrow();
  });

  it('stops: transfers that outlast the grace are aborted and recorded as such', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.data();
    await client.command('STOR file');
    await test.stop(100);
    expect(await test.recorded('TRANSFER_FAILED')).toMatchObject([{ path: '/file', info: { reason: 'the server was stopping' } }]);
    expect(await test.recorded('USER_LOGOUT')).toHaveLength(1);
  });

  it('leaves nothing of a client that goes while it signs in', async () => {
    let release: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (release = resolve));
    const test = await startFtp({
      wrap: (session) => session,
      signIn: async () => {
        await waiting;
        return test.account('partner');
      },
    });
    const client = await RawClient.connect(test.port);
    await client.command('USER partner');
    client.send('PASS x\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
    await eventually(async () => expect(await test.recorded('USER_LOGOUT')).toHaveLength(1));
    expect(test.vfs.sessions()).toEqual([]);
  });
});

it('does not read on from a client that never reads its replies, serves others meanwhile, and forgets it when it goes', async () => {
  const test = await startFtp();
  const deaf = connect({ port: test.port, host: '127.0.0.1' });
  onTestFinished(() => void deaf.destroy());
  deaf.on('error', () => undefined);
  deaf.pause();
  deaf.write(`USER partner\r\nPASS ${PASSWORD}\r\n`);
  // Commands and replies are both more than what the system keeps on the way.
  const commands = Buffer.from(`FEAT ${'x'.repeat(900)}\r\n`.repeat(64));
  const most = 768;
  let taken = 0;
  const write = (): void => {
    deaf.write(commands, () => {
      taken++;
      if (taken < most) write();
    });
  };
  write();
  const other = await RawClient.signedIn(test);
  for (let before = -1; before !== taken; ) {
    before = taken;
    for (let look = 0; look < 20; look++) expect(await other.command('NOOP')).toMatch(/^200/);
  }
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(most);
  deaf.destroy();
  await eventually(async () => expect(await test.recorded('USER_LOGOUT')).toHaveLength(1));
  expect(await other.command('NOOP')).toMatch(/^200/);
});
