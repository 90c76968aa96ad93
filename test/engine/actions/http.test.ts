import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startRules } from '../../helpers/rules.ts';
import { startFileActions } from './file-action.ts';
import { put } from '../../helpers/vfs.ts';

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  const url = await listen(server);
  onTestFinished(() => server.closeAllConnections());
  return url;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Remembers each request and answers with it. */
async function echo(): Promise<{ url: string; got: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] }> {
  const got: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const url = await serve((request, response) => {
    void bodyOf(request).then((body) => {
      got.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      response.end(JSON.stringify({ headers: request.headers, url: request.url, body }));
    });
  });
  return { url, got };
}

test('HTTP notification: method, query, headers and a rendered body; values stay data', async () => {
  const { url, got } = await echo();
  const engine = await startRules();
  await engine.save({
    triggers: ['upload'],
    steps: [
      {
        action: 'http',
        config: {
          method: 'PUT',
          url: `${url}/files/{{urlPathEscape .ObjectName}}?from=gatehouse`,
          query: [{ name: 'p & q', value: '{{.VirtualPath}}' }],
          headers: [
            { name: 'X-File', value: '{{.ObjectName}}' },
            { name: 'X-Two', value: 'a\r\nX-Injected: yes' },
          ],
          body: '{"path": {{toJson .VirtualPath}}, "size": {{.FileSize}}, "user": {{toJson .Name}}}',
        },
      },
    ],
  });
  const session = await engine.login(engine.account('alice'));
  await put(session, '/{{.IP}} ü "&?#.txt', 'hello');
  const [run] = await engine.allRested();
  expect(run).toMatchObject({ state: 'done', steps: [{ detail: { status: 200, redirects: 0 } }] });
  expect(got).toHaveLength(1);
  expect(got[0]).toMatchObject({
    method: 'PUT',
    url: '/files/%7B%7B.IP%7D%7D%20%C3%BC%20%22&%3F%23.txt?from=gatehouse&p+%26+q=%2F%7B%7B.IP%7D%7D+%C3%BC+%22%26%3F%23.txt',
    headers: { 'content-type': 'application/json', 'user-agent': 'Gatehouse', 'x-two': 'a X-Injected: yes' },
  });
  expect(Buffer.from(String(got[0]?.headers['x-file']), 'latin1').toString()).toBe('{{.IP}} ü "&?#.txt');
  expect(JSON.parse(got[0]?.body ?? '')).toEqual({ path: '/{{.IP}} ü "&?#.txt', size: 5, user: 'alice' });
});

test('GET sends no body, a text is a text', async () => {
  const { url, got } = await echo();
  const engine = await startRules();
  await engine.tryAction('http', { method: 'GET', url, body: 'ignored' });
  await engine.tryAction('http', { method: 'DELETE', url, body: 'plain' });
  expect(got.map(({ method, body, headers }) => [method, body, headers['content-type']])).toEqual([
    ['GET', '', undefined],
    ['DELETE', 'plain', 'text/plain; charset=utf-8'],
  ]);
});

