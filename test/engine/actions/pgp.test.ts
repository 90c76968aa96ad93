import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey } from 'openpgp';
import { beforeAll, expect, onTestFinished, test } from 'vitest';

import { run } from '../../helpers/run.ts';
import { names } from '../../helpers/vfs.ts';
import { type FileActionTest, startFileActions } from './file-action.ts';

type KeyPair = { readonly publicKey: string; readonly privateKey: string };
const PASSPHRASE = 'key to the key';
let alice: KeyPair;
let stranger: KeyPair;

beforeAll(async () => {
  [alice, stranger] = await Promise.all([
    generateKey({ userIDs: { name: 'Alice' }, passphrase: PASSPHRASE, format: 'armored' }),
    generateKey({ userIDs: { name: 'Stranger' }, format: 'armored' }),
  ]);
});

type Gpg = (...args: string[]) => Promise<{ code: number | null; stdout: string; stderr: string }>;

/** GnuPG with a home of its own that knows the keys. Its socket needs a short path. */
async function startGpg(...keys: readonly string[]): Promise<Gpg> {
  const home = mkdtempSync(join(tmpdir(), 'gpg-'));
  onTestFinished(async () => {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']);
    rmSync(home, { recursive: true, force: true });
  });
  const options = ['--homedir', home, '--batch', '--yes', '--pinentry-mode', 'loopback', '--trust-model', 'always', '--quiet'];
  for (const key of keys) {
    const imported = await run('gpg', [...options, '--passphrase', PASSPHRASE, '--import'], { input: key });
    expect(imported.code, imported.stderr).toBe(0);
  }
  return (...args) => run('gpg', [...options, ...args]);
}

const CONTENT = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 7919 * (i % 251)) & 255));
const pair = (source: string, target: string) => ({ pairs: [{ source, target }] });
const said = (text: string): string => expect.stringContaining(text) as string;

async function withContent(): Promise<FileActionTest> {
  const engine = await startFileActions();
  engine.place({ '/a.bin': CONTENT, '/empty': '' });
  return engine;
}

test.each([
  ['keys', true],
  ['keys', false],
  ['a password', true],
  ['a password', false],
])('encrypt with PGP for %s, armoured %s: GnuPG reads it', async (recipients, armor) => {
  const engine = await withContent();
  const gpg = await startGpg(alice.privateKey);
  const secret = recipients === 'keys' ? { publicKeys: `${stranger.publicKey}\n${alice.publicKey}` } : { password: 'pass word ü' };
  expect(await engine.act('pgp-encrypt', { ...pair('/a.bin', '/out/a.pgp'), ...secret, armor })).toMatchObject({
    state: 'done',
    detail: { done: [{ source: '/a.bin', target: '/out/a.pgp' }] },
  });
  expect(engine.read('/out/a.pgp').toString('latin1').startsWith('-----BEGIN PGP MESSAGE-----')).toBe(armor);
  const passphrase = recipients === 'keys' ? PASSPHRASE : 'pass word ü';
  const read = await gpg('--passphrase', passphrase, '--output', engine.real('/plain'), '--decrypt', engine.real('/out/a.pgp'));
  expect(read.code, read.stderr).toBe(0);
  expect(engine.read('/plain').equals(CONTENT)).toBe(true);
});

test('encrypt with PGP signs where it is told to, and GnuPG knows the signer', async () => {
  const engine = await withContent();
  const gpg = await startGpg(alice.privateKey, stranger.publicKey);
  const config = { ...pair('/a.bin', '/a.pgp'), publicKeys: alice.publicKey, signingKey: stranger.privateKey };
  expect((await engine.act('pgp-encrypt', config)).error).toBeNull();
  const read = await gpg(
    '--status-fd',
    '1',
    '--passphrase',
    PASSPHRASE,
    '--output',
    engine.real('/plain'),
    '--decrypt',
    engine.real('/a.pgp'),
  );
  expect(read.stdout).toContain('GOODSIG');
});

test.each([
  ['keys', ['--armor']],
  ['keys', []],
  ['keys', ['--compress-algo', 'bzip2']],
  ['keys', ['--compress-algo', 'none']],
  ['a password', ['--armor']],
  ['a password', []],
])('decrypt with PGP reads what GnuPG encrypted for %s %j', async (recipients, options) => {
  const engine = await withContent();
  const gpg = await startGpg(alice.publicKey);
  const how = recipients === 'keys' ? ['--recipient', 'Alice', '--encrypt'] : ['--passphrase', 'pass', '--symmetric'];
  const written = await gpg(...options, '--output', engine.real('/a.gpg'), ...how, engine.real('/a.bin'));
  expect(written.code, written.stderr).toBe(0);
  const secret = recipients === 'keys' ? { privateKey: alice.privateKey, passphrase: PASSPHRASE } : { password: 'pass' };
  expect((await engine.act('pgp-decrypt', { ...pair('/a.gpg', '/plain'), ...secret })).error).toBeNull();
  expect(engine.read('/plain').equals(CONTENT)).toBe(true);
});

