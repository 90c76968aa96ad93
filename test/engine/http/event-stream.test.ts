import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readSse } from '../../../engine/cli/sse.ts';
import type { PushMessage } from '../../../engine/contract/push.ts';
import { SYSTEM } from '../../../engine/events/log.ts';
import { startApi, type TestApi, TESTER } from '../../helpers/api.ts';
import { rawRequest, startHttp } from '../../helpers/http.ts';

type Batch = Extract<PushMessage, { kind: 'events' }>;

async function start() {
  const api = startApi();
  const server = await startHttp(api);
  const open = async (headers: Record<string, string> = {}, token = api.tokens.owner) => {
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const response = await fetch(`${server.url}/events/stream`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: abort.signal,
    });
    if (response.body === null) throw new Error('There is no stream.');
    const messages = readSse(response.body);
    return {
      status: response.status,
      headers: response.headers,
      next: async () => {
        const { value } = await messages.next();
        return value === undefined ? undefined : (JSON.parse(value.data) as PushMessage);
      },
      /** Ids of the next `count` events, each batch joined to the one before. */
      events: async (count: number) => {
        const ids: number[] = [];
        while (ids.length < count) {
          const { value } = await messages.next();
          if (value === undefined) break;
          const batch = JSON.parse(value.data) as Batch;
          if (ids.length > 0) expect(batch.previousSeq).toBe(ids.at(-1));
          ids.push(...batch.events.map(({ _id }) => _id));
        }
        return ids;
      },
      close: () => abort.abort(),
    };
  };
  return { ...api, ...server, open };
}

/** Records this many events. */
async function record({ events }: TestApi, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, () =>
      events.record({ type: 'LOGIN_FAILED', info: { method: 'password', login: 'x', reason: 'test' }, actor: SYSTEM }),
    ),
  );
}

const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('tells what happens from now on, with the id before it', async () => {
  const api = await start();
  // A listener that comes later still gets what waits to be sent, so this waits until it was.
  const sent = new Promise((resolve) => api.push.subscribe(resolve));
  await record(api, 3);
  await sent;
  const stream = await api.open();
  expect(stream.status).toBe(200);
  expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  await record(api, 2);
  expect(await stream.next()).toMatchObject({ kind: 'events', previousSeq: 3, events: [{ _id: 4 }, { _id: 5 }] });
});

test('after an id, tells everything since and goes on without gap or repetition', async () => {
  const api = await start();
  await record(api, 1200);
  const stream = await api.open({ 'last-event-id': '10' });
  const busy = (async () => {
    for (let round = 0; round < 20; round++) await record(api, 5);
  })();
  expect(await stream.events(1290)).toEqual(upTo(11, 1300));
  await busy;
});

test('an id that the log does not hold, and one that is none, are refused before the stream begins', async () => {
  const api = await start();
  const ask = (id: string) =>
    rawRequest(`${api.url}/events/stream`, { headers: { authorization: `Bearer ${api.tokens.owner}`, 'last-event-id': id } });
  expect(await ask('99')).toMatchObject({ status: 410, text: expect.stringContaining('"gone"') as string });
  expect(await ask('abc')).toMatchObject({ status: 400, text: expect.stringContaining('"invalid_input"') as string });
});

test('other messages reach those who may hear them', async () => {
  const api = await start();
  const { token } = await api.tokens.create({ name: 't', permissions: ['events.read'], expiresAt: null }, TESTER);
  const [owner, other] = [await api.open(), await api.open({}, token)];
  // The token's own creation may still be on its way.
  api.push.publish({ kind: 'health', problems: [{ id: 'x', message: 'y' }] });
  await record(api, 1);
  const heard = async (stream: typeof owner) => {
    const kinds: string[] = [];
    for (let last = 0; last < 2; ) {
      const message = await stream.next();
      if (message === undefined) break;
      kinds.push(message.kind);
      if (message.kind === 'events') last = message.events.at(-1)?._id ?? last;
    }
    return new Set(kinds);
  };
  expect(await heard(owner)).toEqual(new Set(['health', 'events']));
  expect(await heard(other)).toEqual(new Set(['events']));
});

test('a reader that does not read is dropped, and its backlog with it', async () => {
  const api = await start();
  const socket = connect(api.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(`GET /events/stream HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\nAuthorization: Bearer ${api.tokens.owner}\r\n\r\n`);
  const reader = await api.open();
  const message = { kind: 'health', problems: [{ id: 'big', message: 'x'.repeat(512 * 1024) }] } as const;
  const before = process.memoryUsage().external;
  for (let round = 0; round < 64; round++) {
    api.push.publish(message);
    expect((await reader.next())?.kind).toBe('health');
  }
  expect(process.memoryUsage().external - before).toBeLessThan(32 * 1024 * 1024);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  await closed;
});