test('secrets reach the server and nothing else', async () => {
  const { url, got } = await echo();
  const engine = await startRules();
  const basic = await engine.tryAction('http', { url, username: 'me', password: 'pa"ss wörd' });
  const bearer = await engine.tryAction('http', {
    url: `${url}/?again=tok-123-456`,
    bearerToken: 'tok-123-456',
    headers: [{ name: 'X-Key', secret: 'key+/789' }],
    body: 'key+/789 and tok-123-456',
  });
  expect(Buffer.from(got[0]?.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()).toBe('me:pa"ss wörd');
  expect(got[1]).toMatchObject({ headers: { authorization: 'Bearer tok-123-456', 'x-key': 'key+/789' }, body: 'key+/789 and tok-123-456' });
  expect(basic.inputs).toMatchObject({ password: '•••', username: 'me', bearerToken: '' });
  expect(bearer.inputs).toMatchObject({ bearerToken: '•••', url: `${url}/?again=•••`, body: '••• and •••', headers: [{ secret: '•••' }] });
  const shown = JSON.stringify([basic, bearer, await engine.recorded()]);
  for (const text of ['pa\\"ss', 'pa\\\\"ss', 'tok-123-456', 'key+/789', got[0]?.headers.authorization?.replace('Basic ', '') ?? 'none'])
    expect(shown).not.toContain(text);
});

test('answers outside 200 to 299 fail, with status and the first 4 KiB', async () => {
  const url = await serve((_request, response) => response.writeHead(404).end('x'.repeat(10_000)));
  const engine = await startRules();
  const step = await engine.tryAction('http', { url });
  expect(step).toMatchObject({
    state: 'failed',
    error: `${new URL(url).host} answered with status 404.`,
    detail: { status: 404, bytes: 10_000 },
  });
  expect(step.detail?.['body']).toHaveLength(4096);
});

test('redirects are followed with authorization left behind at another origin, and POST becomes GET where it should', async () => {
  const target = await echo();
  const url = await serve((request, response) => {
    const status = Number(request.url?.slice(1));
    response.writeHead(status, { location: `${target.url}/there` }).end();
  });
  const engine = await startRules();
  const secrets = {
    bearerToken: 'token-token',
    headers: [
      { name: 'X-Key', secret: 'key-key-key' },
      { name: 'X-Plain', value: 'p' },
    ],
    body: 'payload',
  };
  await engine.tryAction('http', { url: `${url}/302`, ...secrets });
  await engine.tryAction('http', { url: `${url}/307`, ...secrets });
  expect(
    target.got.map(({ method, headers, body }) => [method, headers.authorization, headers['x-key'], headers['x-plain'], body]),
  ).toEqual([
    ['GET', undefined, undefined, 'p', ''],
    ['POST', undefined, undefined, 'p', 'payload'],
  ]);
});

test('authorization stays on the same origin', async () => {
  const seen: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url === '/a') response.writeHead(308, { location: '/b' }).end();
    else response.end();
  });
  const engine = await startRules();
  expect(await engine.tryAction('http', { url: `${url}/a`, bearerToken: 'token-token' })).toMatchObject({
    state: 'done',
    detail: { redirects: 1 },
  });
  expect(seen).toEqual(['Bearer token-token', 'Bearer token-token']);
});

test.each<[string, string, string]>([
  ['to the metadata service', 'http://169.254.169.254/latest/meta-data/', 'not allowed'],
  ['to a metadata address in disguise', 'http://[::ffff:a9fe:a9fe]/', 'not allowed'],
  ['to a number that is an address', 'http://2852039166/', 'not allowed'],
  ['to a file', 'file:///etc/passwd', 'neither http nor https'],
  ['to nonsense', 'http://[/', 'not an address'],
  ['in circles', '/', 'more than 5 times'],
])('a redirect %s fails in plain words', async (_name, location, words) => {
  const url = await serve((_request, response) => response.writeHead(302, { location }).end());
  const engine = await startRules();
  const step = await engine.tryAction('http', { url });
  expect(step.state).toBe('failed');
  expect(step.error).toContain(words);
});

test('loopback by a redirect is judged like loopback by the address', async () => {
  const { url, got } = await echo();
  const gate = await serve((_request, response) => response.writeHead(302, { location: url }).end());
  const engine = await startRules({ resolve: () => Promise.resolve(['127.0.0.1']), ownPorts: [Number(new URL(url).port)] });
  expect((await engine.tryAction('http', { url: gate })).error).toContain('a port of Gatehouse itself');
  engine.settings.outbound.allowLoopback = false;
  expect((await engine.tryAction('http', { url: 'http://looks-public.example/' })).error).toContain('this machine itself');
  expect(got).toEqual([]);
});

test.each<
  [
    string,
    (server: { url: (handler: RequestListener) => Promise<string>; tcp: (data: string | null) => Promise<string> }) => Promise<string>,
    string,
  ]
