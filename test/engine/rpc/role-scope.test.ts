import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSse } from '../../../engine/cli/sse.ts';
import { recordNameIn, type StoredEvent } from '../../../engine/contract/event.ts';
import { API_PERMISSIONS, ROLE_PERMISSIONS } from '../../../engine/contract/method.ts';
import type { PushMessage } from '../../../engine/contract/push.ts';
import { rpc } from '../../../engine/contract/rpc.ts';
import { SYSTEM } from '../../../engine/events/log.ts';
import type { Caller } from '../../../engine/rpc/caller.ts';
import type { Client } from '../../../renderer/rpc/client.ts';
import { createFeed } from '../../../renderer/stores/feed.ts';
import { OWNER, TESTER } from '../../helpers/api.ts';
import { callOverHttp, startTestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type Rest, startRest } from '../http/api/rest.ts';
import { RawClient } from '../protocols/ftp/raw-client.ts';

const PASSWORD = 'correct horse battery';
const FROM = { address: '203.0.113.9', client: 'browser' };

/** An office with two roles, each with two accounts; kim looks after north. */
async function startOffice() {
  const rest = await startRest();
  const as = (caller: Caller) => async (method: string, input: object) => (await rest.dispatch(method, input, caller)) as never as Answer;
  const owner = as(OWNER);
  for (const name of ['north', 'south']) await owner('roles.save', { name });
  for (const [username, role] of [
    ['acme', 'north'],
    ['bolt', 'north'],
    ['crown', 'south'],
    ['dune', null],
  ] as const)
    await rest.accounts.save({ username, password: PASSWORD, role }, TESTER);
  await rest.admins.save({ name: 'kim', password: PASSWORD, role: 'NORTH' }, TESTER);
  const { token } = await rest.adminSignIn.withPassword({ name: 'kim', password: PASSWORD }, FROM);
  const caller = (): Caller => {
    const holder = rest.consoleSessions.check(token, FROM.address);
    if (holder === null) throw new Error('signed out');
    return { ...holder, ...FROM, origin: 'console', protocol: 'HTTP' };
  };
  return { ...rest, owner, caller, kim: (method: string, input: object = {}) => as(caller())(method, input) };
}

type Answer = { readonly ok: boolean; readonly value: never; readonly error: { readonly code: string; readonly field?: string } };

const names = (list: readonly { readonly username: string }[]): string[] => list.map(({ username }) => username);

/** What an account did, without a session. */
async function deed({ events, accounts }: Rest, username: string): Promise<number> {
  const userId = accounts.get(username)?.id ?? null;
  const info = { method: 'password', login: username, reason: 'test' };
  const actor = { ...SYSTEM, userId, userName: username, ip: '203.0.113.1' };
  return (await events.record({ type: 'LOGIN_FAILED', info, actor, outcome: 'denied' }))._id;
}

/** A token that kim makes for a program that reads the log. */
async function scriptOf({ kim, tokens }: Awaited<ReturnType<typeof startOffice>>): Promise<{ token: string; script: Caller }> {
  const made = await kim('tokens.create', { name: 'reader', permissions: ['events.read', 'events.poll-all', 'status'] });
  const { token } = made.value as { token: string };
  const holder = tokens.check(token, null);
  if (holder === null) throw new Error('refused');
  return { token, script: { ...OWNER, ...holder } };
}

/** From here on a search looks at a thousand ids, as if they had taken all its time. */
function hurry({ store }: Rest): void {
  const { reader } = store;
  const whole = { ...reader };
  Object.assign(reader, {
    read: (name: string, ...args: unknown[]) =>
      whole.read(name as 'events.search', ...((name === 'events.search' ? [{ ...(args[0] as object), budgetMs: 0 }] : args) as [never])),
  });
}

