import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startDovecot } from '../../helpers/imap-server.ts';
import { BY } from '../../helpers/rules.ts';
import { startFileActions, type FileActionTest } from './file-action.ts';

const account = (port: number, more: Record<string, unknown> = {}) => ({
  host: '127.0.0.1',
  port,
  security: 'none',
  username: 'me',
  password: 'sesame-123',
  folder: '/mail',
  sinceDays: 0,
  ...more,
});

const filesIn = (engine: FileActionTest, folder = '/mail'): string[] => readdirSync(engine.real(folder)).sort();

test('fetch mail attachments: filtered, each once for a rule, numbered, marked or moved; more come later', async () => {
  const [engine, mail] = [await startFileActions(), await startDovecot()];
  mail.deliver({
    files: [
      { name: 'a.pdf', content: 'first' },
      { name: 'B.PDF', content: 'x'.repeat(5000) },
      { name: 'note.txt', content: 'no' },
    ],
  });
  mail.deliver({ from: 'spam@example.org', files: [{ name: 'spam.pdf', content: 'no' }] });
  mail.deliver({ subject: 'Other', files: [{ name: 'other.pdf', content: 'no' }] });
  mail.deliver({
    subject: 'More files',
    files: [
      { name: 'a.pdf', content: 'second' },
      { name: '../../../evil.pdf', content: 'kept in' },
    ],
  });
  const config = account(mail.port, { from: 'partner@', subject: 'files', names: ['*.pdf'] });
  const rule = await engine.save({ triggers: ['on-demand'], steps: [{ action: 'imap', config }] });
  const run = async () => {
    const [started] = await engine.rules.run(rule.id, undefined, BY);
    return await engine.rested(started?.id ?? 0);
  };
  expect(await run()).toMatchObject({ state: 'done', steps: [{ detail: { mails: 2 } }] });
  expect(filesIn(engine)).toEqual(['B.PDF', '_.._.._evil.pdf', 'a (2).pdf', 'a.pdf']);
  expect([engine.read('/mail/a.pdf').toString(), engine.read('/mail/a (2).pdf').toString()]).toEqual(['first', 'second']);
  expect(engine.read('/mail/B.PDF').length).toBe(5000);
  expect(await run()).toMatchObject({ state: 'done', steps: [{ detail: { mails: 0 } }] });
  mail.deliver({ files: [{ name: 'late.pdf', content: 'later' }] });
  expect(await run()).toMatchObject({ state: 'done', steps: [{ detail: { mails: 1 } }] });
  expect(filesIn(engine)).toContain('late.pdf');
  // Into a shared folder: once for all, as the system, and each mail once there too.
  engine.store.tables.folders.insert({ name: 'post', description: '', path: 'post', remote: null, quotaBytes: 0, quotaFiles: 0 }, 0);
  const shared = await engine.save({ triggers: ['on-demand'], steps: [{ action: 'imap', config: { ...config, targetFolder: 'post' } }] });
  for (const mails of [3, 0]) {
    const [started] = await engine.rules.run(shared.id, undefined, BY);
    expect(await engine.rested(started?.id ?? 0)).toMatchObject({ state: 'done', steps: [{ detail: { mails } }] });
  }
  expect(readdirSync(join(engine.exchange, 'post', 'mail')).sort()).toEqual(filesIn(engine));
  // Another rule has its own place; moved mails are gone from the inbox.
  const other = account(mail.port, { folder: '/other', afterwards: 'move', moveTo: 'Done' });
  expect((await engine.act('imap', other)).detail).toMatchObject({ mails: 5 });
  expect((await engine.act('imap', { ...other, folder: '/third' })).detail).toMatchObject({ mails: 0 });
  expect((await engine.act('imap', { ...other, mailbox: 'Done', folder: '/fourth', afterwards: 'nothing' })).detail).toMatchObject({
    mails: 5,
  });
});