>([
  ['never answers', ({ url }) => url(() => undefined), 'gave no complete answer within 1 s'],
  [
    'trickles its body',
    ({ url }) => url((_request, response) => void setInterval(() => response.write('.'), 50).unref()),
    'gave no complete answer within 1 s',
  ],
  ['resets the connection', ({ url }) => url((request) => request.socket.resetAndDestroy()), 'the other side broke the connection'],
  ['closes in the middle', ({ tcp }) => tcp('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'), 'the other side closed the connection'],
  ['closes at once', ({ tcp }) => tcp(''), 'the other side closed the connection'],
  ['does not speak HTTP', ({ tcp }) => tcp('220 mail.example ESMTP\r\n'), 'its answer is not HTTP'],
  ['sends headers without end', ({ tcp }) => tcp(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`), 'its answer has too many headers'],
  [
    'answers gigabytes',
    ({ url }) =>
      url((_request, response) => {
        const chunk = Buffer.alloc(1024 * 1024);
        const more = (): void => {
          while (response.write(chunk)) if (response.destroyed) return;
        };
        response.on('drain', more);
        more();
      }),
    'answered with more than 10485760 bytes',
  ],
])('a server that %s gives a failed action in plain words', async (_name, start, words) => {
  const tcp = async (data: string | null): Promise<string> => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(data ?? ''));
    });
    return await listen(server);
  };
  const url = await start({ url: serve, tcp });
  const engine = await startRules();
  const step = await engine.tryAction('http', { url, timeoutSeconds: 1 });
  expect(step.state).toBe('failed');
  expect(step.error).toContain(words);
});

test('a server that is down, a name that is unknown, a step whose time is over', async () => {
  const engine = await startRules({ resolve: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })) });
  expect((await engine.tryAction('http', { url: 'http://127.0.0.1:9/' })).error).toContain('nothing listens there');
  expect((await engine.tryAction('http', { url: 'http://unknown.example/' })).error).toContain(
    'The name unknown.example is not known: no such name',
  );
  const url = await serve(() => undefined);
  expect((await engine.tryAction('http', { url }, { timeoutSeconds: 1 })).error).toBe('The action took longer than 1 s and was stopped.');
});

test('a value cannot lead the request to another server', async () => {
  const { url, got } = await echo();
  const engine = await startRules();
  await engine.save({ triggers: ['upload'], steps: [{ action: 'http', config: { url: `${url}/x{{.ObjectName}}` } }] });
  const session = await engine.login(engine.account('alice'));
  await put(session, '/@evil.example', 'x');
  await put(session, '/..%2f..%2f', 'x');
  expect((await engine.allRested()).map((run) => run.state)).toEqual(['done', 'done']);
  expect(got.map((request) => request.headers.host)).toEqual([new URL(url).host, new URL(url).host]);
});

test('PATCH with a bearer secret; a form of texts and of files of any size and name', async () => {
  const { url, got } = await echo();
  const engine = await startFileActions();
  engine.place({ '/a "b".txt': 'first', '/in/two.pdf': Buffer.alloc(700_000, 'x') });
  const step = await engine.act('http', {
    method: 'PATCH',
    url: `${url}/up`,
    bearerToken: 'token-token',
    parts: [
      { name: 'what "is"', value: 'from {{.Name}} ü' },
      { name: 'json', value: '{}', contentType: 'application/json' },
      { name: 'empty' },
    ],
    files: [
      { name: 'one', path: '/a "b".txt' },
      { name: 'two', path: '/in/two.pdf' },
    ],
  });
  expect(step).toMatchObject({ state: 'done', detail: { status: 200 } });
  const [request] = got;
  expect(request).toMatchObject({ method: 'PATCH', headers: { authorization: 'Bearer token-token' } });
  expect(Number(request?.headers['content-length'])).toBe(Buffer.byteLength(request?.body ?? ''));
  const form = await new Response(request?.body, { headers: { 'content-type': request?.headers['content-type'] ?? '' } }).formData();
  expect([...form.keys()]).toEqual(['what "is"', 'json', 'empty', 'one', 'two']);
  expect([form.get('what "is"'), form.get('empty')]).toEqual([expect.stringMatching(/^from .* ü$/) as string, '']);
  const [one, two] = [form.get('one') as File, form.get('two') as File];
  expect([one.name, one.type, await one.text(), two.name, two.type, two.size]).toEqual([
    'a "b".txt',
    'text/plain',
    'first',
    'two.pdf',
    'application/pdf',
    700_000,
  ]);
});

test('files of a form are sent again where a redirect says so, and a missing one is told before anything is sent', async () => {
  const target = await echo();
  const url = await serve((request, response) => {
    request.resume().on('end', () => response.writeHead(307, { location: target.url }).end());
  });
  const engine = await startFileActions();
  engine.place({ '/a.txt': 'content' });
  expect(await engine.act('http', { url, files: [{ name: 'f', path: '/a.txt' }] })).toMatchObject({
    state: 'done',
    detail: { redirects: 1 },
  });
  expect(target.got[0]?.body).toContain('\r\n\r\ncontent\r\n--');
  const missing = await engine.act('http', { url, files: [{ name: 'f', path: '/gone.txt' }] });
  expect(missing.error).toContain('Nothing is there');
  expect((await engine.act('http', { url, files: [{ name: 'f', path: '/' }] })).error).toContain('is a folder');
  expect(target.got).toHaveLength(1);
});

test('the timeout holds with files, and a server that does not read them is left', async () => {
  const url = await serve(() => undefined);
  const engine = await startFileActions();
  engine.place({ '/big.bin': Buffer.alloc(20 * 1024 * 1024) });
  const step = await engine.act('http', { url, files: [{ name: 'f', path: '/big.bin' }], timeoutSeconds: 1 });
  expect(step.error).toContain('gave no complete answer within 1 s');
});

test('what cannot be sent is told at its field when the rule is saved', async () => {
  const engine = await startRules();
  const cases: [Record<string, unknown>, string][] = [
    [{ body: 'x', parts: [{ name: 'a' }] }, 'body'],
    [{ method: 'GET', parts: [{ name: 'a' }] }, 'method'],
    [{ parts: [{ name: 'a' }], headers: [{ name: 'content-TYPE', value: 'x/y' }] }, 'headers'],
    [
      {
        files: [
          { name: 'a', path: '/x' },
          { name: 'b', path: '/x' },
        ],
      },
      'files',
    ],
    [{ parts: [{ name: '' }] }, 'parts.0.name'],
    [{ url: 'https://{{.Name}}.example.com/' }, 'url'],
    [{ username: 'me', bearerToken: 'x' }, 'bearerToken'],
  ];
  for (const [config, field] of cases) {
    const rule = await engine.save({ triggers: ['upload'], steps: [{ action: 'http', config: { url: 'https://a.example/', ...config } }] });
    expect(rule.problems.map((problem) => problem.field)).toEqual([`steps.0.config.${field}`]);
  }
});

test('where the administrator allows it a template may name the server, judged like any other', async () => {
  const { url, got } = await echo();
  const engine = await startRules();
  const port = new URL(url).port;
  const config = { url: '{{"http"}}://127.0.0.1:{{"PORT"}}/x'.replace('PORT', port), templatesInHost: true };
  expect(await engine.tryAction('http', config)).toMatchObject({ state: 'done' });
  expect(got.map((request) => request.url)).toEqual(['/x']);
  expect((await engine.tryAction('http', { ...config, url: 'http://{{"169.254.169.254"}}/' })).error).toContain('not allowed');
  expect((await engine.tryAction('http', { ...config, url: '{{"file:"}}///etc/passwd' })).error).toContain('not valid after its templates');
});
