import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, curl, lftp, openSshPassword, openSshSftp, type Target } from '../../../helpers/clients.ts';
import { startTestEngine } from '../../../helpers/engine.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { ftplib } from '../../../helpers/python-clients.ts';
import { RawClient } from '../ftp/raw-client.ts';

type Way = {
  readonly protocol: 'sftp' | 'ftp';
  readonly client: (target: Target) => Client;
  /** Others that have to do with content. */
  readonly more: readonly ((target: Target) => Client)[];
  /** A client that signs in, makes a folder, waits for a line of input, tries something else and leaves with its outcome. */
  readonly waiting: (target: Target) => ChildProcess;
};

const WAYS: readonly Way[] = [
  {
    protocol: 'sftp',
    client: openSshSftp,
    more: [],
    waiting({ port, username, password }) {
      const { env, options } = openSshPassword(password);
      const child = spawn('sftp', [...options, '-o', 'BatchMode=no', '-P', String(port), '-b', '-', `${username}@127.0.0.1`], {
        env: { ...process.env, ...env },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      child.stdin.write('mkdir here\n');
      return child;
    },
  },
  {
    protocol: 'ftp',
    client: (target) => lftp('ftp', target),
    more: [(target) => curl('ftps-explicit', target), (target) => ftplib(null, target)],
    waiting({ port, username, password }) {
      const script = `import ftplib; c = ftplib.FTP(); c.connect("127.0.0.1", ${port}); c.login("${username}", "${password}"); c.mkd("here"); input(); c.nlst()`;
      return spawn('/usr/bin/python3', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] });
    },
  },
];

/** One engine for all: an account per case. */
async function setUp(protocol: 'sftp' | 'ftp', make: (target: Target) => Client) {
  let ahead = 0;
  const test = await startTestEngine({ clock: { now: () => Date.now() + ahead } });
  const folder = temporaryFolder();
  const local = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const target = (username: string): Target => ({ port: test[protocol] ?? 0, username, password: 'correct horse' });
  const as = async (username: string, settings: object = {}): Promise<Client> => {
    await test.call('accounts.save', { username, password: 'correct horse', ...settings });
    return make(target(username));
  };
  const later = (ms: number): void => void (ahead += ms);
  const failures = async (username: string, type: 'LOGIN_FAILED' | 'TRANSFER_FAILED'): Promise<unknown[]> => {
    const { events } = await test.call('events.search', { type, after: 0 });
    return events.filter((event) => event._user?._generated_displayname === username).map((event) => event.info['reason']);
  };
  return { test, local, target, as, later, failures, down: join(folder, 'down') };
}

