import { describe, expect, it, test } from 'vitest';
import { OWNER, TESTER } from '../../../helpers/api.ts';
import { type RestAnswer, startRest } from './rest.ts';

const ids = (answer: RestAnswer): number[] => answer.value.events.map(({ _id }) => _id);
const LOG_ID = '00000000-0000-0000-0000-000000000000';

describe('a search', () => {
  it('is newest first, 25 of them, and says where the log stands', async () => {
    const rest = await startRest();
    await rest.record(...Array.from({ length: 30 }, (_, index) => `user${index}`));
    const answer = await rest.call('/api/event');
    expect(answer).toMatchObject({ status: 200, ok: true, oldest_id: 1, newest_id: 30, value: { partial: false } });
    expect(answer.log_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids(answer)).toEqual(Array.from({ length: 25 }, (_, index) => 30 - index));
    const next = await rest.call(`/api/event?cursor=${String(answer.value.cursor)}`);
    expect(ids(next)).toEqual([5, 4, 3, 2, 1]);
    expect(next.value.cursor).toBeNull();
  });

  const cases: [query: string, found: number[]][] = [
    ['sort=_id', [1, 2, 3, 4]],
    ['sort=_id&limit=2', [1, 2]],
    ['type=OBJECT_DELETE', [3]],
    ['type=OBJECT_DELETE,LOGIN_FAILED', [4, 3, 2, 1]],
    ['type=OBJECT_DELETE&type=LOGIN_FAILED&limit=1', [4]],
    ['pollable=true', [3]],
    ['pollable=0', [4, 2, 1]],
    ['ids=1,3-4', [4, 3, 1]],
    ['path=/b*', [2]],
    ['outcome=ok', [3]],
    ['outcome=denied,failed&text=anna', [1]],
    ['date_from=2026-11-21T12:00:00Z', [4, 3, 2, 1]],
    ['date_to=2026-11-21T12:00:00Z', []],
    ['object_id=7', []],
  ];
  it('takes every filter from the query string', async () => {
    const rest = await startRest();
    await rest.record('anna', 'berta', 'x!', 'anton');
    const found = await Promise.all(cases.map(async ([query]) => [query, ids(await rest.call(`/api/event?${query}`))]));
    expect(found).toEqual(cases);
  });

  it('counts only when it is asked to', async () => {
    const rest = await startRest();
    await rest.record('a', 'b', 'c!');
    expect((await rest.call('/api/event?limit=1')).value).not.toHaveProperty('total');
    expect((await rest.call('/api/event?limit=1&type=LOGIN_FAILED&total=true')).value).toMatchObject({ total: 2, total_partial: false });
  });

  const refused: [query: string, status: number, field: string, words: RegExp][] = [
    ['type=TELEPORTED', 400, 'type', /There is no event type "TELEPORTED"/],
    ['colour=red', 400, 'colour', /There is no parameter "colour"/],
    ['dateFrom=2026-11-21T12:00:00Z', 400, 'date_from', /There is no parameter/],
    ['__proto__=1', 400, '__proto__', /There is no parameter/],
    ['sort=name', 400, 'sort', /newest/],
    ['limit=0', 400, 'limit', /limit/],
    ['limit=1001', 400, 'limit', /limit/],
    ['limit=many', 400, 'limit', /limit/],
    ['limit=1&limit=2', 400, 'limit', /more than once/],
    ['ids=9-1', 400, 'ids', /runs backwards/],
    ['ids=1;2', 400, 'ids', /1,2-30/],
    ['ids=9999999999999999', 400, 'ids', /1,2-30/],
    ['date_from=yesterday', 400, 'date_from', /date_from/],
    ['date_from=2026-11-22T00:00:00Z&date_to=2026-11-21T00:00:00Z', 400, 'date_to', /ends before it begins/],
    ['outcome=odd', 400, 'outcome.0', /outcome/],
    ['token=secret', 400, 'token', /hash of the token/],
    ['cursor=nonsense', 400, 'cursor', /no place in an answer/],
    [`log_id=${LOG_ID}`, 410, 'log_id', /perhaps a backup was restored/],
    [`text=${'a+'.repeat(17)}`, 400, 'text', /at most 16 words/],
    ['format=xml', 400, 'format', /format/],
  ];
  test.each(refused)('refuses %s in words, with the place of the log', async (query, status, field, words) => {
    const rest = await startRest();
    const answer = await rest.call(`/api/event?${query}`);
    expect(answer).toMatchObject({ status, ok: false, newest_id: 0, log_id: expect.any(String) as string, error: { field } });
    expect(answer.error.message).toMatch(words);
  });

  it('refuses the place of another search and of another log', async () => {
    const rest = await startRest();
    await rest.record('a', 'b', 'c');
    const cursor = String((await rest.call('/api/event?limit=1')).value.cursor);
    expect(await rest.call(`/api/event?limit=1&type=LOGIN_FAILED&cursor=${cursor}`)).toMatchObject({
      status: 400,
      error: { message: expect.stringMatching(/other filters/) as string },
    });
    expect(await rest.call(`/api/event?sort=_id&cursor=${cursor}`)).toMatchObject({ status: 400 });
    const other = await startRest();
    expect(await other.call(`/api/event?limit=1&cursor=${cursor}`)).toMatchObject({ status: 410, error: { code: 'gone' } });
    const beyond = cursor.replace(/\.\d+$/, '.99');
    expect(await rest.call(`/api/event?limit=1&cursor=${beyond}`)).toMatchObject({ status: 410, error: { code: 'gone', field: 'cursor' } });
    expect(await rest.dispatch('events.search', { after: 99 }, OWNER)).toMatchObject({ error: { code: 'gone', field: 'after' } });
  });
});