test('decrypt with PGP names the signer that it asked for; secrets stand nowhere in the trace', async () => {
  const engine = await withContent();
  const gpg = await startGpg(alice.publicKey, stranger.privateKey);
  await gpg(
    '--output',
    engine.real('/a.gpg'),
    '--recipient',
    'Alice',
    '--local-user',
    'Stranger',
    '--sign',
    '--encrypt',
    engine.real('/a.bin'),
  );
  const step = await engine.act('pgp-decrypt', {
    ...pair('/a.gpg', '/plain'),
    privateKey: alice.privateKey,
    passphrase: PASSPHRASE,
    signers: stranger.publicKey,
  });
  expect(step).toMatchObject({ state: 'done', detail: { done: [{ signedBy: [expect.stringMatching(/^[0-9A-F]{16}$/)] }] } });
  expect(JSON.stringify(step)).not.toContain(PASSPHRASE);
  expect(JSON.stringify(step)).not.toContain('BEGIN PGP PRIVATE');
});

const place = (files: Record<string, string | Uint8Array>) => (_gpg: Gpg, engine: FileActionTest) => {
  engine.place(files);
  return Promise.resolve();
};

test.each<[string, (gpg: Gpg, engine: FileActionTest) => Promise<unknown>, Record<string, string>, string]>([
  [
    'a wrong password',
    (gpg, e) => gpg('--passphrase', 'other', '-o', e.real('/x'), '-c', e.real('/a.bin')),
    {},
    'the password does not fit',
  ],
  [
    'a message for another key',
    (gpg, e) => gpg('-o', e.real('/x'), '-r', 'Stranger', '-e', e.real('/a.bin')),
    {},
    'Neither password nor key fits',
  ],
  [
    'a missing signature',
    (gpg, e) => gpg('-o', e.real('/x'), '-r', 'Alice', '-e', e.real('/a.bin')),
    { signers: 'stranger' },
    'It is not signed',
  ],
  [
    "somebody else's signature",
    (gpg, e) => gpg('-o', e.real('/x'), '-r', 'Alice', '-u', 'Stranger', '-s', '-e', e.real('/a.bin')),
    { signers: 'alice' },
    'Its signature is not good',
  ],
  [
    'changed bytes',
    async (gpg, e) => {
      await gpg('-o', e.real('/x'), '-r', 'Alice', '-e', e.real('/a.bin'));
      const bytes = e.read('/x');
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 5000) ^ 1, bytes.length - 5000);
      e.place({ '/x': bytes });
    },
    {},
    '',
  ],
  [
    'a cut end',
    async (gpg, e) => {
      await gpg('-o', e.real('/x'), '-r', 'Alice', '-e', e.real('/a.bin'));
      e.place({ '/x': e.read('/x').subarray(0, -3000) });
    },
    {},
    '',
  ],
  ['no message', place({ '/x': 'just text' }), {}, 'It is no whole PGP message'],
  ['bytes that are none', place({ '/x': Buffer.alloc(5000, 0xff) }), {}, 'could not be decrypted: It'],
  ['an empty file', place({ '/x': '' }), {}, 'It is empty'],
])('decrypt with PGP refuses %s and leaves no plaintext', async (_what, prepare, config, error) => {
  const engine = await withContent();
  const gpg = await startGpg(alice.publicKey, stranger.privateKey);
  await prepare(gpg, engine);
  const before = await names(engine.session, '/');
  const signers = { alice: alice.publicKey, stranger: stranger.publicKey }[config['signers'] ?? ''] ?? '';
  const keys = { privateKey: alice.privateKey, passphrase: PASSPHRASE, password: 'a word', signers };
  expect(await engine.act('pgp-decrypt', { ...pair('/x', '/plain'), ...keys })).toMatchObject({
    state: 'failed',
    error: said(error === '' ? '/x could not be decrypted' : error),
  });
  expect(await names(engine.session, '/')).toEqual(before);
  expect(before).not.toContain('plain');
});

test.each([
  ['detached', true],
  ['detached', false],
  ['message', true],
  ['message', false],
])('sign with PGP, %s, armoured %s: GnuPG finds it good', async (form, armor) => {
  const engine = await withContent();
  const gpg = await startGpg(alice.publicKey);
  const config = { ...pair('/a.bin', '/a.sig'), privateKey: alice.privateKey, passphrase: PASSPHRASE, form, armor };
  expect((await engine.act('pgp-sign', config)).error).toBeNull();
  const original = form === 'detached' ? [engine.real('/a.bin')] : [];
  expect((await gpg('--status-fd', '1', '--verify', engine.real('/a.sig'), ...original)).stdout).toContain('GOODSIG');
});