describe('an administrator with a role', () => {
  test('has the accounts of his role; all others do not exist for him', async () => {
    const { kim, accounts } = await startOffice();
    expect(await kim('console.session')).toMatchObject({ value: { role: 'north', permissions: [...ROLE_PERMISSIONS] } });
    expect(names((await kim('accounts.list')).value)).toEqual(['acme', 'bolt']);
    expect(await kim('accounts.save', { username: 'eden', password: PASSWORD })).toMatchObject({ value: { role: 'north', home: 'eden' } });
    expect(await kim('accounts.save', { username: 'acme', quotaBytes: 9 })).toMatchObject({ value: { quotaBytes: 9 } });
    expect(await kim('accounts.delete', { username: 'eden' })).toMatchObject({ ok: true });
    const missing = { error: { code: 'not_found', field: 'username' } };
    for (const method of ['delete', 'effective', 'resetTransfers', 'browse'])
      expect(await kim(`accounts.${method}`, { username: 'crown' })).toMatchObject(missing);
    for (const method of ['get', 'enrol', 'remove']) expect(await kim(`twoFactor.${method}`, { username: 'crown' })).toMatchObject(missing);
    expect(await kim('twoFactor.get', { username: 'acme' })).toMatchObject({ ok: true });
    expect(await kim('accounts.save', { username: 'CROWN', enabled: false })).toMatchObject({
      error: { code: 'invalid_input', field: 'username' },
    });
    expect(accounts.get('crown')).toMatchObject({ enabled: true, role: 'south' });
  });

  test('reaches no more of the machine than his role was given', async () => {
    const { kim, owner, dataFolder } = await startOffice();
    const exchange = join(dataFolder, 'exchange');
    for (const name of ['given', 'hidden']) {
      await owner('folders.save', { name, path: name });
      await owner('groups.save', { name });
    }
    await owner('accounts.save', { username: 'acme', groups: [{ name: 'given' }], folders: [{ path: '/given', folder: 'given' }] });
    await owner('accounts.save', { username: 'crown', groups: [{ name: 'given' }], home: 'deep/crown' });
    expect(await kim('groups.list')).toMatchObject({ value: [{ name: 'given', members: [{ username: 'acme' }] }] });
    expect(await kim('folders.list')).toMatchObject({ value: [{ name: 'given', usedBy: [{ name: 'acme' }] }] });
    expect(await kim('roles.list')).toMatchObject({ value: [{ name: 'north', accounts: ['acme', 'bolt'], admins: ['kim'] }] });
    mkdirSync(join(exchange, 'leftover'));
    writeFileSync(join(exchange, 'leftover', 'letter.txt'), 'of somebody who is gone');
    const granted = {
      username: 'bolt',
      groups: [{ name: 'given' }],
      folders: [{ path: '/g', folder: 'given' }],
      role: 'north',
      home: 'bolt',
    };
    expect(await kim('accounts.save', granted)).toMatchObject({ ok: true });
    const refused: readonly [object, string, string][] = [
      [{ username: 'acme', role: 'south' }, 'forbidden', 'role'],
      [{ username: 'acme', role: null }, 'forbidden', 'role'],
      [{ username: 'acme', home: '/etc' }, 'forbidden', 'home'],
      [{ username: 'acme', home: 'bolt' }, 'forbidden', 'home'],
      [{ username: 'acme', groups: [{ name: 'hidden' }] }, 'forbidden', 'groups'],
      [{ username: 'acme', folders: [{ path: '/x', folder: 'hidden' }] }, 'forbidden', 'folders'],
      [{ username: 'deep' }, 'invalid_input', 'username'],
      [{ username: 'hidden' }, 'invalid_input', 'username'],
      [{ username: 'leftover' }, 'invalid_input', 'username'],
    ];
    for (const [input, code, field] of refused)
      expect(await kim('accounts.save', input), JSON.stringify(input)).toMatchObject({ error: { code, field } });
  });

  test('is refused every method that reaches beyond a role, whatever he was given', async () => {
    const { caller, dispatch } = await startOffice();
    const all = { ...caller(), permissions: new Set(API_PERMISSIONS) };
    const beyond = Object.entries(rpc).flatMap(([method, spec]) => ('withinRole' in spec ? [] : [method]));
    expect(beyond).toEqual(expect.arrayContaining(['settings.get', 'admins.save', 'groups.save', 'accounts.export', 'notifications.list']));
    for (const method of beyond)
      expect(await dispatch(method, {}, all), method).toMatchObject({
        error: { code: 'forbidden', message: expect.stringContaining('role north') as string },
      });
    // What his console offers is what is left.
    const { value } = (await dispatch('console.session', {}, all)) as { value: { methods: string[] } };
    expect([...value.methods, ...beyond].sort()).toEqual(Object.keys(rpc).sort());
  });

  test('can be given nothing that reaches beyond it, nor keep it, and his role cannot go before him', async () => {
    const { owner } = await startOffice();
    const atPermissions = { error: { code: 'invalid_input', field: 'permissions' } };
    expect(await owner('admins.save', { name: 'kim', permissions: ['status', 'settings.read'] })).toMatchObject(atPermissions);
    await owner('admins.save', { name: 'lee', permissions: ['rules.read'] });
    expect(await owner('admins.save', { name: 'lee', role: 'south' })).toMatchObject(atPermissions);
    expect(await owner('admins.save', { name: 'lee', role: 'west' })).toMatchObject({ error: { field: 'role' } });
    for (const username of ['acme', 'bolt', 'crown']) await owner('accounts.save', { username, role: null });
    expect(await owner('roles.delete', { name: 'north' })).toMatchObject({
      error: { code: 'in_use', message: expect.stringContaining('kim') as string },
    });
    expect(await owner('admins.save', { name: 'kim', role: null })).toMatchObject({
      value: { role: null, permissions: [...ROLE_PERMISSIONS] },
    });
    expect(await owner('roles.delete', { name: 'north' })).toMatchObject({ ok: true });
  });

  test('makes tokens that reach as far as he does, sees those of his role only, and they hold the role', async () => {
    const { kim, owner, tokens, dispatch } = await startOffice();
    const other = (await owner('tokens.create', { name: 'all', permissions: ['accounts.read'] })) as { value: { id: number } };
    const made = (await kim('tokens.create', { name: 'north', permissions: ['accounts.read'] })) as {
      value: { id: number; token: string };
    };
    const holder = tokens.check(made.value.token, null);
    if (holder === null) throw new Error('refused');
    const script: Caller = { ...OWNER, ...holder };
    expect(await dispatch('accounts.list', {}, script)).toMatchObject({ value: [{ username: 'acme' }, { username: 'bolt' }] });
    expect(await dispatch('accounts.export', {}, script)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await kim('tokens.list')).toMatchObject({ value: [{ name: 'north', role: 'north' }] });
    expect(await kim('tokens.delete', { id: other.value.id })).toMatchObject({ error: { code: 'not_found' } });
    await owner('admins.delete', { name: 'kim' });
    for (const username of ['acme', 'bolt']) await owner('accounts.save', { username, role: null });
    expect(await owner('roles.delete', { name: 'north' })).toMatchObject({ error: { code: 'in_use' } });
    await owner('tokens.delete', { id: made.value.id });
    expect(await owner('roles.delete', { name: 'north' })).toMatchObject({ ok: true });
  });
});

