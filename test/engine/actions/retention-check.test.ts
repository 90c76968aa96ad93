import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/folders.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import { startMailServer } from '../../helpers/mail-server.ts';
import { BY } from '../../helpers/rules.ts';
import { run } from '../../helpers/run.ts';
import { names } from '../../helpers/vfs.ts';
import { type FileActionTest, startFileActions } from './file-action.ts';

const HOUR_MS = 3_600_000;

/** Files with their age in hours. */
function placeAged({ place, real, clock }: FileActionTest, files: Readonly<Record<string, number>>): void {
  for (const [path, hours] of Object.entries(files)) {
    place({ [path]: 'four' });
    const seconds = (clock.now() - hours * HOUR_MS) / 1000;
    utimesSync(real(path), seconds, seconds);
  }
}

const TREE = {
  '/in/old.txt': 50,
  '/in/new.txt': 1,
  '/in/deep/er/old.txt': 50,
  '/in/kept/old.txt': 500,
  '/in/month/old.txt': 50,
  '/top.txt': 999,
};
const FOLDERS = [
  { path: '/in', hours: 48, deleteEmptyFolders: true },
  { path: '/in/kept', hours: 0 },
  { path: '/in/month', hours: 720 },
  { path: '/none', hours: 1 },
];

test('retention check: old files go, the deepest entry wins, 0 excludes, empty folders go, what is missing is no error', async () => {
  const engine = await startFileActions();
  placeAged(engine, TREE);
  const dry = await engine.act('retention-check', { folders: FOLDERS, dryRun: true });
  expect(dry).toMatchObject({ state: 'done', detail: { report: [{ path: '/in', files: 2, bytes: 8, info: 'Only reported.' }, {}, {}] } });
  expect(await names(engine.session, '/in')).toEqual(['deep', 'kept', 'month', 'new.txt', 'old.txt']);

  const step = await engine.act('retention-check', { folders: FOLDERS });
  expect(step.state).toBe('done');
  expect(step.detail).toEqual({
    report: [
      { path: '/in', hours: 48, files: 2, bytes: 8, elapsed: 0, info: '2 empty folders deleted.', error: '' },
      { path: '/in/month', hours: 720, files: 0, bytes: 0, elapsed: 0, info: '', error: '' },
      { path: '/none', hours: 1, files: 0, bytes: 0, elapsed: 0, info: 'The folder is not there.', error: '' },
    ],
  });
  expect(await names(engine.session, '/in')).toEqual(['kept', 'month', 'new.txt']);
  expect(await names(engine.session, '/in/kept')).toEqual(['old.txt']);
  expect(await names(engine.session, '/')).toEqual(['in', 'top.txt']);
});

test('an archive takes the files over, with their folders, and is not looked at again', async () => {
  const engine = await startFileActions();
  placeAged(engine, { '/in/a.txt': 50, '/in/deep/a.txt': 50 });
  const folders = [{ path: '/', hours: 48, archiveTo: '/archive', deleteEmptyFolders: true }];
  for (let round = 0; round < 2; round++) expect(await engine.act('retention-check', { folders })).toMatchObject({ state: 'done' });
  expect(await names(engine.session, '/')).toEqual(['archive']);
  expect(await names(engine.session, '/archive/in')).toEqual(['a.txt', 'deep']);
  placeAged(engine, { '/in/a.txt': 50 });
  expect(await engine.act('retention-check', { folders })).toMatchObject({
    detail: { report: [{ files: 1, info: 'Moved to /archive. 1 empty folder deleted.' }] },
  });
  expect(await names(engine.session, '/archive/in')).toEqual(['a (2).txt', 'a.txt', 'deep']);
});