describe.each(WAYS)('over $protocol', ({ protocol, client: make, more, waiting }) => {
  it('groups, mounts, patterns and limits hold for real clients, and each refusal stands in the log', async () => {
    const { test, local, as, failures, down } = await setUp(protocol, make);
    await test.call('folders.save', { name: 'shared', path: 'shared', quotaBytes: 8 });
    await test.call('groups.save', {
      name: 'customers',
      settings: { folders: [{ path: '/shared', folder: 'shared' }], patterns: [{ path: '/', denied: ['*.exe'] }], startDirectory: '/in' },
    });
    const member = await as('member', { groups: [{ name: 'customers', type: 'primary' }] });
    expect((await member.put(local('up', '123456'), '/shared/a.txt')).code).toBe(0);
    expect(readFileSync(join(test.dataFolder, 'exchange', 'shared', 'a.txt'), 'utf8')).toBe('123456');
    expect((await member.list('/')).stdout).toContain('shared');
    expect(existsSync(test.home('member', 'in'))).toBe(true);
    const other = await as('other', { folders: [{ path: '/from/them', folder: 'shared' }] });
    expect((await other.get('/from/them/a.txt', down)).code).toBe(0);
    expect(readFileSync(down, 'utf8')).toBe('123456');

    expect((await member.put(local('up', '123456'), '/virus.EXE')).code).not.toBe(0);
    expect(existsSync(test.home('member', 'virus.EXE'))).toBe(false);
    expect((await member.put(local('up', '123456'), '/shared/b.txt')).code).not.toBe(0);
    await eventually(async () =>
      expect(await failures('member', 'TRANSFER_FAILED')).toEqual([expect.stringMatching(/shared folder is full/)]),
    );

    const small = await as('small', { limits: { largestUploadBytes: 3, transferDownloadBytes: 4 } });
    expect((await small.put(local('up', '1234'), '/large')).code).not.toBe(0);
    expect((await small.put(local('up', '123'), '/fits')).code).toBe(0);
    expect((await small.get('/fits', down)).code).toBe(0);
    expect((await small.get('/fits', down)).code).not.toBe(0);
    await eventually(async () =>
      expect(await failures('small', 'TRANSFER_FAILED')).toEqual([
        expect.stringMatching(/3 bytes at most/),
        expect.stringMatching(/bytes to download is reached/),
      ]),
    );

    const full: [string, object, RegExp][] = [
      ['files', { quotaFiles: 1 }, /storage is full/],
      ['bytes', { quotaBytes: 5 }, /storage is full/],
      ['up', { limits: { transferUploadBytes: 5 } }, /bytes to upload is reached/],
      ['total', { limits: { transferTotalBytes: 5 } }, /is reached/],
    ];
    for (const [username, settings, reason] of full) {
      const client = await as(username, settings);
      expect((await client.put(local('up', '123'), '/first')).code, username).toBe(0);
      expect((await client.put(local('up', '123'), '/second')).code, username).not.toBe(0);
      expect(existsSync(test.home(username, 'second')), username).toBe(false);
      await eventually(async () => expect(await failures(username, 'TRANSFER_FAILED')).toEqual([expect.stringMatching(reason)]));
    }

    const single = await as('single', { limits: { sessions: 1 } });
    const holder = await RawClient.connect(test.ftp ?? 0);
    await holder.command('USER single');
    expect(await holder.command('PASS correct horse')).toMatch(/^230/);
    expect((await single.list('/')).code).not.toBe(0);
    expect((await failures('single', 'LOGIN_FAILED'))[0]).toMatch(/as many sessions as it may have/);
    holder.destroy();
  });

  it('files move no faster than the account may, both ways', async () => {
    const { test, local, target, as, down } = await setUp(protocol, make);
    const rate = 400_000;
    const bytes = 250_000;
    await as('slow', { limits: { uploadBytesPerSecond: rate, downloadBytesPerSecond: rate } });
    const clients = [make, ...more].map((makeOne) => makeOne(target('slow')));
    for (const client of clients) {
      expect((await client.put(local('up', 'x'.repeat(bytes)), '/file')).code).toBe(0);
      expect((await client.get('/file', down)).code).toBe(0);
      expect(readFileSync(down).length).toBe(bytes);
    }
    // A quarter of a second's worth goes at once, and the last slice may be owed. As the transfers themselves lasted, without the sign-in.
    const least = ((bytes - rate / 4 - 16_384) / rate) * 1000;
    await eventually(async () => {
      const { events } = await test.call('events.search', { type: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'ASSET_DOWNLOAD'], after: 0 });
      const moved = events.filter((event) => event.bytes === bytes);
      expect(moved).toHaveLength(2 * clients.length);
      for (const { type, duration_ms } of moved) expect(duration_ms, type).toBeGreaterThanOrEqual(Math.floor(least));
    });
  });

  it('a session in which nothing is done ends after the minutes that the account has', async () => {
    const { test, target, as, later } = await setUp(protocol, make);
    await as('idle', { limits: { idleMinutes: 5 } });
    const client = waiting(target('idle'));
    onTestFinished(() => void client.kill('SIGKILL'));
    const left = once(client, 'exit');
    await eventually(async () => {
      const { events } = await test.call('events.search', { type: 'OBJECT_INSERT', objecttype: 'directory' });
      expect(events).toHaveLength(1);
    });
    const looked = async (): Promise<number> => {
      // Each change of an account has the open sessions looked at, as every minute has.
      await as('other');
      return (await test.call('server.status')).sessions.length;
    };
    later(4 * 60_000);
    expect(await looked()).toBe(1);
    later(2 * 60_000);
    await eventually(async () => expect(await looked()).toBe(0));
    client.stdin?.end('ls\n');
    expect((await left)[0]).not.toBe(0);
    const { events } = await test.call('events.search', { type: 'USER_LOGOUT' });
    expect(events.map((event) => event.info['reason'])).toEqual([expect.stringMatching(/nothing was done for 5 minutes/)]);
  });

  it('an address has no more sessions than it may, whatever the account', async () => {
    const { test, as, failures } = await setUp(protocol, make);
    await test.call('settings.save', { server: { sessionsPerAddress: 1 } });
    await as('first');
    const second = await as('second');
    const holder = await RawClient.connect(test.ftp ?? 0);
    await holder.command('USER first');
    expect(await holder.command('PASS correct horse')).toMatch(/^230/);
    expect((await second.list('/')).code).not.toBe(0);
    expect((await failures('second', 'LOGIN_FAILED'))[0]).toMatch(/address has as many sessions as it may have/);
    holder.destroy();
    await eventually(async () => expect((await second.list('/')).code).toBe(0));
  });

  it('nobody comes in outside the hours, from a denied address, by a denied method or protocol, with an old password, or after its end', async () => {
    const { local, as, failures } = await setUp(protocol, make);
    const refused: [string, object, RegExp][] = [
      ['closed', { limits: { hours: [{ weekdays: [], from: '00:00', to: '00:00' }] } }, /not be signed in at this time/],
      ['denied', { signIn: { addresses: ['127.0.0.0/8'], deniedAddresses: ['127.0.0.1'] } }, /address is not allowed/],
      ['keyed', { signIn: { deniedMethods: ['password', 'keyboard-interactive'] } }, /by (password|questions and answers) is not allowed/],
      ['stale', { passwordMustChange: true }, /has to be changed/],
      ['ended', { expiresAt: '2020-01-01T00:00:00Z' }, /has expired/],
      ['off', { enabled: false }, /disabled/],
      ['elsewhere', { signIn: { protocols: [protocol === 'sftp' ? 'FTPS' : 'SFTP'] } }, /FTP is not allowed for this account/],
    ];
    for (const [username, settings, reason] of refused) {
      const client = await as(username, settings);
      expect((await client.put(local('up', '1'), '/f')).code, username).not.toBe(0);
      const [first] = await failures(username, 'LOGIN_FAILED');
      expect(first, username).toMatch(reason);
    }
  });
});

it('anonymous visitors list and download over FTP with any password, and over SFTP not at all', async () => {
  const test = await startTestEngine();
  await test.call('accounts.save', { username: 'anonymous', signIn: { anonymous: true } });
  writeFileSync(test.home('anonymous', 'news.txt'), 'new');
  const folder = temporaryFolder();
  const visitor = curl('ftp', { port: test.ftp ?? 0, username: 'anonymous', password: 'guest@example.org' });
  expect((await visitor.get('/news.txt', join(folder, 'down'))).code).toBe(0);
  expect((await visitor.put(join(folder, 'down'), '/up.txt')).code).not.toBe(0);
  expect((await openSshSftp({ port: test.sftp ?? 0, username: 'anonymous', password: 'x' }).list('/')).code).not.toBe(0);
  const { events } = await test.call('events.search', { type: 'LOGIN_FAILED' });
  expect(events[0]?.info['reason']).toBe('anonymous visitors come over FTP only');
});
