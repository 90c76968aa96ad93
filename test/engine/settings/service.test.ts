import { describe, expect, test } from 'vitest';
import { AppError } from '../../../engine/contract/errors.ts';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { createLogger, silentSink } from '../../../engine/lib/log.ts';
import { openSettings } from '../../../engine/settings/service.ts';
import { startApi, TESTER } from '../../helpers/api.ts';

const DEFAULTS = settingsSchema.parse({});

describe('saving', () => {
  test('what is given changes, the rest stays, and a restart finds it again', async () => {
    const api = startApi();
    expect(api.settings.get()).toEqual(DEFAULTS);
    await api.settings.save({ sftp: { port: 2222 } }, TESTER);
    await api.settings.save({ sftp: { enabled: true }, log: { keepDays: 30 } }, TESTER);
    expect(api.settings.get()).toEqual({
      ...DEFAULTS,
      sftp: { ...DEFAULTS.sftp, port: 2222, enabled: true },
      log: { ...DEFAULTS.log, keepDays: 30 },
    });
    expect(openSettings({ ...api, log: createLogger(silentSink, '') }).get()).toEqual(api.settings.get());
  });

  test.each([
    ['an unknown section', { nosuch: {} }, 'nosuch'],
    ['a name from the prototype', { constructor: {} }, 'constructor'],
    ['an unknown key', { sftp: { colour: 'red' } }, 'sftp.colour'],
    ['a wrong type', { sftp: { port: '22' } }, 'sftp.port'],
    ['a value out of range', { sftp: { port: 70_000 } }, 'sftp.port'],
    ['keys that clash', { ftp: { passiveFrom: 50_000, passiveTo: 40_000 } }, 'ftp.passiveTo'],
    ['a key that clashes with one that stays', { ftp: { passiveFrom: 60_000 } }, 'ftp.passiveTo'],
    ['one bad section among good ones', { log: { keepDays: 5 }, rules: { workers: 0 } }, 'rules.workers'],
  ])('%s is refused as a whole, with its place', async (_, input, field) => {
    const { settings, recorded } = startApi();
    await expect(settings.save(input, TESTER)).rejects.toMatchObject({ code: 'invalid_input', field });
    expect(settings.get()).toEqual(DEFAULTS);
    expect(await recorded()).toEqual([]);
  });

  test('the check of the surroundings may refuse too', async () => {
    const api = startApi();
    const check = () => Promise.reject(new AppError('folder_missing', undefined, { field: 'exchange.folder' }));
    const settings = openSettings({ ...api, log: createLogger(silentSink, ''), check });
    await expect(settings.save({ exchange: { folder: '/nowhere' } }, TESTER)).rejects.toMatchObject({ code: 'folder_missing' });
    expect(settings.get()).toEqual(DEFAULTS);
  });

  test('only what changed is in the event; saving the same again is none', async () => {
    const { settings, recorded } = startApi();
    await settings.save({ log: { keepDays: 30 }, sftp: {} }, { ...TESTER, batchId: 3 });
    await settings.save({ log: { keepDays: 30 } }, TESTER);
    expect(await recorded('BASE_CONFIG_UPDATE')).toMatchObject([
      { batch_id: 3, basetype: 'settings', info: { sections: ['log'], old: { log: { keepDays: 365 } }, new: { log: { keepDays: 30 } } } },
    ]);
  });

  test('two saves at once both count', async () => {
    const { settings } = startApi();
    await Promise.all([settings.save({ sftp: { port: 1 } }, TESTER), settings.save({ sftp: { maxConnections: 5 } }, TESTER)]);
    expect(settings.get().sftp).toMatchObject({ port: 1, maxConnections: 5 });
  });
});

describe('secrets', () => {
  test('are sealed, shown as references and masked in events', async () => {
    const { settings, secrets, recorded, store } = startApi();
    await settings.save({ mail: { host: 'mail.example', password: 'first-pw' } }, TESTER);
    const first = settings.get().mail.password;
    expect(first).toEqual({ secret: 1 });
    await settings.save({ mail: { password: 'second-pw' } }, TESTER);
    const second = settings.get().mail.password;
    expect(typeof second === 'object' ? secrets.get(second) : second).toBe('second-pw');
    expect(store.tables.secrets.get(1)).toBeUndefined();
    const events = JSON.stringify(await recorded());
    expect(events).toContain('***');
    expect(events).not.toMatch(/first-pw|second-pw/);
    expect(JSON.stringify(store.tables.settings.all())).not.toMatch(/first-pw|second-pw/);
  });

  test('a reference handed back keeps the secret, an empty text removes it', async () => {
    const { settings, store } = startApi();
    await settings.save({ mail: { password: 'pw' } }, TESTER);
    await settings.save({ mail: { password: settings.get().mail.password, port: 25 } }, TESTER);
    expect(settings.get().mail).toMatchObject({ password: { secret: 1 }, port: 25 });
    await settings.save({ mail: { password: '' } }, TESTER);
    expect(settings.get().mail.password).toBe('');
    expect(store.tables.secrets.get(1)).toBeUndefined();
  });

  test('a reference that does not stand there is refused', async () => {
    const { settings, secrets } = startApi();
    const foreign = secrets.put('the secret of a rule');
    await expect(settings.save({ mail: { password: foreign } }, TESTER)).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'mail.password',
    });
  });
});

test('subscribers of a section hear of its changes, and one that fails does not keep the others from it', async () => {
  const { settings } = startApi();
  const heard: unknown[] = [];
  settings.onChange('sftp', () => Promise.reject(new Error('port taken')));
  settings.onChange('sftp', (now, before) => void heard.push([before.port, now.port]));
  settings.onChange('ftp', () => void heard.push('ftp'));
  await settings.save({ sftp: { port: 22 } }, TESTER);
  expect(heard).toEqual([[2022, 22]]);
});

test('a stored section that cannot be read counts as its defaults and is named', () => {
  const api = startApi();
  api.store.tables.settings.put('sftp', '{"port":"twenty-two"}', 0);
  api.store.tables.settings.put('log', '{"keepDays":9}', 0);
  api.store.tables.settings.put('rules', 'not json', 0);
  const settings = openSettings({ ...api, log: createLogger(silentSink, '') });
  expect(settings.unreadable).toEqual(['rules', 'sftp']);
  expect(settings.get()).toEqual({ ...DEFAULTS, log: { ...DEFAULTS.log, keepDays: 9 } });
});