test('a mail that was worked through by half before a kill goes on with its next attachment', async () => {
  const [engine, mail] = [await startFileActions(), await startDovecot()];
  mail.deliver({
    files: [
      { name: 'one.txt', content: '1' },
      { name: 'two.txt', content: '2' },
    ],
  });
  const rule = await engine.save({ triggers: ['on-demand'], steps: [{ action: 'imap', config: account(mail.port) }] });
  const run = async () => {
    const [started] = await engine.rules.run(rule.id, undefined, BY);
    return await engine.rested(started?.id ?? 0);
  };
  await run();
  // As a kill after the first file's event leaves it: the place is kept with that event, whatever came after is lost.
  const source = `imap me@127.0.0.1:${String(mail.port)}/INBOX`;
  const key = { ruleId: rule.id, step: 0, source: `${String(engine.session.identity.account.id)} ${source}` };
  const reached = engine.store.tables.fetchCursors.get(key);
  expect(reached).toMatchObject({ item: 2, parts: 0 });
  engine.store.tables.fetchCursors.put(key, { validity: reached?.validity ?? '', item: 1, parts: 0 });
  engine.store.tables.fetchCursors.promise(key, engine.session.identity.account.id, '/mail/one (2).txt', { item: 1, parts: 1 });
  const again = await engine.vfs.openSession({ ...engine.session.identity, origin: 'rule', causedBy: 1 });
  const upload = await again.openWrite('/mail/one (2).txt', { mode: 'replace', create: true });
  await upload.finish();
  expect(engine.store.tables.fetchCursors.get(key)).toMatchObject({ item: 1, parts: 1 });
  expect(await run()).toMatchObject({ state: 'done' });
  expect(filesIn(engine)).toEqual(['one (2).txt', 'one.txt', 'two (2).txt', 'two.txt']);
});

test('TLS with a trusted certificate unless any is accepted, STARTTLS, OAuth2 with a renewed token', async () => {
  const asked: string[] = [];
  const tokens = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      asked.push(`${request.url ?? ''} ${body}`);
      response.setHeader('content-type', 'application/json');
      if (request.url === '/token') {
        const isRight = body.includes('refresh_token=refresh-me') && body.includes('client_secret=client-secret');
        response.statusCode = isRight ? 200 : 400;
        response.end(JSON.stringify(isRight ? { access_token: 'access-1', token_type: 'Bearer' } : { error: 'invalid_grant' }));
      } else response.end(JSON.stringify({ active: request.headers.authorization === 'Bearer access-1', username: 'me' }));
    });
  });
  await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void tokens.close());
  const url = `http://127.0.0.1:${String((tokens.address() as AddressInfo).port)}`;
  const [engine, mail] = [await startFileActions(), await startDovecot(`${url}/introspect`)];
  mail.deliver({ files: [{ name: 'a.txt', content: '1' }] });
  expect((await engine.act('imap', account(mail.tlsPort, { security: 'tls' }))).error).toContain('certificate');
  const any = { allowInvalidCertificate: true };
  expect(await engine.act('imap', account(mail.tlsPort, { security: 'tls', ...any }))).toMatchObject({
    state: 'done',
    detail: { mails: 1 },
  });
  expect(await engine.act('imap', account(mail.port, { security: 'starttls', ...any }))).toMatchObject({ state: 'done' });
  const oauth = {
    password: '',
    oauthTokenUrl: `${url}/token`,
    oauthClientId: 'me',
    oauthClientSecret: 'client-secret',
    oauthRefreshToken: 'refresh-me',
  };
  expect(await engine.act('imap', account(mail.port, oauth))).toMatchObject({ state: 'done', error: null });
  const refused = await engine.act('imap', account(mail.port, { ...oauth, oauthRefreshToken: 'old-token' }));
  expect(refused.error).toContain('gave no access token: invalid_grant');
  expect(JSON.stringify([refused, await engine.recorded()])).not.toMatch(/refresh-me|client-secret|old-token|access-1/);
});

test('wrong passwords, mailboxes that are not there, mails that are too large, peers that are down, silent or no mail servers', async () => {
  const [engine, mail] = [await startFileActions(), await startDovecot()];
  mail.deliver({ files: [{ name: 'big.bin', content: 'x'.repeat(1_500_000) }] });
  const act = (config: Record<string, unknown>) => engine.act('imap', { ...account(mail.port), timeoutSeconds: 20, ...config });
  expect((await engine.act('imap', account(mail.port, { password: 'wrong-pass' }))).error).toContain(
    'did not accept user name and password',
  );
  expect((await act({ mailbox: 'No such' })).error).toMatch(/No such/);
  expect((await act({ maxMegabytes: 1 })).detail).toMatchObject({ done: [{ skipped: 'larger than 1 MB' }] });
  expect((await act({ afterwards: 'move', moveTo: 'Nowhere/else' })).state).toBe('failed');
  expect((await act({ port: 9 })).error).toContain('nothing listens there');
  expect((await act({ host: '169.254.169.254' })).error).toContain('not allowed');
  for (const [word, expected] of [
    ['', 'took longer than 1 s'],
    ['SSH-2.0-x\r\n', /cannot be used|does not answer|took longer/],
    ['x'.repeat(3_000_000), /cannot be used|does not answer|took longer/],
  ] as const) {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(word);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    expect((await act({ port: (server.address() as AddressInfo).port, timeoutSeconds: 1 })).error).toMatch(expected);
  }
  engine.settings.outbound.allowLoopback = false;
  expect((await act({})).error).toContain('this machine itself');
});
