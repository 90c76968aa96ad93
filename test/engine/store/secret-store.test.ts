import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createKeyWrap } from '../../../electron/key-wrap.ts';
import { openStore } from '../../../engine/store/index.ts';
import { openSecretStore } from '../../../engine/store/secret-store.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

function start() {
  const folder = temporaryFolder();
  const store = openStore(folder);
  onTestFinished(() => store.close());
  return { folder, table: store.tables.secrets, keyFile: join(folder, 'keys', 'data.key') };
}

test('what was put can be got after a restart, and stands nowhere in the clear', () => {
  const { folder, table, keyFile } = start();
  const ref = openSecretStore(folder, table).put('pass-wörd-4711');
  expect(openSecretStore(folder, table).get(ref)).toBe('pass-wörd-4711');
  for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (name.isFile()) expect(readFileSync(join(name.parentPath, name.name)).includes('pass-w'), name.name).toBe(false);
  }
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
});

test('a removed, damaged or exchanged row is unreadable', () => {
  const { folder, table } = start();
  const secrets = openSecretStore(folder, table);
  const ref = secrets.put('one');
  const sealed = table.get(ref.secret) ?? Buffer.alloc(0);
  for (const at of [0, 1, 5, 17, sealed.length - 1]) {
    const damaged = Buffer.from(sealed);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    expect(() => secrets.get({ secret: table.insert(damaged) }), `byte ${at}`).toThrow(
      expect.objectContaining({ code: 'secret_unreadable' }),
    );
  }
  expect(() => secrets.get({ secret: table.insert(Buffer.alloc(3)) })).toThrow(expect.objectContaining({ code: 'secret_unreadable' }));
  secrets.remove(ref);
  expect(() => secrets.get(ref)).toThrow(expect.objectContaining({ code: 'secret_unreadable' }));
});

test('without its key a secret is unreadable and that is said; new ones can be kept', () => {
  const { folder, table, keyFile } = start();
  const lost = openSecretStore(folder, table).put('old');
  rmSync(keyFile);
  const secrets = openSecretStore(folder, table);
  expect(secrets.key.state().trouble).toMatch(/Enter them again/);
  expect(() => secrets.get(lost)).toThrow(expect.objectContaining({ code: 'secret_unreadable' }));
  expect(secrets.get(secrets.put('new'))).toBe('new');
});

test('while the key is locked nothing can be read or stored, and what to do is said; the recovery brings all back', async () => {
  const { folder, table } = start();
  const desktop = openSecretStore(folder, table, { keyWrap: createKeyWrap(randomBytes(32)) });
  const ref = desktop.put('sealed on the desktop');
  (await desktop.key.preparePassphrase('correct horse battery'))();
  const served = openSecretStore(folder, table);
  const message = expect.stringMatching(/desktop application instead, or give the recovery passphrase/) as string;
  expect(() => served.get(ref)).toThrow(expect.objectContaining({ code: 'secret_unreadable', message }));
  expect(() => served.put('new')).toThrow(expect.objectContaining({ code: 'conflict', message }));
  (await served.key.prepareRecovery('correct horse battery'))?.();
  expect(served.get(ref)).toBe('sealed on the desktop');
  expect(openSecretStore(folder, table).get(ref)).toBe('sealed on the desktop');
});

test('rows of the first release are read', () => {
  const { folder, table, keyFile } = start();
  mkdirSync(join(folder, 'keys'));
  writeFileSync(keyFile, JSON.stringify({ format: 1, wrap: 'file', key: Buffer.alloc(32, 7).toString('base64') }));
  const ref = { secret: table.insert(Buffer.from('AUuwb44k5O0un00NcSHplYdH06zAdBYfBNNJsOWrHPf2D+fG0wtTmL+556vVuqLK', 'base64')) };
  expect(openSecretStore(folder, table).get(ref)).toBe('pass-wörd-4711');
});