describe('the log of a role', () => {
  test('holds what its accounts did, what was done to them and what he did himself, however it is asked for', async () => {
    const office = await startOffice();
    const { kim, owner, scopes, caller } = office;
    for (const username of ['acme', 'crown', 'dune', 'bolt']) await deed(office, username);
    await owner('accounts.save', { username: 'crown', notes: 'x' });
    await owner('accounts.save', { username: 'bolt', notes: 'x' });
    await kim('accounts.save', { username: 'eden' });
    await kim('accounts.delete', { username: 'eden' });
    const all = await office.recorded();
    const { sees } = scopes(caller());
    const own = all.filter(sees).map(({ _id }) => _id);
    const told = all.filter(sees).map(({ type, info }) => [type, info['login'] ?? recordNameIn(info['new'] ?? info['old'])]);
    expect(told).toEqual([
      ['OBJECT_INSERT', 'acme'],
      ['OBJECT_INSERT', 'bolt'],
      ['USER_LOGIN', undefined],
      ['LOGIN_FAILED', 'acme'],
      ['LOGIN_FAILED', 'bolt'],
      ['OBJECT_UPDATE', 'bolt'],
      ['OBJECT_INSERT', 'eden'],
      ['OBJECT_DELETE', 'eden'],
    ]);
    const found = (answer: unknown): number[] => (answer as { value: { events: StoredEvent[] } }).value.events.map(({ _id }) => _id);
    expect(found(await kim('events.search', { sort: '_id', limit: 1000, total: true }))).toEqual(own);
    expect(found(await kim('events.search', { ids: '1-1000', username: 'crown' }))).toEqual([]);
    expect(found(await kim('events.since', { id: 0 }))).toEqual(own);
    expect(await kim('activity.count')).toMatchObject({ value: { count: own.length } });
    const rows = (answer: Answer): number[] => (answer.value as { rows: { newestId: number }[] }).rows.map(({ newestId }) => newestId);
    expect(rows(await kim('activity.list', { flat: true })).toReversed()).toEqual(own);
    // Failed sign-ins of others came from the same address: there is no row that counts them.
    expect(rows(await kim('activity.list')).toReversed()).toEqual(own);
    // A token of his has the role, and nobody's own deeds.
    const { token, script } = await scriptOf(office);
    const ofRole = (await office.recorded()).filter(scopes(script).sees).map(({ _id }) => _id);
    expect(ofRole).toHaveLength(own.length - 3);
    expect(found(await office.call('/api/event?sort=_id&limit=1000', { token }))).toEqual(ofRole);
    const file = await office.fetch('/api/event?format=jsonl&sort=_id', { headers: { authorization: `Bearer ${token}` } });
    expect((await file.text()).trimEnd().split('\n')).toHaveLength(ofRole.length);
    const foreign = all.find((event) => !sees(event))?._id ?? 0;
    const first = ofRole[0] ?? 0;
    expect(await office.call(`/api/event/${foreign}`, { token })).toMatchObject({ status: 404 });
    expect(await office.call(`/api/event/${first}`, { token })).toMatchObject({ status: 200 });
    expect(await office.call(`/api/event/${first}`, { method: 'DELETE', token })).toMatchObject({ status: 403 });
    expect(found(await office.call('/api/event/poll?after=0&scope=all&full=1&limit=1000', { token }))).toEqual(ofRole);
  });

  test('is told to streams and polls that wait, and nothing of others', async () => {
    const office = await startOffice();
    const { url } = office;
    const { token, script } = await scriptOf(office);
    const abort = new AbortController();
    const response = await fetch(`${url}/events/stream`, { headers: { authorization: `Bearer ${token}` }, signal: abort.signal });
    if (response.body === null) throw new Error('There is no stream.');
    const messages = readSse(response.body);
    const poll = office.call('/api/event/poll?scope=all&full=1&wait=30', { token });
    await eventually(() => expect(office.poll.waiting()).toBe(1));
    office.push.publish({ kind: 'notice', notice: {} as never, unread: 1, desktop: false });
    await deed(office, 'crown');
    const own = await deed(office, 'acme');
    expect((await poll).value.events).toMatchObject([{ _id: own }]);
    const heard: number[] = [];
    while (!heard.includes(own)) {
      const message = JSON.parse((await messages.next()).value?.data ?? '') as PushMessage;
      expect(message.kind).toBe('events');
      if (message.kind === 'events') heard.push(...message.events.map(({ _id }) => _id));
    }
    const { sees } = office.scopes(script);
    expect((await office.recorded()).filter((event) => heard.includes(event._id) && !sees(event))).toEqual([]);
    abort.abort();
  });

  test('is found behind any number of others’ events, however little time a look at the log has', async () => {
    const office = await startOffice();
    const { token } = await scriptOf(office);
    const after = office.events.newestId();
    await Promise.all(Array.from({ length: 2500 }, () => deed(office, 'crown')));
    const own = await deed(office, 'acme');
    hurry(office);
    const answer = await office.kim('events.since', { id: after });
    expect(answer).toMatchObject({ value: { events: [], cursor: after + 1000 } });

    const abort = new AbortController();
    const headers = { authorization: `Bearer ${token}`, 'last-event-id': String(after) };
    const response = await fetch(`${office.url}/events/stream`, { headers, signal: abort.signal });
    if (response.body === null) throw new Error('There is no stream.');
    const message = JSON.parse((await readSse(response.body).next()).value?.data ?? '') as PushMessage;
    expect(message).toMatchObject({ kind: 'events', events: [{ _id: own }] });
    abort.abort();

    const seen: number[] = [];
    const feed = createFeed({
      call: async (method: string, input: object) => (await office.kim(method, input)).value,
    } as unknown as Client);
    feed.subscribe({ events: (events) => seen.push(...events.map(({ _id }) => _id)), reset: () => seen.push(-1) });
    feed.receive({ kind: 'events', previousSeq: 0, events: [{ _id: after } as StoredEvent] });
    feed.reconnected();
    await eventually(() => expect(seen).toEqual([after, own]));
  });
});

