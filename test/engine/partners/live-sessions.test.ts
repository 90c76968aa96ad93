import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { limitsSchema } from '../../../engine/contract/access.ts';
import type { PushMessage } from '../../../engine/contract/push.ts';
import { createLiveSessions } from '../../../engine/partners/live-sessions.ts';
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { type Finished, run } from '../../helpers/run.ts';
import { startVfs } from '../../helpers/vfs.ts';

type Sessions = Extract<PushMessage, { kind: 'sessions' }>;

/** An engine with the partner acme, and what its consoles hear of sessions. */
async function start(): Promise<TestEngine & { readonly heard: Sessions[] }> {
  const engine = await startTestEngine();
  await engine.call('accounts.save', { username: 'acme', password: 'correct horse', displayName: 'Acme Ltd' });
  const heard: Sessions[] = [];
  engine.engine.push.subscribe((message) => {
    if (message.kind === 'sessions') heard.push(message);
  });
  return { ...engine, heard };
}

/** An upload of so many bytes that takes some seconds. */
function slowUpload({ ftp }: TestEngine, bytes: number): Promise<Finished> {
  const local = join(temporaryFolder(), 'big.bin');
  writeFileSync(local, Buffer.alloc(bytes, 7));
  return run('curl', ['-sS', '--disable-epsv', '--limit-rate', '400k', '-u', 'acme:correct horse', '-T', local, `ftp://127.0.0.1:${ftp}/`]);
}

test('a running upload is told with its bytes and pace, in the status and to who listens', async () => {
  const engine = await start();
  const upload = slowUpload(engine, 1_600_000);
  const status = await eventually(async () => {
    const found = await engine.call('server.status');
    expect(found.sessions[0]?.transfers[0]?.bytesPerSecond).toBeGreaterThan(0);
    return found;
  });
  expect(status.sessions).toMatchObject([
    {
      username: 'acme',
      displayName: 'Acme Ltd',
      protocol: 'FTP',
      address: '127.0.0.1',
      openTransfers: 1,
      transfers: [{ direction: 'upload', path: '/big.bin' }],
    },
  ]);
  expect(status.traffic.bytesInPerSecond).toBeGreaterThan(0);
  expect(status.traffic.bytesOutPerSecond).toBe(0);
  expect(status.disk?.freeBytes).toBeGreaterThan(0);
  expect(status.disk?.totalBytes).toBeGreaterThan(status.disk?.freeBytes ?? 0);
  expect(await upload).toMatchObject({ code: 0 });

  // The last word: nobody is in, nothing moves.
  await eventually(() => expect(engine.heard.at(-1)).toMatchObject({ sessions: [], traffic: { bytesInPerSecond: 0 } }));
  const counted = engine.heard.map(({ sessions }) => sessions[0]?.transfers[0]?.bytes ?? 0);
  expect(counted.filter((bytes) => bytes > 0).length).toBeGreaterThan(1);
  expect(engine.heard.some(({ traffic }) => traffic.bytesInPerSecond > 0)).toBe(true);
});

test('nothing is told, and no timer runs, while nothing moves', async () => {
  const { vfs, events, account, login, store } = await startVfs();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const heard: Sessions[] = [];
  let bytes: number | undefined;
  let now = 0;
  const live = createLiveSessions({
    sessions: () => vfs.sessions(),
    transfersOf: () => (bytes === undefined ? [] : [{ direction: 'download', path: '/a', bytes, total: 9000, startedAtMs: 0 }]),
    accounts: { byId: (id) => store.tables.accounts.byId(id)?.account },
    events,
    clock: { now: () => now },
    expels: () => false,
    publish: (message) => {
      if (message.kind === 'sessions') heard.push(message);
    },
  });
  const pass = (ms: number): void => {
    now += ms;
    vi.advanceTimersByTime(ms);
  };

  const session = await login(account('acme'));
  await events.flush();
  pass(1000);
  expect(heard.map(({ sessions }) => sessions.length)).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);

  bytes = 0;
  live.transferBegan();
  pass(1000);
  for (bytes = 1000; bytes <= 3000; bytes += 1000) pass(1000);
  const told = heard.length;
  expect(heard.at(-1)?.sessions[0]?.transfers).toMatchObject([{ bytes: 3000, bytesPerSecond: 1000 }]);
  // It stalls: looked at, but not talked about.
  bytes = 3000;
  pass(5000);
  expect(heard).toHaveLength(told);

  bytes = undefined;
  pass(1000);
  expect(heard.at(-1)).toMatchObject({ sessions: [{ transfers: [] }], traffic: { bytesInPerSecond: 0, bytesOutPerSecond: 0 } });
  expect(vi.getTimerCount()).toBe(0);
  await session.close('test');
  live.close();
});

