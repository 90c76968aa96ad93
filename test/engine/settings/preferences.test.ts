import { expect, test } from 'vitest';
import { createPreferences, LARGEST_VALUE_BYTES, MOST_KEYS } from '../../../engine/settings/preferences.ts';
import { openStore } from '../../../engine/store/index.ts';
import { OWNER, startApi } from '../../helpers/api.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

const many = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, index]));

test('are merged by key, forgotten with null, each owner has his own, and they survive a restart', async () => {
  const folder = temporaryFolder();
  const store = openStore(folder);
  const preferences = createPreferences(store);
  expect(preferences.get(0)).toEqual({});
  preferences.save(0, { theme: 'dark', 'saved-views': [{ name: 'Failures', query: 'status:failed' }], __proto__x: true });
  expect(preferences.save(0, { theme: 'light', hint: false, __proto__x: null })).toEqual({
    theme: 'light',
    hint: false,
    'saved-views': [{ name: 'Failures', query: 'status:failed' }],
  });
  expect(preferences.save(7, { theme: 'auto' })).toEqual({ theme: 'auto' });
  await store.close();
  const again = openStore(folder);
  expect(createPreferences(again).get(0)).toMatchObject({ theme: 'light' });
  await again.close();
});

test('are bounded in number and size; what is refused changes nothing', async () => {
  const store = openStore(temporaryFolder());
  const preferences = createPreferences(store);
  preferences.save(0, many(MOST_KEYS));
  expect(() => preferences.save(0, { 'key-0': 'changed', another: 1 })).toThrow(expect.objectContaining({ code: 'too_large' }) as Error);
  expect(preferences.get(0)).toEqual(many(MOST_KEYS));
  expect(Object.keys(preferences.save(0, { 'key-0': null, another: 1 }))).toHaveLength(MOST_KEYS);
  const long = 'ä'.repeat(LARGEST_VALUE_BYTES / 2);
  expect(() => preferences.save(0, { 'key-1': 2, 'key-2': long })).toThrow(
    expect.objectContaining({ code: 'too_large', field: 'key-2' }) as Error,
  );
  expect(preferences.get(0)['key-1']).toBe(1);
  expect(preferences.save(0, { 'key-2': long.slice(1) })['key-2']).toBe(long.slice(1));
  await store.close();
});

test('are kept by method', async () => {
  const { dispatch } = startApi();
  expect(await dispatch('console.savePreferences', { theme: 'dark' }, OWNER)).toEqual({ ok: true, value: { theme: 'dark' } });
  expect(await dispatch('console.preferences', {}, OWNER)).toEqual({ ok: true, value: { theme: 'dark' } });
  expect(await dispatch('console.savePreferences', { ['k'.repeat(65)]: 1 }, OWNER)).toMatchObject({ ok: false });
});
