import { describe, expect, test } from 'vitest';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { type Call, createCallRecorder, isWanted } from '../../../engine/events/call-recorder.ts';
import { SYSTEM } from '../../../engine/events/log.ts';
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
    const call: Call = { method: 'POST', url: '/rpc/x.y', payload, isWrite: true, actor: SYSTEM, batchId: null };
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
    expect(events[0]?.batch_id).not.toBeNull();
  });
});
