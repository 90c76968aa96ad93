import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../engine/store/index.ts';
import { type KeyWrap, openSecretStore } from '../../../engine/store/secret-store.ts';
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

test('without its key a secret is unreadable, and new ones can be kept', () => {
  const { folder, table, keyFile } = start();
  const lost = openSecretStore(folder, table).put('old');
  rmSync(keyFile);
  const secrets = openSecretStore(folder, table);
  expect(secrets.keyReplaced).toBe(false);
  expect(() => secrets.get(lost)).toThrow(expect.objectContaining({ code: 'secret_unreadable' }));
  expect(secrets.get(secrets.put('new'))).toBe('new');
});

test('a key file that cannot be used is set aside, never overwritten', () => {
  const { folder, table, keyFile } = start();
  openSecretStore(folder, table);
  writeFileSync(keyFile, 'garbage');
  expect(openSecretStore(folder, table).keyReplaced).toBe(true);
  expect(readFileSync(`${keyFile}.unreadable-1`, 'utf8')).toBe('garbage');
  expect(openSecretStore(folder, table).keyReplaced).toBe(false);
});

test('another wrapping protects the key in its file', () => {
  const { folder, table, keyFile } = start();
  const flip: KeyWrap = {
    name: 'test',
    wrap: (key) => key.map((byte) => byte ^ 255) as Buffer,
    unwrap: (key) => Buffer.from(key.map((byte) => byte ^ 255)),
  };
  const ref = openSecretStore(folder, table, flip).put('wrapped');
  expect(openSecretStore(folder, table, flip).get(ref)).toBe('wrapped');
  expect(JSON.parse(readFileSync(keyFile, 'utf8'))).toMatchObject({ wrap: 'test' });
  expect(openSecretStore(folder, table).keyReplaced).toBe(true);
});