describe('one event', () => {
  it('is read by its id', async () => {
    const rest = await startRest();
    await rest.record('anna');
    expect(await rest.call('/api/event/1')).toMatchObject({
      status: 200,
      newest_id: 1,
      value: { _id: 1, type: 'LOGIN_FAILED', info: { login: 'anna' } },
    });
    expect(await rest.call('/api/event/2')).toMatchObject({ status: 404, error: { code: 'not_found', field: 'id' } });
    expect(await rest.call('/api/event/9999999999999999')).toMatchObject({ status: 404 });
  });

  it('is deleted by those who may, which is recorded', async () => {
    const rest = await startRest();
    await rest.record('anna', 'berta');
    const reader = await rest.token('events.read');
    expect(await rest.call('/api/event/2', { method: 'DELETE', token: reader })).toMatchObject({ status: 403 });
    expect(await rest.call('/api/event/2', { method: 'DELETE' })).toMatchObject({
      status: 200,
      value: { type: 'OBJECT_DELETE', basetype: 'event', object_id: 2, info: { old: 'LOGIN_FAILED' }, origin: 'api' },
    });
    expect((await rest.recorded()).map(({ _id, type }) => [_id, type])).toEqual([
      [1, 'LOGIN_FAILED'],
      [3, 'OBJECT_INSERT'],
      [4, 'RESOURCE_NOT_AVAILABLE'],
      [5, 'OBJECT_DELETE'],
    ]);
    expect(await rest.call('/api/event/2', { method: 'DELETE' })).toMatchObject({ status: 404 });
  });
});

describe('what clients say of themselves', () => {
  it('is recorded where the settings want to know', async () => {
    const rest = await startRest();
    const post = (type: string, info: unknown = {}) => rest.call('/api/event', { method: 'POST', body: { type, info } });
    expect(await post('SEARCH')).toMatchObject({
      status: 501,
      error: { message: expect.stringMatching(/switched off.*log\.search/) as string },
    });
    await rest.settings.save({ log: { search: true, detail: true } }, TESTER);
    expect(await post('SEARCH', { text: 'invoice' })).toMatchObject({ status: 200, value: { type: 'SEARCH', info: { text: 'invoice' } } });
    await rest.call('/api/event?text=order&event_log=SEARCH');
    await rest.call('/api/event/1?event_log=DETAIL_VIEW');
    expect((await rest.recorded('SEARCH', 'DETAIL_VIEW')).map(({ type, info }) => [type, info])).toEqual([
      ['SEARCH', { text: 'invoice' }],
      ['SEARCH', { text: 'order', event_log: 'SEARCH' }],
      ['DETAIL_VIEW', { id: 1 }],
    ]);
  });

  const refused: [body: unknown, words: RegExp][] = [
    [{ type: 'USER_LOGIN' }, /Only SEARCH and DETAIL_VIEW/],
    [{ type: 'SEARCH', info: [] }, /info/],
    [{ type: 'SEARCH', info: { text: 'x'.repeat(20_000) } }, /longer than 16384/],
    [{}, /type/],
    ['{', /not JSON/],
  ];
  test.each(refused)('refuses the body %#', async (body, words) => {
    const rest = await startRest();
    const answer = await rest.call('/api/event', { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.error.message).toMatch(words);
  });

  it('is answered without a record while that is switched off', async () => {
    const rest = await startRest();
    expect(await rest.call('/api/event?event_log=SEARCH')).toMatchObject({ status: 200 });
    expect(await rest.recorded()).toEqual([]);
  });
});

describe('files', () => {
  it('begin with a byte order mark and disarm formulas', async () => {
    const rest = await startRest();
    await rest.record('=1+1', 'a,"b"', 'fine!');
    const response = await rest.fetch('/api/event?format=csv&sort=_id');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const [head, ...lines] = bytes.toString('utf8').slice(1).split('\r\n');
    expect(head).toMatch(/^_id,timestamp,type,outcome,/);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('"{""method"":""password"",""login"":""=1+1""');
    expect(lines[1]).toContain(',"/a,""b""",');
  });

  it('hold everything that fits, one JSON object per line', async () => {
    const rest = await startRest();
    await rest.record(...Array.from({ length: 2500 }, (_, index) => (index % 2 === 0 ? `user${index}` : 'x!')));
    const lines = (await (await rest.fetch('/api/event?format=jsonl&type=LOGIN_FAILED&sort=_id')).text()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { _id: number })._id)).toEqual(
      Array.from({ length: 1250 }, (_, index) => 2 * index + 1),
    );
    const few = (await (await rest.fetch('/api/event?format=jsonl&limit=3')).text()).trimEnd().split('\n');
    expect(few).toHaveLength(3);
  });

  it('go on from a place of the same filters and order, and from no other', async () => {
    const rest = await startRest();
    await rest.record('a', 'b', 'c!', 'd', 'e');
    const query = 'type=LOGIN_FAILED&sort=_id';
    const cursor = String((await rest.call(`/api/event?${query}&limit=2`)).value.cursor);
    const lines = (await (await rest.fetch(`/api/event?${query}&format=jsonl&cursor=${cursor}`)).text()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { _id: number })._id)).toEqual([4, 5]);
    const rows = await (await rest.fetch(`/api/event?${query}&format=csv&limit=1&cursor=${cursor}`)).text();
    expect(rows).toMatch(/^4,[^\n]*\n$/);
    expect(await rest.call(`/api/event?sort=_id&format=csv&cursor=${cursor}`)).toMatchObject({ status: 400, error: { field: 'cursor' } });
    const other = await startRest();
    expect(await other.call(`/api/event?${query}&format=csv&cursor=${cursor}`)).toMatchObject({ status: 410 });
    expect(await rest.call('/api/event?format=csv&total=true')).toMatchObject({ status: 400, error: { field: 'total' } });
  });

  it('stop when the client goes', async () => {
    const rest = await startRest();
    await rest.record(...Array.from({ length: 3000 }, () => 'x'.repeat(2000)));
    const abort = new AbortController();
    const response = await rest.fetch('/api/event?format=jsonl', { signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    // The reader is free for others.
    expect(await rest.call('/api/event?limit=1')).toMatchObject({ status: 200 });
  });
});

