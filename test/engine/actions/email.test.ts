import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';

type Received = {
  readonly mail: ParsedMail;
  readonly from: string;
  readonly to: string[];
  readonly user: string | undefined;
  readonly secure: boolean;
};

/** A real mail server that keeps what it gets; `engine`'s settings are pointed at it. */
async function startMail({ settings }: TestRules, options: SMTPServerOptions = {}): Promise<Received[]> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onAuth: ({ username, password }, _session, callback) => {
      if (password === 'mail pass wörd') callback(null, { user: username });
      else callback(new Error('no'));
    },
    onData: (stream, session, callback) => {
      void simpleParser(stream).then((mail) => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          mail,
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user as string | undefined,
          secure: session.secure,
        });
        callback();
      }, callback);
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  Object.assign(settings.mail, {
    host: '127.0.0.1',
    port: (server.server.address() as AddressInfo).port,
    security: 'none',
    from: 'Gatehouse <gate@example.com>',
  });
  return received;
}

const message = { to: ['office@example.com'], subject: 'Hello', text: 'Text' };

test('e-mail about an upload, with values escaped in HTML and kept to one line in headers', async () => {
  const engine = await startRules();
  const received = await startMail(engine);
  await engine.save({
    triggers: ['upload'],
    steps: [
      {
        action: 'email',
        config: {
          to: ['office@example.com', '{{.Email}}'],
          cc: ['{{if eq .Name "nobody"}}x@example.com{{end}}'],
          bcc: ['a@example.com, b@example.com'],
          subject: 'Got {{.ObjectName}}\r\nBcc: evil@example.com',
          text: '{{.ObjectName}} came from {{.Name}}',
          html: '<b>{{.ObjectName}}</b>',
        },
      },
    ],
  });
  await put(await engine.login(engine.account('alice', { email: 'alice@example.com' })), '/<i>ü & co.txt', 'x');
  expect(await engine.allRested()).toMatchObject([{ state: 'done' }]);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    from: 'gate@example.com',
    to: ['office@example.com', 'alice@example.com', 'a@example.com', 'b@example.com'],
  });
  const mail = received[0]?.mail;
  expect(mail).toMatchObject({
    subject: 'Got <i>ü & co.txt Bcc: evil@example.com',
    text: '<i>ü & co.txt came from alice',
    html: '<b>&lt;i&gt;ü &amp; co.txt</b>',
  });
  expect(mail?.bcc).toBeUndefined();
  const [sent] = await engine.recorded('EMAIL_SENT');
  expect(sent).toMatchObject({
    origin: 'rule',
    caused_by: 1,
    _user: { _generated_displayname: 'alice' },
    info: { type: 'email', recipients: received[0]?.to },
  });
  expect(sent?.info['message']).toContain('To: office@example.com, alice@example.com');
});

test("attachments come from the user's tree; the log keeps their name, size and hash", async () => {
  const engine = await startRules();
  const received = await startMail(engine);
  await engine.save({
    triggers: ['upload'],
    steps: [{ action: 'email', config: { ...message, attachments: ['{{.VirtualPath}}', 'second.bin'] } }],
  });
  const session = await engine.login(engine.account('alice'));
  const content = 'the content of the file';
  const other = await engine.vfs.openSession({ ...session.identity, origin: 'rule', causedBy: 0 });
  await put(other, '/second.bin', Buffer.alloc(100, 7));
  await put(session, '/a b.txt', content);
  expect(await engine.allRested()).toMatchObject([{ state: 'done' }]);
  expect(received[0]?.mail.attachments.map(({ filename, size }) => [filename, size])).toEqual([
    ['a b.txt', content.length],
    ['second.bin', 100],
  ]);
  const [sent] = await engine.recorded('EMAIL_SENT');
  const kept = await simpleParser(sent?.info['message'] as string);
  expect(kept.attachments.map((each) => each.content.toString())).toEqual([
    `a b.txt: ${String(content.length)} bytes, SHA-256 ${createHash('sha256').update(content).digest('hex')}`,
    expect.stringContaining('second.bin: 100 bytes') as string,
  ]);
  expect(kept.messageId).toBe(received[0]?.mail.messageId);
});

test('attachments over 10 MiB in all, or missing, fail the message as a whole', async () => {
  const engine = await startRules();
  const received = await startMail(engine);
  await engine.save({
    name: 'big',
    triggers: ['upload'],
    steps: [{ action: 'email', config: { ...message, attachments: ['{{.VirtualPath}}', '{{.VirtualPath}}'] } }],
  });
  await engine.save({ name: 'gone', triggers: ['upload'], steps: [{ action: 'email', config: { ...message, attachments: ['/gone'] } }] });
  await put(await engine.login(engine.account('alice')), '/a', Buffer.alloc(6 * 1024 * 1024));
  expect((await engine.allRested()).map((run) => [run.state, run.steps[0]?.error])).toEqual([
    ['failed', 'The attachments are larger than 10 MiB in all. Send a link or fewer files.'],
    ['failed', expect.stringContaining('Nothing is there') as string],
  ]);
  expect(received).toEqual([]);
});

