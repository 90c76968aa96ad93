import { describe, expect, test } from 'vitest';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { type Call, createCallRecorder, isWanted } from '../../../engine/events/call-recorder.ts';
import { SYSTEM } from '../../../engine/events/log.ts';
import { TESTER } from '../../helpers/api.ts';
import { startRest } from '../http/api/rest.ts';
import { startTestEngine } from '../../helpers/engine.ts';
import { startVfs } from '../../helpers/vfs.ts';

const wish = (apiCalls: object) => settingsSchema.parse({ log: { apiCalls } }).log.apiCalls;

describe('which calls are logged', () => {
  const cases: [wish: object, url: string, isWrite: boolean, wanted: boolean][] = [
    [{}, '/rpc/rules.save', true, false],
    [{ record: 'writes' }, '/rpc/rules.save', true, true],
    [{ record: 'writes' }, '/rpc/rules.list', false, false],
    [{ record: 'all' }, '/rpc/rules.list', false, true],
    [{ record: 'all' }, '/rpc/events.search', false, false],
    [{ record: 'all' }, '/api/event/poll?after=1', false, false],
    [{ record: 'all' }, '/api/event/7', true, true],
    [{ include: ['rules.list'] }, '/rpc/rules.list', false, true],
    [{ include: ['rules.*'] }, '/rpc/rules.save', true, true],
    [{ include: ['rules.*'] }, '/rpc/accounts.save', true, false],
    [{ include: ['/api/event*'] }, '/api/event?type=X', false, true],
    [{ record: 'all', exclude: ['accounts.*'] }, '/rpc/accounts.save', true, false],
    [{ record: 'all', include: ['accounts.save'], exclude: ['accounts.save'] }, '/rpc/accounts.save', true, false],
  ];
  test.each(cases)('%j %s, write %s: %s', (apiCalls, url, isWrite, wanted) => {
    expect(isWanted(wish(apiCalls), url, isWrite)).toBe(wanted);
  });
});