test('hours that close and idle time end sessions, and a transfer that moves is not idle', async () => {
  const { vfs, events, account, login, store, clock, recorded } = await startVfs();
  const live = createLiveSessions({
    sessions: () => vfs.sessions(),
    transfersOf: () => [],
    accounts: { byId: (id) => store.tables.accounts.byId(id)?.account },
    events,
    clock,
    expels: () => false,
    publish: () => undefined,
  });
  onTestFinished(() => live.close());
  // It is noon in UTC.
  const hours = [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '12:30', zone: 'UTC' }];
  const limits = limitsSchema.parse({});
  const open = {
    worker: await login(account('worker', { limits: { ...limits, hours } })),
    sleeper: await login(account('sleeper', { limits: { ...limits, idleMinutes: 5 } })),
    busy: await login(account('busy', { limits: { ...limits, idleMinutes: 5 } })),
    sender: await login(account('sender', { limits: { ...limits, idleMinutes: 5 } })),
  };
  const upload = await open.sender.openWrite('/large', { mode: 'replace', create: true });
  await upload.write([Buffer.from('first')], 0);
  const ended = (): string[] => Object.entries(open).flatMap(([name, session]) => (session.revoked.aborted ? [name] : []));
  clock.advance(4 * 60_000);
  await upload.write([Buffer.from('second')], 5);
  await open.busy.list('/').then((listing) => listing.close());
  live.endUnwelcome();
  expect(ended()).toEqual([]);
  clock.advance(60_000);
  live.endUnwelcome();
  expect(ended()).toEqual(['sleeper']);
  clock.advance(25 * 60_000);
  await upload.write([Buffer.from('third')], 11);
  await open.busy.list('/').then((listing) => listing.close());
  live.endUnwelcome();
  expect(ended()).toEqual(['worker', 'sleeper']);
  await upload.abort('error');
  for (const session of Object.values(open)) await session.close('test');
  const reasons = (await recorded('USER_LOGOUT')).map((event) => [event._user?._generated_displayname, event.info['reason']]);
  expect(reasons.slice(0, 2)).toEqual([
    ['sleeper', 'nothing was done for 5 minutes'],
    ['worker', 'the account may not be signed in at this time'],
  ]);
});

test('an administrator ends a session: its client goes, its upload stays to be resumed, the log says why', async () => {
  const engine = await start();
  const upload = slowUpload(engine, 8_000_000);
  const id = await eventually(async () => {
    const [session] = (await engine.call('server.status')).sessions;
    expect(session?.transfers[0]?.bytes).toBeGreaterThan(0);
    return session?.id ?? 0;
  });
  expect(await engine.call('sessions.disconnect', { id })).toEqual({ id });
  expect((await upload).code).not.toBe(0);
  expect((await engine.call('server.status')).sessions).toEqual([]);
  const { events } = await engine.call('events.search', { type: ['USER_LOGOUT', 'TRANSFER_FAILED'] });
  expect(events.map(({ type, info }) => [type, info['reason']])).toContainEqual(['USER_LOGOUT', 'ended by the administrator']);
  expect(events.map(({ type }) => type)).toContain('TRANSFER_FAILED');
  await expect(engine.call('sessions.disconnect', { id })).rejects.toThrow(/not_found.*ended already/);
});
