import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Input } from '../../../engine/contract/rpc.ts';
import { type Client, curl, openSshSftp } from '../../helpers/clients.ts';
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { clientKeys } from '../../helpers/ssh-keys.ts';

/** Real clients at the door of accounts with conditions. */

let engine: TestEngine;
let clients: Record<'SFTP' | 'FTP' | 'FTPS', Client>;
let local: string;

beforeEach(async () => {
  engine = await startTestEngine();
  const who = { username: 'acme', password: 'correct horse' };
  clients = {
    SFTP: openSshSftp({ ...who, port: engine.sftp ?? 0 }),
    FTP: curl('ftp', { ...who, port: engine.ftp ?? 0 }),
    FTPS: curl('ftps-explicit', { ...who, port: engine.ftp ?? 0 }),
  };
  local = join(temporaryFolder(), 'a.txt');
  writeFileSync(local, 'hello');
});

type Account = Omit<Input<'accounts.save'>, 'username'>;

/** Saves the account, and tells which protocols let it in. */
async function welcomed(account: Account): Promise<string[]> {
  await engine.call('accounts.save', { username: 'acme', password: 'correct horse', ...account });
  const results = await Promise.all(
    Object.entries(clients).map(async ([name, client]) => ({ name, ...(await client.put(local, `/${name}.txt`)) })),
  );
  return results.filter(({ code }) => code === 0).map(({ name }) => name);
}

async function reasons(): Promise<string[]> {
  const { events } = await engine.call('events.search', { type: 'LOGIN_FAILED' });
  return [...new Set(events.map(({ protocol, info }) => `${protocol ?? ''}: ${JSON.stringify(info['reason'])}`))].sort();
}

describe('who is let in', () => {
  test('an account without conditions, over everything', async () => {
    expect(await welcomed({})).toEqual(['SFTP', 'FTP', 'FTPS']);
  });

  test('not an expired one', async () => {
    expect(await welcomed({ expiresAt: new Date(Date.now() - 1000).toISOString() })).toEqual([]);
    expect(await reasons()).toEqual([
      'FTP: "the account has expired"',
      'FTPS: "the account has expired"',
      'SFTP: "the account has expired"',
    ]);
    expect(await welcomed({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() })).toHaveLength(3);
  });

  test('only from the listed addresses', async () => {
    expect(await welcomed({ signIn: { addresses: ['192.0.2.0/24'] } })).toEqual([]);
    expect(await welcomed({ signIn: { addresses: ['192.0.2.0/24', '127.0.0.0/8'] } })).toHaveLength(3);
  });

  test('not in the clear where encryption is required; the client is told no more than of a wrong password', async () => {
    expect(await welcomed({ signIn: { requireEncryption: true } })).toEqual(['SFTP', 'FTPS']);
    expect(await reasons()).toEqual(['FTP: "this account may not sign in without encryption"']);
    const refused = await clients.FTP.put(local, '/a.txt');
    await engine.call('accounts.save', { username: 'acme', password: 'another password', signIn: {} });
    expect((await clients.FTP.put(local, '/a.txt')).stderr).toBe(refused.stderr);
  });

  test('only over the listed protocols', async () => {
    expect(await welcomed({ signIn: { protocols: ['FTPS'] } })).toEqual(['FTPS']);
  });

  test('not by password alone where a key is required, but with the key', async () => {
    const { private: privateKey, public: publicKey } = clientKeys();
    expect(await welcomed({ publicKeys: [{ key: publicKey }], signIn: { requireKey: true } })).toEqual([]);
    const client = new ssh2.Client();
    const signedIn = new Promise<void>((resolve, reject) => client.on('ready', resolve).on('error', reject));
    client.connect({ host: '127.0.0.1', port: engine.sftp ?? 0, username: 'acme', privateKey });
    await signedIn;
    client.end();
  });
});

test('a session that its account no longer allows ends at once', async () => {
  await engine.call('accounts.save', { username: 'acme', password: 'correct horse' });
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => client.on('close', () => resolve()));
  client.connect({ host: '127.0.0.1', port: engine.sftp ?? 0, username: 'acme', password: 'correct horse' });
  await eventually(async () => expect((await engine.call('server.status')).sessions).toHaveLength(1));
  await engine.call('accounts.save', { username: 'acme', notes: 'nothing that matters at the door' });
  expect((await engine.call('server.status')).sessions).toHaveLength(1);
  await engine.call('accounts.save', { username: 'acme', signIn: { protocols: ['FTPS'] } });
  await ended;
  const { events } = await engine.call('events.search', { type: 'USER_LOGOUT' });
  expect(events.map(({ info }) => info['reason'])).toEqual(['SFTP is not allowed for this account']);
});
