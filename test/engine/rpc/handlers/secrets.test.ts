import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createKeyWrap } from '../../../../electron/key-wrap.ts';
import { API_PERMISSIONS } from '../../../../engine/contract/method.ts';
import type { Caller } from '../../../../engine/rpc/caller.ts';
import { openStore } from '../../../../engine/store/index.ts';
import { openSecretStore } from '../../../../engine/store/secret-store.ts';
import { OWNER, startApi, type TestApi } from '../../../helpers/api.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';

const PASSPHRASE = 'correct horse battery';
const TOKEN: Caller = { ...OWNER, kind: 'api', permissions: new Set(API_PERMISSIONS) };
const browser = (confirmedUntil: number | null): Caller => ({ ...OWNER, kind: 'console', confirmedUntil, origin: 'console' });

/** What a desktop leaves: one secret, its key in the key store, and the passphrase where one is given. */
async function desktopFolder(passphrase?: string): Promise<{ dataFolder: string; secret: number }> {
  const dataFolder = temporaryFolder();
  const store = openStore(dataFolder);
  const secrets = openSecretStore(dataFolder, store.tables.secrets, { keyWrap: createKeyWrap(randomBytes(32)) });
  const { secret } = secrets.put('sealed on the desktop');
  if (passphrase !== undefined) (await secrets.key.preparePassphrase(passphrase))();
  await store.close();
  return { dataFolder, secret };
}

const set = (api: TestApi, input: object, caller = OWNER) => api.dispatch('secrets.setPassphrase', input, caller);
const recover = (api: TestApi, passphrase: string, caller = OWNER) => api.dispatch('secrets.recover', { passphrase }, caller);