describe('an API_CALL', () => {
  const payloads: [name: string, payload: unknown, shown: unknown][] = [
    ['nothing', undefined, null],
    [
      'passwords',
      { username: 'a', password: 'p', nested: [{ privateKey: 'k', passphrase: '', secret: { secret: 3 } }] },
      { username: 'a', password: '***', nested: [{ privateKey: '***', passphrase: '', secret: '***' }] },
    ],
    ['what looks like a secret', { note: 'Bearer abcdef0123456789' }, { note: 'Bearer ***' }],
    ['a very long one', { text: 'x'.repeat(20_000) }, { left_out: '20011 characters' }],
  ];
  test.each(payloads)('holds %s', async (_name, payload, shown) => {
    const { events, recorded } = await startVfs();
    const recorder = createCallRecorder({ events, settings: () => wish({ record: 'all' }) });
    const call: Call = { method: 'POST', url: '/rpc/x.y', payload, isWrite: true, actor: SYSTEM, batch: () => 7 };
    recorder.note(call);
    expect(await recorded('API_CALL')).toMatchObject([{ info: { method: 'POST', url: '/rpc/x.y', payload: shown } }]);
  });

  test('is recorded for methods and addresses of a running server', async () => {
    const server = await startTestEngine();
    const { http, token } = server;
    await server.call('settings.save', { log: { apiCalls: { record: 'all', include: ['/api/event'] } } });
    await server.call('accounts.save', { username: 'acme', password: 'correct horse battery' });
    await server.call('rules.list');
    await fetch(`${http}/api/event?limit=1`, { headers: { authorization: `Bearer ${token}` } });
    const { events } = await server.call('events.search', { type: 'API_CALL', sort: '_id' });
    expect(events.map(({ info }) => info)).toEqual([
      { method: 'POST', url: '/rpc/accounts.save', payload: { username: 'acme', password: '***' } },
      { method: 'POST', url: '/rpc/rules.list', payload: {} },
      { method: 'GET', url: '/api/event?limit=1', payload: null },
    ]);
    expect(events.every(({ batch_id }) => batch_id !== null)).toBe(true);
    const [made] = (await server.call('events.search', { type: 'OBJECT_INSERT', objecttype: 'user' })).events;
    expect(made?.batch_id).toBe(events[0]?.batch_id);
  });

  test('shares its batch with what the request causes, and tells of refused ones too', async () => {
    const rest = await startRest();
    await rest.settings.save({ log: { apiCalls: { record: 'writes', include: ['/api/event/1'] }, search: true } }, TESTER);
    await rest.record('anna');
    const [first = 0] = await rest.record('berta');
    const reader = await rest.token('events.read');
    const body = { type: 'SEARCH', info: { text: 'x', password: 'p' } };
    expect((await rest.call('/api/event', { method: 'POST', body })).status).toBe(200);
    expect((await rest.call(`/api/event/${first}`, { method: 'DELETE' })).status).toBe(200);
    expect((await rest.call('/api/event/1', { method: 'DELETE', token: reader })).status).toBe(403);
    expect((await rest.call('/api/event/1', { method: 'PUT' })).status).toBe(405);
    expect((await rest.call('/api/event/99', { method: 'DELETE' })).status).toBe(404);
    const calls = await rest.recorded('API_CALL');
    expect(calls.map(({ info, outcome }) => [info['method'], info['url'], outcome])).toEqual([
      ['POST', '/api/event', 'ok'],
      ['DELETE', `/api/event/${first}`, 'ok'],
      ['DELETE', '/api/event/1', 'denied'],
      ['PUT', '/api/event/1', 'failed'],
      ['DELETE', '/api/event/99', 'ok'],
    ]);
    expect(calls[0]?.info['payload']).toEqual({ type: 'SEARCH', info: { text: 'x', password: '***' } });
    const caused = await rest.recorded('SEARCH', 'OBJECT_DELETE');
    expect(caused.map(({ batch_id }) => batch_id)).toEqual(calls.slice(0, 2).map(({ batch_id }) => batch_id));
    const unavailable = await rest.recorded('RESOURCE_NOT_AVAILABLE');
    expect(unavailable.map(({ info, outcome }) => [info, outcome])).toEqual([
      [{ schema: 'BASE', type: 'event', id: '1', reason: 'not allowed' }, 'denied'],
      [{ schema: 'BASE', type: 'event', id: '99', reason: 'not found' }, 'failed'],
    ]);
    expect(unavailable[1]?.batch_id).toBe(calls[4]?.batch_id);
  });

  test('is recorded for methods that there are not or that are not allowed; what they named is told as not available', async () => {
    const server = await startTestEngine();
    await server.call('settings.save', { log: { apiCalls: { record: 'writes' } } });
    const { token } = await server.call('tokens.create', { name: 'x', permissions: ['status'] });
    const ask = (method: string, body: object) =>
      fetch(`${server.http}/rpc/${method}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
    await ask('accounts.delete', { username: 'acme' });
    await ask('teleport', { password: 'p' });
    await server.call('accounts.delete', { username: 'nobody' }).catch(() => undefined);
    const found = async (type: string) => (await server.call('events.search', { type, sort: '_id' })).events;
    const calls = (await found('API_CALL')).filter(({ info }) => info['url'] !== '/rpc/tokens.create');
    expect(calls.map(({ info, outcome }) => [info['url'], info['payload'], outcome])).toEqual([
      ['/rpc/accounts.delete', { username: 'acme' }, 'denied'],
      ['/rpc/teleport', { password: '***' }, 'failed'],
      ['/rpc/accounts.delete', { username: 'nobody' }, 'ok'],
    ]);
    expect((await found('RESOURCE_NOT_AVAILABLE')).map(({ info }) => info)).toEqual([
      { schema: 'BASE', type: 'user', id: 'acme', reason: 'not allowed' },
      { schema: 'BASE', type: 'user', id: 'nobody', reason: 'not found' },
    ]);
  });
});
