import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Client, curl, openSshSftp, type Target } from '../../../helpers/clients.ts';
import { startTestEngine } from '../../../helpers/engine.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';

const EACH = [
  { label: 'SFTP', protocol: 'sftp', make: openSshSftp, put: ['/sftp/OPEN', { path: '/a.txt' }], look: '/sftp/STAT' },
  {
    label: 'FTP',
    protocol: 'ftp',
    make: (target: Target): Client => curl('ftp', target),
    put: ['/ftp/STOR', { argument: 'a.txt' }],
    look: '/ftp/PWD',
  },
] as const;

it.each(EACH)('$label: what a client asks for is recorded as the settings say', async ({ protocol, make, put, look }) => {
  const test = await startTestEngine();
  await test.call('accounts.save', { username: 'acme', password: 'correct horse' });
  const client = make({ port: test[protocol] ?? 0, username: 'acme', password: 'correct horse' });
  const file = join(temporaryFolder(), 'a.txt');
  writeFileSync(file, 'content');
  const calls = async () => (await test.call('events.search', { type: 'API_CALL', username: 'acme', sort: '_id', limit: 1000 })).events;
  const upload = async (): Promise<void> => expect((await client.put(file, '/a.txt')).code).toBe(0);

  await upload();
  expect(await calls()).toEqual([]);

  await test.call('settings.save', { log: { apiCalls: { record: 'writes' } } });
  await upload();
  await eventually(async () => expect((await calls()).map(({ info }) => [info['url'], info['payload']])).toEqual([put]));
  const [stored] = (await test.call('events.search', { type: 'OBJECT_UPDATE', schema: 'USER' })).events;
  expect((await calls())[0]).toMatchObject({ path: null, batch_id: stored?.batch_id, _user: { _generated_displayname: 'acme' } });

  await test.call('settings.save', { log: { apiCalls: { record: 'off', include: [look.slice(1)] } } });
  await upload();
  await eventually(async () => expect((await calls()).at(-1)?.info['url']).toBe(look));

  await test.call('settings.save', { log: { apiCalls: { record: 'all', include: [], exclude: [put[0]] } } });
  const before = (await calls()).length;
  await upload();
  await eventually(async () => expect((await calls()).length).toBeGreaterThan(before));
  expect((await calls()).slice(before).map(({ info }) => info['url'])).not.toContain(put[0]);
  expect(JSON.stringify(await calls())).not.toMatch(/correct|content/);
});