test('he sees and ends the sessions of his accounts, and browses their folders, over the whole engine', async () => {
  const engine = await startTestEngine();
  await engine.call('settings.save', { ftp: { enabled: true, requireTls: false } });
  await engine.call('roles.save', { name: 'north' });
  await engine.call('accounts.save', { username: 'acme', password: PASSWORD, role: 'north' });
  await engine.call('accounts.save', { username: 'crown', password: PASSWORD });
  await engine.call('admins.save', { name: 'kim', password: PASSWORD, role: 'north' });
  const clients = await Promise.all(
    ['acme', 'crown'].map(async (username) => {
      const client = await RawClient.connect((await engine.call('server.status')).listeners.ftp.port);
      await client.command(`USER ${username}`);
      expect(await client.command(`PASS ${PASSWORD}`)).toMatch(/^230/);
      return client;
    }),
  );
  const signedIn = await fetch(`${engine.http}/console/sign-in`, {
    method: 'POST',
    body: JSON.stringify({ name: 'kim', password: PASSWORD }),
  });
  const { value } = (await signedIn.json()) as { value: { token: string } };
  const kim = { http: engine.http, token: value.token };
  const { sessions } = await callOverHttp(kim, 'server.status', {});
  expect(names(sessions)).toEqual(['acme']);
  expect(names(await callOverHttp(kim, 'accounts.overview', {}))).toEqual(['acme']);
  expect(await callOverHttp(kim, 'accounts.browse', { username: 'acme' })).toMatchObject({ path: '/', entries: [] });
  expect(
    await callOverHttp(kim, 'activity.plot', { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', bucket: 'day', byUser: true }),
  ).toEqual({ points: [] });
  const foreign = (await engine.call('server.status')).sessions.find(({ username }) => username === 'crown');
  await expect(callOverHttp(kim, 'sessions.disconnect', { id: foreign?.id ?? 0 })).rejects.toThrow('not_found');
  const own = sessions[0]?.id ?? 0;
  expect(await callOverHttp(kim, 'activity.session', { sessionId: own })).toMatchObject({ events: [{ type: 'USER_LOGIN' }] });
  expect(await callOverHttp(kim, 'activity.session', { sessionId: foreign?.id ?? 0 })).toMatchObject({ events: [] });
  expect(await callOverHttp(kim, 'sessions.disconnect', { id: own })).toEqual({ id: own });
  expect(await clients[1]?.command('NOOP')).toMatch(/^200/);
  await expect(clients[0]?.command('NOOP')).rejects.toThrow();
});