test('a failure ends the check, says where, and its report goes with later actions as a mailed zip', async () => {
  const engine = await startFileActions();
  const mail = await startMailServer();
  Object.assign(engine.settings.mail, { host: '127.0.0.1', port: mail.port, security: 'none', from: 'gate@example.com' });
  placeAged(engine, { '/in/=old.txt': 50, '/file': 50 });
  engine.account('bob');
  const folders = [
    { path: '/in', hours: 1 },
    { path: '/file', hours: 1 },
  ];
  const send = {
    action: 'email',
    failureAction: true,
    config: { to: ['office@example.com'], subject: 'Report', text: '{{.Errors}}', attachments: ['{{.RetentionReports}}'] },
  };
  const rule = await engine.save({ triggers: ['on-demand'], steps: [{ action: 'retention-check', config: { folders } }, send] });
  const [started] = await engine.rules.run(rule.id, undefined, BY);
  const trace = await engine.rested(started?.id ?? 0);
  expect(trace.steps.map(({ name, state, error }) => [name, state, error])).toEqual([
    ['retention-check (alice)', 'failed', '/file could not be checked: It is no folder.'],
    ['retention-check (bob)', 'done', null],
    ['email', 'done', null],
  ]);
  expect(mail.received[0]?.text).toContain('action "retention-check" failed');
  const [attachment] = mail.received[0]?.attachments ?? [];
  expect(attachment?.filename).toBe('retention-reports.zip');
  const zip = join(temporaryFolder(), 'reports.zip');
  writeFileSync(zip, attachment?.content ?? '');
  expect((await run('unzip', ['-p', zip, 'alice.csv'])).stdout.split('\r\n')).toEqual([
    'path,retention hours,deleted files,deleted bytes,elapsed ms,info,error',
    '/file,1,0,0,0,,It is no folder.',
    '',
  ]);
  expect((await run('unzip', ['-p', zip, 'bob.csv'])).stdout).toContain('/in,1,0,0,0,The folder is not there.,');
});

test('an HTTP call sends the report as its body or as a part of a form', async () => {
  const engine = await startFileActions();
  const hook = await startHookServer();
  placeAged(engine, { '/in/old.txt': 50 });
  const call = (config: Record<string, unknown>) => ({ action: 'http', config: { url: hook.url, ...config } });
  const rule = await engine.save({
    triggers: ['on-demand'],
    steps: [
      { action: 'retention-check', config: { folders: [{ path: '/in', hours: 1 }] } },
      call({ body: '{{.RetentionReports}}' }),
      call({ parts: [{ name: 'from', value: 'us' }], files: [{ name: 'report', path: '{{.RetentionReports}}' }] }),
    ],
  });
  const [started] = await engine.rules.run(rule.id, undefined, BY);
  expect(await engine.rested(started?.id ?? 0)).toMatchObject({ state: 'done' });
  expect(hook.bodies[0]).toMatch(/^PK\u0003\u0004/);
  expect(hook.bodies[1]).toContain(
    'name="report"; filename="retention-reports.zip"\r\nContent-Type: application/zip\r\n\r\nPK\u0003\u0004',
  );
});

test('asking for a report that nobody made is a failure in words', async () => {
  const engine = await startFileActions();
  Object.assign(engine.settings.mail, { host: '127.0.0.1', from: 'gate@example.com' });
  const config = { to: ['office@example.com'], subject: 'Report', text: 'x', attachments: ['{{ .RetentionReports }}'] };
  expect(await engine.act('email', config)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('No earlier action') as string,
  });
});

test.each([
  ['no hours', [{ path: '/in', hours: 0 }], 'Give at least one folder'],
  [
    'the same twice',
    [
      { path: '/in', hours: 1 },
      { path: 'in/', hours: 2 },
    ],
    'stands in the list twice',
  ],
  ['an archive that is no path', [{ path: '/in', hours: 1, archiveTo: 'archive' }], 'Start with a slash'],
])('saving refuses %s', async (_what, folders, words) => {
  const engine = await startFileActions();
  const { problems } = await engine.save({
    triggers: ['schedule'],
    schedule: { cron: ['0 3 * * *'], zone: 'UTC' },
    steps: [{ action: 'retention-check', config: { folders } }],
  });
  expect(problems[0]?.message).toContain(words);
});
