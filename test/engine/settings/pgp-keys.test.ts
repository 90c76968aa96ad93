import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey, readPrivateKey, revokeKey } from 'openpgp';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { BY, ruleInput } from '../../helpers/rules.ts';
import { run } from '../../helpers/run.ts';
import { type FileActionTest, startFileActions } from '../actions/file-action.ts';

const PASSPHRASE = 'key to the key';
const CONTENT = 'what only the receiver may read';
const DAY_MS = 86_400_000;
const pair = (source: string, target: string) => ({ pairs: [{ source, target }] });
const said = (text: string): string => expect.stringContaining(text) as string;

type Gpg = (...args: string[]) => Promise<string>;

/** GnuPG with a key pair of the bank, made by itself. Its socket needs a short path. */
async function startGpg(): Promise<Gpg> {
  const home = mkdtempSync(join(tmpdir(), 'gpg-'));
  onTestFinished(async () => {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']);
    rmSync(home, { recursive: true, force: true });
  });
  const options = ['--homedir', home, '--batch', '--yes', '--pinentry-mode', 'loopback', '--trust-model', 'always', '--quiet'];
  const gpg: Gpg = async (...args) => {
    const { code, stdout, stderr } = await run('gpg', [...options, '--passphrase', PASSPHRASE, ...args]);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  await gpg('--quick-gen-key', 'Bank <bank@example.com>', 'default', 'default', '1y');
  return gpg;
}

const generate = (engine: FileActionTest, more: Partial<Parameters<FileActionTest['pgpKeys']['generate']>[0]> = {}) =>
  engine.pgpKeys.generate({ name: 'Office', email: 'office@example.com', passphrase: '', type: 'ecc', days: undefined, ...more }, BY);

test('GnuPG and Gatehouse encrypt for one another, sign and verify with kept keys', async () => {
  const [engine, gpg] = await Promise.all([startFileActions(), startGpg()]);
  engine.place({ '/a.txt': CONTENT });
  const office = await generate(engine, { passphrase: 'of the office' });
  engine.place({ '/office.asc': engine.pgpKeys.publicKey(office.id) });
  await gpg('--import', engine.real('/office.asc'));
  const [bank] = await engine.pgpKeys.import({ key: await gpg('--armor', '--export', 'Bank'), passphrase: '' }, BY);
  expect(bank).toMatchObject({ userIds: ['Bank <bank@example.com>'], hasPrivate: false, trouble: null, revoked: false });
  expect(engine.pgpKeys.list().map(({ userIds }) => userIds[0])).toEqual(['Bank <bank@example.com>', 'Office <office@example.com>']);

  const out = { ...pair('/a.txt', '/out.pgp'), receivers: [bank?.id, office.id], signWith: office.id };
  expect(await engine.act('pgp-encrypt', out)).toMatchObject({ error: null });
  expect(await gpg('--status-fd', '1', '-o', engine.real('/read'), '-d', engine.real('/out.pgp'))).toContain('GOODSIG');
  expect(engine.read('/read').toString()).toBe(CONTENT);

  await gpg('-o', engine.real('/in.pgp'), '-r', 'Office', '-u', 'Bank', '-s', '-e', engine.real('/a.txt'));
  const incoming = { decryptWith: [office.id], signedBy: [bank?.id] };
  const step = await engine.act('pgp-decrypt', { ...pair('/in.pgp', '/clear'), ...incoming });
  expect(step).toMatchObject({ error: null, detail: { done: [{ signedBy: [said('')] }] } });
  expect(engine.read('/clear').toString()).toBe(CONTENT);
  expect(await engine.act('pgp-decrypt', { ...pair('/out.pgp', '/x'), ...incoming })).toMatchObject({
    error: said('signed with another key'),
  });

  expect(await engine.act('pgp-sign', { ...pair('/a.txt', '/a.sig'), signWith: office.id })).toMatchObject({ error: null });
  expect(await gpg('--status-fd', '1', '--verify', engine.real('/a.sig'), engine.real('/a.txt'))).toContain('GOODSIG');
  const files = [{ source: '/a.txt', signature: '/a.sig' }];
  expect(await engine.act('pgp-verify', { files, signedBy: [bank?.id, office.id] })).toMatchObject({ error: null });
  expect(await engine.act('pgp-verify', { files, signedBy: [bank?.id] })).toMatchObject({ state: 'failed' });
});

test('private keys come in with their passphrase only, binary ones too, and what is newer is taken over', async () => {
  const [engine, gpg] = await Promise.all([startFileActions(), startGpg()]);
  const file = engine.real('/bank.gpg');
  await gpg('-o', file, '--export-secret-keys', 'Bank');
  const key = engine.read('/bank.gpg').toString('base64');
  await expect(engine.pgpKeys.import({ key, passphrase: '' }, BY)).rejects.toMatchObject({
    field: 'passphrase',
    message: said('protected'),
  });
  await expect(engine.pgpKeys.import({ key, passphrase: 'no' }, BY)).rejects.toMatchObject({ field: 'passphrase' });
  const [kept] = await engine.pgpKeys.import({ key, passphrase: PASSPHRASE }, BY);
  expect(kept).toMatchObject({ hasPrivate: true, version: 1 });
  expect(JSON.stringify(engine.pgpKeys.list())).not.toContain(PASSPHRASE);

  await gpg('--quick-set-expire', kept?.fingerprint ?? '', '2099-01-01');
  await gpg('--quick-set-expire', kept?.fingerprint ?? '', '2099-01-01', '*');
  const [newer] = await engine.pgpKeys.import({ key: await gpg('--armor', '--export', 'Bank'), passphrase: '' }, BY);
  expect(newer).toMatchObject({ id: kept?.id, hasPrivate: true, version: 2, expiresAt: said('2099-01-01') });
  expect(engine.pgpKeys.privateKey(newer?.id ?? 0).passphrase).toBe(PASSPHRASE);

  for (const wrong of ['a key, believe me', 'AAAA', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----'])
    await expect(engine.pgpKeys.import({ key: wrong, passphrase: '' }, BY)).rejects.toMatchObject({ code: 'invalid_input', field: 'key' });
});

let revoked = '';
let signingOnly = '';
beforeAll(async () => {
  const made = await generateKey({ userIDs: { name: 'Revoked' }, format: 'armored' });
  revoked = (await revokeKey({ key: await readPrivateKey({ armoredKey: made.privateKey }), format: 'armored' })).publicKey;
  signingOnly = (await generateKey({ userIDs: { name: 'Signer' }, subkeys: [], format: 'armored' })).publicKey;
});

test('a key that is no good is told when the rule is saved', async () => {
  const engine = await startFileActions();
  const [bad, signer] = await engine.pgpKeys.import({ key: `${revoked}\n${signingOnly}`, passphrase: '' }, BY);
  expect(bad).toMatchObject({ revoked: true, trouble: said('revoked') });
  expect(signer).toMatchObject({ encrypts: null, signs: { until: null } });
  const problems = async (action: string, config: Record<string, unknown>) =>
    (await engine.rules.save(ruleInput({ triggers: ['on-demand'], steps: [{ action, config: { ...pair('/a', '/b'), ...config } }] }), BY))
      .problems;
  expect(await problems('pgp-encrypt', { receivers: [bad?.id, signer?.id, 99] })).toEqual([
    { field: 'steps.0.config.receivers.0', message: said('was revoked') },
    { field: 'steps.0.config.receivers.1', message: said('not made for encryption') },
    { field: 'steps.0.config.receivers.2', message: said('not in the store') },
  ]);
  expect(await problems('pgp-sign', { signWith: signer?.id })).toEqual([
    { field: 'steps.0.config.signWith', message: said('only the public half') },
  ]);
});

test('a key that expires after the rule was saved is told when the rule runs', async () => {
  const engine = await startFileActions();
  engine.place({ '/a.txt': CONTENT });
  const key = await generate(engine, { days: 1 });
  const rule = await engine.save({
    triggers: ['on-demand'],
    conditions: { users: [{ pattern: 'alice' }] },
    steps: [{ action: 'pgp-encrypt', config: { ...pair('/a.txt', '/b'), receivers: [key.id] } }],
  });
  engine.clock.advance(Date.now() - engine.clock.now() + 2 * DAY_MS);
  const [started] = await engine.rules.run(rule.id, undefined, BY);
  expect((await engine.rested(started?.id ?? 0)).steps.at(-1)).toMatchObject({ state: 'failed', error: said('expired on') });
  expect(engine.pgpKeys.find(key.id)?.trouble).toContain('expired');
});

test('a key is not deleted while a rule, a flow or a saved action uses it, and every change is in the log', async () => {
  const engine = await startFileActions();
  const key = await generate(engine);
  const steps = [{ action: 'pgp-encrypt', config: { ...pair('/a', '/b'), receivers: [key.id] } }];
  const rule = await engine.save({ name: 'To the office', triggers: ['on-demand'], steps });
  const users = engine.rules.library.usersOfPgpKey(key.id);
  expect(users).toEqual([{ kind: 'rule', id: rule.id, name: 'To the office' }]);
  await expect(engine.pgpKeys.delete(key.id, users, BY)).rejects.toMatchObject({ code: 'conflict', message: said('To the office') });
  await engine.rules.delete(rule.id, BY);
  const [{ action, config }] = steps as [(typeof steps)[0]];
  const saved = await engine.rules.library.saveAction({ name: 'Seal it', description: '', action, config }, BY);
  const actions = engine.rules.library.usersOfPgpKey(key.id);
  expect(actions).toEqual([{ kind: 'action', id: saved.id, name: 'Seal it' }]);
  await expect(engine.pgpKeys.delete(key.id, actions, BY)).rejects.toMatchObject({ message: said('the action Seal it') });
  await engine.rules.library.deleteAction(saved.id, BY);
  await engine.pgpKeys.delete(key.id, engine.rules.library.usersOfPgpKey(key.id), BY);
  expect(engine.pgpKeys.list()).toEqual([]);
  const recorded = (await engine.recorded()).filter(({ objecttype }) => objecttype === 'pgp_key');
  expect(recorded.map(({ type }) => type)).toEqual(['OBJECT_INSERT', 'OBJECT_DELETE']);
});