describe('the recovery passphrase', () => {
  test('is set and changed, and stands nowhere in the clear', async () => {
    const api = startApi();
    expect(await api.dispatch('secrets.get', {}, OWNER)).toEqual({
      ok: true,
      value: { state: 'open', protectedBy: ['file'], passphraseSet: false, trouble: null },
    });
    expect(await set(api, { passphrase: 'too short' })).toMatchObject({ error: { code: 'invalid_input', field: 'passphrase' } });
    expect(await set(api, { passphrase: PASSPHRASE })).toEqual({
      ok: true,
      value: { state: 'open', protectedBy: ['file', 'passphrase'], passphraseSet: true, trouble: null },
    });
    expect(await set(api, { passphrase: 'another passphrase', current: PASSPHRASE })).toMatchObject({ ok: true });
    expect(await set(api, { passphrase: 'a third passphrase', current: PASSPHRASE })).toMatchObject({
      error: { code: 'bad_credentials', field: 'current' },
    });
    const recorded = await api.recorded('BASE_CONFIG_UPDATE', 'LOGIN_FAILED');
    expect(recorded).toMatchObject([
      { info: { sections: ['secrets'], old: { passphrase: '' }, new: { passphrase: '***' } } },
      { info: { sections: ['secrets'], old: { passphrase: '***' }, new: { passphrase: '***' } } },
      { type: 'LOGIN_FAILED', outcome: 'denied', info: { reason: 'wrong recovery passphrase' } },
    ]);
    expect(JSON.stringify(recorded)).not.toMatch(/correct horse|another pass|third pass/);
    expect(readFileSync(join(api.dataFolder, 'keys', 'data.key'), 'utf8')).not.toMatch(/correct horse|another pass|third pass/);
  });

  test('is the owner’s: a console confirms first and gives the present one, a token may not', async () => {
    const api = startApi();
    expect(await set(api, { passphrase: PASSPHRASE }, TOKEN)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await set(api, { passphrase: PASSPHRASE }, browser(null))).toMatchObject({
      error: { code: 'forbidden', message: expect.stringMatching(/^Confirm with/) as string },
    });
    const confirmed = browser(api.clock.now() + 60_000);
    expect(await set(api, { passphrase: PASSPHRASE }, confirmed)).toMatchObject({ ok: true });
    expect(await set(api, { passphrase: 'another passphrase' }, confirmed)).toMatchObject({
      error: { code: 'invalid_input', field: 'current' },
    });
    expect(await set(api, { passphrase: 'another passphrase', current: PASSPHRASE }, confirmed)).toMatchObject({ ok: true });
    expect(await set(api, { passphrase: PASSPHRASE })).toMatchObject({ ok: true });
    for (const method of ['secrets.recover', 'secrets.startOver'])
      for (const caller of [TOKEN, browser(null)])
        expect(await api.dispatch(method, method === 'secrets.recover' ? { passphrase: PASSPHRASE } : {}, caller)).toMatchObject({
          error: { code: 'forbidden' },
        });
  });

  test('unlocks what a desktop sealed, for good', async () => {
    const { dataFolder, secret } = await desktopFolder(PASSPHRASE);
    const api = startApi({ dataFolder });
    expect(() => api.secrets.get({ secret })).toThrow(expect.objectContaining({ code: 'secret_unreadable' }));
    expect(await api.dispatch('settings.save', { mail: { password: 'new' } }, OWNER)).toMatchObject({
      error: { code: 'conflict', message: expect.stringMatching(/gatehouse recover/) as string },
    });
    expect(await set(api, { passphrase: 'another passphrase' })).toMatchObject({ error: { code: 'secret_unreadable' } });
    expect(await recover(api, 'not the passphrase')).toMatchObject({ error: { code: 'bad_credentials', field: 'passphrase' } });
    expect(await recover(api, PASSPHRASE)).toMatchObject({ value: { state: 'open', protectedBy: ['desktop', 'file', 'passphrase'] } });
    expect(api.secrets.get({ secret })).toBe('sealed on the desktop');
    expect(await api.dispatch('settings.save', { mail: { password: 'new' } }, OWNER)).toMatchObject({ ok: true });
    expect(await recover(api, PASSPHRASE)).toMatchObject({ error: { code: 'conflict' } });
    expect((await api.recorded('BASE_CONFIG_UPDATE'))[0]).toMatchObject({
      info: { sections: ['secrets'], old: { state: 'locked' }, new: { state: 'open' } },
    });
    expect(openSecretStore(dataFolder, api.store.tables.secrets).get({ secret })).toBe('sealed on the desktop');
  });

  test('cannot be tried without end, nor twice at a time', async () => {
    const { dataFolder } = await desktopFolder(PASSPHRASE);
    const api = startApi({ dataFolder });
    const both = await Promise.all([recover(api, 'wrong'), recover(api, 'wrong')]);
    expect(both).toMatchObject([{ error: { code: 'bad_credentials' } }, { error: { code: 'busy' } }]);
    for (let count = 0; count < 4; count++) expect(await recover(api, 'wrong')).toMatchObject({ error: { code: 'bad_credentials' } });
    expect(await recover(api, PASSPHRASE)).toMatchObject({
      error: { code: 'busy', message: expect.stringMatching(/ten minutes/) as string },
    });
    api.clock.advance(10 * 60_000);
    expect(await recover(api, PASSPHRASE)).toMatchObject({ ok: true });
  });
});

test('locked secrets without a passphrase can be given up, and only locked ones', async () => {
  const { dataFolder, secret } = await desktopFolder();
  const api = startApi({ dataFolder });
  expect(await recover(api, PASSPHRASE)).toMatchObject({ error: { code: 'conflict' } });
  expect(await api.dispatch('secrets.startOver', {}, OWNER)).toMatchObject({
    value: { state: 'open', protectedBy: ['file'], trouble: expect.stringMatching(/Enter them again/) as string },
  });
  expect(() => api.secrets.get({ secret })).toThrow(expect.objectContaining({ code: 'secret_unreadable' }));
  expect(await api.dispatch('settings.save', { mail: { password: 'new' } }, OWNER)).toMatchObject({ ok: true });
  expect(await api.dispatch('secrets.startOver', {}, OWNER)).toMatchObject({ error: { code: 'conflict' } });
});
