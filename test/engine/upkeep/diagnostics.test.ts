import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createReplacer } from '../../../engine/upkeep/replace-names.ts';
import { startTestEngine } from '../../helpers/engine.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';

test.each([
  ['acme signed in, ACME left, acmetown stayed', '<user 1> signed in, <user 1> left, acmetown stayed'],
  ['from 203.0.113.7 and 203.0.113.8, again 203.0.113.7', 'from <address 1> and <address 2>, again <address 1>'],
  ['[2001:db8::7]:2022 and fe80::1', '[<address 1>]:2022 and <address 2>'],
  ['listening on 0.0.0.0 and 127.0.0.1 and ::1', 'listening on 0.0.0.0 and 127.0.0.1 and ::1'],
  ['at 08:12:04.118Z, 12:30', 'at 08:12:04.118Z, 12:30'],
  ['mail to jo.doe+x@example.co.uk failed', 'mail to <e-mail 1> failed'],
  ['/srv/gate/exchange/acme/in and /srv/gate/keys', '<exchange folder>/<user 1>/in and <data folder>/keys'],
  ['password=hunter2 of frontdesk', 'password=*** of <name 1>'],
  ['a.b*c and axbxc', '<user 1> and axbxc'],
])('%s', (text, expected) => {
  const { replace } = createReplacer({
    users: ['acme', 'a.b*c'],
    folders: [
      ['/srv/gate', 'data folder'],
      ['/srv/gate/exchange', 'exchange folder'],
    ],
    names: ['frontdesk', ''],
  });
  expect(replace(text)).toBe(expected);
});

test('diagnostics hold versions, switches and the end of the log, and nothing that tells of partners', async () => {
  const engine = await startTestEngine();
  await engine.call('accounts.save', { username: 'kestrel', password: 'partner password', email: 'jo@kestrel.example' });
  await engine.call('settings.save', { server: { name: 'Office of Doe' }, mail: { host: 'mail.doe.example', password: 'mail-password' } });
  mkdirSync(join(engine.dataFolder, 'logs'), { recursive: true });
  writeFileSync(
    join(engine.dataFolder, 'logs', 'gatehouse.log'),
    `cut ${'x'.repeat(70_000)}\nwarn kestrel at 203.0.113.7 of ${hostname()} in ${engine.dataFolder}/x for jo@kestrel.example\n`,
  );
  const { files, replaced } = await engine.call('diagnostics.get');
  const all = files.map(({ text }) => text).join('\n');
  for (const secret of ['kestrel', '203.0.113.7', 'Doe', 'doe.example', 'mail-password', engine.dataFolder])
    expect(all).not.toContain(secret);
  expect(files.map(({ name }) => name)).toEqual(['about.txt', 'settings.json', 'program-log.txt']);
  expect(files[0]?.text).toMatch(/^version: \d.*\ndatabase schema: \d+\nnode: v/);
  expect(JSON.parse(files[1]?.text ?? '')).toMatchObject({
    server: { name: '(set)', paused: false },
    mail: { host: '(set)', password: '(set)', security: 'starttls', port: expect.any(Number) as number },
    commands: { allowed: '(0 entries)' },
  });
  expect(files[2]?.text.trim()).toMatch(/^warn <user 1> at <address \d+> of \S+ in <data folder>\/x for <e-mail 1>$/);
  expect(replaced).toContainEqual({ what: 'emails', count: 1 });

  const path = join(temporaryFolder(), 'd.zip');
  await expect(engine.call('diagnostics.save', { path: 'd.zip' })).rejects.toThrow(/whole path/);
  await engine.call('diagnostics.save', { path });
  expect(readFileSync(path).length).toBeGreaterThan(100);
  expect((await run('unzip', ['-p', path, 'about.txt'])).stdout).toContain('database schema');
});