test.each([
  ['--detach-sign', []],
  ['--detach-sign', ['--armor']],
  ['--sign', []],
  ['--sign', ['--armor']],
])('verify with PGP finds what GnuPG signed good: %s %j', async (how, options) => {
  const engine = await withContent();
  const gpg = await startGpg(stranger.privateKey);
  await gpg(...options, '--output', engine.real('/a.sig'), how, engine.real('/a.bin'));
  const file = how === '--sign' ? { source: '/a.sig', target: '/content' } : { source: '/a.bin', signature: '/a.sig' };
  const step = await engine.act('pgp-verify', { files: [file], signers: `${alice.publicKey}${stranger.publicKey}` });
  expect(step).toMatchObject({ state: 'done', detail: { done: [{ signedBy: [expect.stringMatching(/^[0-9A-F]{16}$/)] }] } });
  if (how === '--sign') expect(engine.read('/content').equals(CONTENT)).toBe(true);
});

test.each<[string, string, (engine: FileActionTest) => void, string]>([
  ['a changed original', 'detached', (e) => e.place({ '/a.bin': 'other' }), 'Its signature is not good'],
  ['a missing signature', 'detached', (e) => rmSync(e.real('/a.sig')), 'Nothing is there'],
  ['a signature that is none', 'detached', (e) => e.place({ '/a.sig': 'good, believe me' }), 'The signature cannot be read'],
  ['a cut message', 'message', (e) => e.place({ '/a.sig': e.read('/a.sig').subarray(0, 300_000) }), 'could not be verified'],
  ['an unsigned file as a message', 'message', (e) => e.place({ '/a.sig': CONTENT }), 'could not be verified'],
])('verify with PGP refuses %s and writes nothing', async (_what, form, spoil, error) => {
  const engine = await withContent();
  await engine.act('pgp-sign', { ...pair('/a.bin', '/a.sig'), privateKey: stranger.privateKey, form });
  spoil(engine);
  const before = await names(engine.session, '/');
  const file =
    form === 'message' ? { source: '/a.sig', target: '/content' } : { source: '/a.bin', signature: '/a.sig', target: '/content' };
  expect(await engine.act('pgp-verify', { files: [file], signers: stranger.publicKey })).toMatchObject({
    state: 'failed',
    error: said(error),
  });
  expect(await names(engine.session, '/')).toEqual(before);
});

test('verify with PGP refuses the good signature of somebody who was not asked for', async () => {
  const engine = await withContent();
  await engine.act('pgp-sign', { ...pair('/a.bin', '/a.sig'), privateKey: stranger.privateKey });
  const files = [{ source: '/a.bin', signature: '/a.sig' }];
  expect(await engine.act('pgp-verify', { files, signers: alice.publicKey })).toMatchObject({
    state: 'failed',
    error: said('/a.bin could not be verified: Its signature is not good'),
  });
});

test('PGP takes empty files, and a file may be replaced by its encrypted form', async () => {
  const engine = await withContent();
  expect((await engine.act('pgp-encrypt', { ...pair('/empty', '/empty'), password: 'p' })).error).toBeNull();
  expect(engine.read('/empty').length).toBeGreaterThan(0);
  expect((await engine.act('pgp-decrypt', { ...pair('/empty', '/empty'), password: 'p' })).error).toBeNull();
  expect(engine.read('/empty').length).toBe(0);
});

test.each([
  ['pgp-encrypt', {}, 'Choose a receiver or enter a password.'],
  ['pgp-decrypt', {}, 'Choose a key or enter a password.'],
  ['pgp-sign', {}, 'Choose the key to sign with.'],
])('%s without a key is refused when it is saved', async (action, config, error) => {
  const { act } = await startFileActions();
  await expect(act(action, { ...pair('/a', '/b'), ...config })).rejects.toThrow(error);
});

test.each([
  ['pgp-encrypt', () => ({ publicKeys: 'my key' }), 'The public key is not in armoured form'],
  ['pgp-encrypt', () => ({ publicKeys: alice.publicKey.replace(/\n\n.{8}/, '\n\nAAAAAAAA') }), 'A public key cannot be read'],
  ['pgp-sign', () => ({ privateKey: alice.privateKey, passphrase: 'wrong' }), 'The passphrase does not open the private key'],
  ['pgp-sign', () => ({ privateKey: alice.publicKey }), 'The private key cannot be read'],
])('%s says which key is no good', async (action, config, error) => {
  const { act } = await withContent();
  expect(await act(action, { ...pair('/a.bin', '/b'), ...config() })).toMatchObject({ state: 'failed', error: said(error) });
});
