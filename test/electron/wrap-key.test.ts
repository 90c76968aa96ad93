import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createKeyWrap } from '../../electron/key-wrap.ts';
import { openWrapKey } from '../../electron/wrap-key-file.ts';
import { startDesktop } from '../helpers/electron/desktop.ts';
import { startTestEngine } from '../helpers/engine.ts';
import { createElectronStandIn } from '../helpers/electron/stand-in.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';

it('wraps a key so that only the same wrap key opens it', () => {
  const key = randomBytes(32);
  const wrapKey = randomBytes(32);
  const wrapped = createKeyWrap(wrapKey).wrap(key);
  expect(wrapped.includes(key)).toBe(false);
  expect(createKeyWrap(wrapKey).unwrap(wrapped)).toEqual(key);
  expect(() => createKeyWrap(randomBytes(32)).unwrap(wrapped)).toThrow();
  wrapped[wrapped.length - 1] = (wrapped.at(-1) ?? 0) ^ 1;
  expect(() => createKeyWrap(wrapKey).unwrap(wrapped)).toThrow();
  expect(() => createKeyWrap(wrapKey).unwrap(Buffer.alloc(5))).toThrow();
});

it('keeps the wrap key sealed, for its owner only, and finds it again', async () => {
  const folder = temporaryFolder();
  const { safeStorage } = createElectronStandIn({ userData: folder }).electron;
  const made = await openWrapKey(folder, safeStorage, 'linux');
  if (made.kind !== 'key') throw new Error(made.kind);
  const file = join(folder, 'wrap-key.bin');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file).includes(made.key.toString('base64'))).toBe(false);
  expect(await openWrapKey(folder, safeStorage, 'linux')).toEqual(made);
});

it('makes none where the key store only pretends', async () => {
  const folder = temporaryFolder();
  const { safeStorage } = createElectronStandIn({ userData: folder }).electron;
  const pretending = {
    isAsyncEncryptionAvailable: () => Promise.resolve(true),
    encryptStringAsync: (text: string) => safeStorage.encryptStringAsync(text),
    decryptStringAsync: (sealed: Buffer) => safeStorage.decryptStringAsync(sealed),
    getSelectedStorageBackend: () => 'basic_text' as const,
  };
  expect(await openWrapKey(folder, pretending, 'linux')).toEqual({ kind: 'none' });
  expect(readdirSync(folder)).toEqual([]);
});

it('calls a key locked that the key store does not open, and keeps it', async () => {
  const folder = temporaryFolder();
  const standIn = createElectronStandIn({ userData: folder });
  await openWrapKey(folder, standIn.electron.safeStorage, 'linux');
  standIn.keyStore.state = 'locked';
  expect(await openWrapKey(folder, standIn.electron.safeStorage, 'linux')).toEqual({ kind: 'locked' });
  standIn.keyStore.state = 'none';
  expect(await openWrapKey(folder, standIn.electron.safeStorage, 'linux')).toEqual({ kind: 'locked' });
  standIn.keyStore.state = 'open';
  writeFileSync(join(folder, 'wrap-key.bin'), 'damaged');
  expect(await openWrapKey(folder, standIn.electron.safeStorage, 'linux')).toEqual({ kind: 'locked' });
});

it('takes the key of secrets over that "serve" has stored, and leaves it to the key store alone', async () => {
  const dataFolder = temporaryFolder();
  const served = await startTestEngine({ dataFolder });
  await served.call('settings.save', { mail: { password: 'mail-password' } });
  await served.engine.stop(0);
  const desktop = await startDesktop({ dataFolder });
  await desktop.running();
  expect(await desktop.call('secrets.get')).toEqual({
    ok: true,
    value: { state: 'open', protectedBy: ['desktop'], passphraseSet: false, trouble: null },
  });
  // As a copy of the folder would find it.
  await desktop.desktop.quit.now();
  const next = await startTestEngine({ dataFolder });
  expect(await next.call('secrets.get')).toMatchObject({ state: 'locked', protectedBy: ['desktop'] });
});

it('asks what to do when the key store is locked: again, without, or quit', async () => {
  const userData = temporaryFolder();
  await openWrapKey(userData, createElectronStandIn({ userData }).electron.safeStorage, 'linux');
  const quitting = await startDesktop({ userData, keyStore: 'locked' });
  await eventually(() => expect(quitting.seen.quit).toBe(true));
  expect(quitting.seen.questions.map(({ message }) => message)).toEqual(['The system’s key store cannot be opened.']);

  const goingOn = await startDesktop({ userData, keyStore: 'none', answers: [0, 1] });
  await goingOn.running();
  expect(goingOn.seen.questions).toHaveLength(2);
  expect(readdirSync(userData)).toContain('wrap-key.bin.unreadable-1');
});