test('signs in where a user name is set, and never shows the password', async () => {
  const engine = await startRules();
  const received = await startMail(engine);
  Object.assign(engine.settings.mail, { username: 'gate', password: 'mail pass wörd' });
  const ok = await engine.tryAction('email', { ...message, text: 'the password is mail pass wörd' });
  expect(ok).toMatchObject({ state: 'done', detail: { accepted: ['office@example.com'] } });
  expect(received[0]).toMatchObject({ user: 'gate' });
  engine.settings.mail.password = 'wrong pass';
  const refused = await engine.tryAction('email', message);
  expect(refused.state).toBe('failed');
  expect(refused.error).toContain('did not accept user name and password');
  const [sent] = await engine.recorded('EMAIL_SENT');
  expect(JSON.stringify([sent, refused])).not.toMatch(/mail pass|wrong pass/);
});

test('STARTTLS is required where it is set, with a trusted certificate unless the settings say otherwise', async () => {
  const engine = await startRules();
  const received = await startMail(engine, { disabledCommands: [] });
  engine.settings.mail.security = 'starttls';
  expect((await engine.tryAction('email', message)).error).toContain('could not be used: its certificate');
  engine.settings.mail.allowInvalidCertificate = true;
  expect(await engine.tryAction('email', message)).toMatchObject({ state: 'done' });
  expect(received.map(({ secure }) => secure)).toEqual([true]);
  const plain = await startMail(engine);
  engine.settings.mail.security = 'starttls';
  expect((await engine.tryAction('email', message)).state).toBe('failed');
  expect(plain).toEqual([]);
});

test('TLS from the first byte', async () => {
  const engine = await startRules();
  const received = await startMail(engine, { secure: true });
  Object.assign(engine.settings.mail, { security: 'tls', allowInvalidCertificate: true });
  expect(await engine.tryAction('email', message)).toMatchObject({ state: 'done' });
  expect(received).toHaveLength(1);
});

test('refusals of the server are told in its words', async () => {
  const engine = await startRules();
  await startMail(engine, {
    onRcptTo: ({ address }, _session, callback) => callback(address.startsWith('bad') ? new Error('no such person here') : null),
  });
  const step = await engine.tryAction('email', { ...message, to: ['bad@example.com'] });
  expect(step.error).toContain('refused the sender or the recipients');
  expect(step.error).toContain('no such person here');
  expect(await engine.tryAction('email', { ...message, to: ['bad@example.com', 'good@example.com'] })).toMatchObject({
    state: 'done',
    detail: { accepted: ['good@example.com'], rejected: ['bad@example.com'] },
  });
});

test('no server set up, nobody to write to, loopback not allowed, nobody listening, a server that hangs or is none', async () => {
  const engine = await startRules();
  expect((await engine.tryAction('email', message)).error).toContain('No mail server is set up');
  await startMail(engine);
  expect((await engine.tryAction('email', { ...message, to: ['{{.Email}}'] })).error).toContain('There is no recipient address');
  engine.settings.outbound.allowLoopback = false;
  expect((await engine.tryAction('email', message)).error).toContain('this machine itself');
  engine.settings.outbound.allowLoopback = true;
  engine.settings.mail.port = 9;
  expect((await engine.tryAction('email', message)).error).toContain('nothing listens there');
  const words = ['', 'HTTP/1.1 400 Bad Request\r\n\r\n'];
  for (const word of words) {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(word);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    engine.settings.mail.port = (server.address() as AddressInfo).port;
    expect((await engine.tryAction('email', message, { timeoutSeconds: 1 })).error).toContain(
      word === '' ? 'took longer than 1 s' : 'does not answer like a mail server',
    );
  }
});

test('OAuth2 renews its token through the connector and shows none of its secrets', async () => {
  const engine = await startRules();
  const received = await startMail(engine, {
    authMethods: ['XOAUTH2'],
    onAuth: ({ method, username, accessToken }, _session, callback) => {
      if (method === 'XOAUTH2' && accessToken === 'access-token-1') callback(null, { user: username });
      else callback(new Error('no'));
    },
  });
  let isRight = true;
  const tokens = createServer((request, response) => {
    request.resume().on('end', () => {
      response.statusCode = isRight ? 200 : 400;
      response.end(JSON.stringify(isRight ? { access_token: 'access-token-1' } : { error: 'invalid_grant' }));
    });
  });
  await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void tokens.close());
  Object.assign(engine.settings.mail, {
    username: 'gate',
    oauthTokenUrl: `http://127.0.0.1:${String((tokens.address() as AddressInfo).port)}/token`,
    oauthClientId: 'client',
    oauthClientSecret: 'client-secret-1',
    oauthRefreshToken: 'refresh-token-1',
  });
  expect(await engine.tryAction('email', message)).toMatchObject({ state: 'done' });
  expect(received[0]).toMatchObject({ user: 'gate' });
  isRight = false;
  const refused = await engine.tryAction('email', message);
  expect(refused.error).toContain('gave no access token: invalid_grant');
  engine.settings.mail.oauthTokenUrl = 'http://169.254.169.254/token';
  expect((await engine.tryAction('email', message)).error).toContain('not allowed');
  expect(JSON.stringify([refused, await engine.recorded()])).not.toMatch(/client-secret|refresh-token|access-token/);
});

test('the settings say how much may be attached', async () => {
  const engine = await startRules();
  const received = await startMail(engine);
  engine.settings.mail.attachmentsMegabytes = 1;
  await engine.save({ triggers: ['upload'], steps: [{ action: 'email', config: { ...message, attachments: ['{{.VirtualPath}}'] } }] });
  await put(await engine.login(engine.account('alice')), '/a', Buffer.alloc(1024 * 1024 + 1));
  expect((await engine.allRested())[0]?.steps[0]?.error).toBe('The attachments are larger than 1 MiB in all. Send a link or fewer files.');
  expect(received).toEqual([]);
});