describe('the rest of the interface', () => {
  it('describes itself', async () => {
    const rest = await startRest();
    const document = (await (await rest.fetch('/api/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths['/api/event']?.['get']?.parameters?.map(({ name }) => name)).toContain('session_created_from');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/event/{id}', '/api/event/poll', '/rpc/rules.save']));
  });

  it.each([
    ['GET', '/api/events', 404],
    ['GET', '/api/', 404],
    ['GET', '/api/event/1/2', 404],
    ['GET', '/api/event/abc', 404],
    ['PUT', '/api/event', 405],
    ['DELETE', '/api/event', 405],
    ['POST', '/api/event/poll', 405],
  ])('%s %s is answered with %i', async (method, path, status) => {
    const rest = await startRest();
    const answer = await rest.call(path, { method });
    expect(answer).toMatchObject({ status, ok: false });
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/GET|DELETE|POST/);
  });

  const rights: [method: string, path: string, permission: 'events.read' | 'events.write' | 'events.poll-all'][] = [
    ['GET', '/api/event', 'events.read'],
    ['GET', '/api/event/1', 'events.read'],
    ['GET', '/api/event/stream', 'events.read'],
    ['POST', '/api/event', 'events.write'],
    ['GET', '/api/event/poll?full=1', 'events.read'],
    ['GET', '/api/event/poll?scope=all', 'events.poll-all'],
  ];
  test.each(rights)('%s %s needs the permission %s', async (method, path, permission) => {
    const rest = await startRest();
    const answer = await rest.call(path, { method, token: await rest.token('status') });
    expect(answer).toMatchObject({ status: 403, error: { code: 'forbidden', message: expect.stringContaining(permission) as string } });
  });

  it('streams, after the place of the header', async () => {
    const rest = await startRest();
    await rest.record('a', 'b');
    const abort = new AbortController();
    const response = await rest.fetch('/api/event/stream', { headers: { 'last-event-id': '1' }, signal: abort.signal });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"_id":2')) text += (await reader?.read())?.value ?? '';
    expect(text).not.toContain('"_id":1');
    abort.abort();
    expect(await rest.call(`/api/event/stream?log_id=${LOG_ID}`)).toMatchObject({ status: 410 });
    const beyond = await rest.fetch('/api/event/stream', { headers: { 'last-event-id': '99' } });
    expect(beyond.status).toBe(410);
    expect(await beyond.json()).toMatchObject({ ok: false, oldest_id: 1, newest_id: 2, error: { code: 'gone', field: 'last-event-id' } });
  });
});
