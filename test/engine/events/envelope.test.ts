import { expect, test } from 'vitest';
import { ENVELOPE_FIELDS } from '../../../engine/contract/define.ts';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { EVENTS, isEventType, NOT_YET_EMITTED } from '../../../engine/events/catalog.ts';
import { startTestEngine } from '../../helpers/engine.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { startRules } from '../../helpers/rules.ts';
import { get, put } from '../../helpers/vfs.ts';

/** What of an event is not as the catalogue says: fields that are missing, and fields that no event of its type has. */
function faults(event: StoredEvent): string[] {
  if (!isEventType(event.type)) return [`${event.type} is not in the catalogue`];
  const { always, sometimes } = EVENTS[event.type].sets as { always: readonly string[]; sometimes: readonly string[] };
  return ENVELOPE_FIELDS.flatMap((field) => {
    if (event[field] === null) return always.includes(field) ? [`${event.type} without ${field}`] : [];
    return always.includes(field) || sometimes.includes(field) ? [] : [`${event.type} with ${field}`];
  });
}

/** The events have no faults, and are of these types at least. */
function check(events: readonly StoredEvent[], types: readonly string[]): void {
  expect([...new Set(events.flatMap(faults))]).toEqual([]);
  expect(types.filter((type) => !events.some((event) => event.type === type))).toEqual([]);
}

test('no field is stated twice', () => {
  const twice = Object.entries(EVENTS).flatMap(([type, { sets }]) => {
    const all: readonly string[] = [...sets.always, ...sets.sometimes];
    return all.filter((field, index) => all.indexOf(field) !== index).map((field) => `${type} ${field}`);
  });
  expect(twice).toEqual([]);
  expect(Object.keys(NOT_YET_EMITTED).filter((type) => !Object.hasOwn(EVENTS, type))).toEqual([]);
});

test('what partners and rules do sets the fields that the catalogue states', async () => {
  const engine = await startRules();
  await engine.save({ triggers: ['upload'], steps: [{ action: 'delete', config: { paths: ['/gone'] } }] });
  const session = await engine.login(engine.account('acme', { displayName: 'Acme Ltd' }));
  await session.mkdir('/in');
  await put(session, '/in/a', 'one');
  await put(session, '/in/a', 'two');
  await get(session, '/in/a');
  await session.checksum('/in/a', 'md5');
  await expect(session.checksum('/in/a', 'md5', { signal: AbortSignal.abort() })).rejects.toThrow();
  await session.siteCommand('TEST', ['a'], () => Promise.resolve());
  await session.setAttributes('/in/a', { mode: 0o600, mtimeMs: 0 });
  await session.rename('/in/a', '/in/b', { overwrite: false });
  await expect(get(session, '/missing')).rejects.toThrow();
  const upload = await session.openWrite('/in/c', { mode: 'replace', create: true });
  await upload.write([Buffer.from('x')], 0);
  await upload.abort('connection_lost');
  await session.remove('/in/b');
  await session.rmdir('/in');
  await engine.allRested();
  await session.close('bye');
  check(
    await engine.recorded(),
    `USER_LOGIN USER_LOGOUT OBJECT_INSERT OBJECT_UPDATE OBJECT_DELETE ASSET_DOWNLOAD TRANSFER_FAILED RESOURCE_NOT_AVAILABLE SSH_COMMAND
    SITE_COMMAND RULE_RUN ACTION_RUN`.split(/\s+/),
  );
});

test('what administrators, scripts and the engine itself do sets them too', async () => {
  const dataFolder = temporaryFolder();
  const first = await startTestEngine({ dataFolder });
  await first.call('settings.save', { log: { search: true, detail: true, apiCalls: { record: 'all' } } });
  await first.call('accounts.save', { username: 'acme', password: 'correct horse battery', quotaBytes: 10 });
  await first.call('accounts.save', { username: 'acme', permissions: { '/': ['list'] } });
  await first.call('admins.save', { name: 'kim', password: 'correct horse battery' });
  await first.call('tokens.create', { name: 'script', permissions: ['status'] });
  await first.call('events.search', { limit: 1, eventLog: 'SEARCH' });
  await first.call('events.search', { ids: '1', limit: 1, eventLog: 'DETAIL_VIEW' });
  await first.call('defender.block', { address: '192.0.2.9', minutes: 5 });
  await first.call('defender.unblock', { address: '192.0.2.9' });
  const [oldest] = (await first.call('events.search', { limit: 1, sort: '_id' })).events;
  const headers = { authorization: `Bearer ${first.token}` };
  expect((await fetch(`${first.http}/api/event/${String(oldest?._id)}`, { method: 'DELETE', headers })).status).toBe(200);
  expect((await fetch(`${first.http}/api/event/1`, { headers: { authorization: 'Bearer gha_wrong' } })).status).toBe(401);
  await first.call('accounts.delete', { username: 'acme' });
  await first.engine.stop(0);
  const second = await startTestEngine({ dataFolder });
  check(
    (await second.call('events.search', { limit: 1000 })).events,
    `SERVER_START SERVER_SHUTDOWN BASE_CONFIG_UPDATE OBJECT_INSERT OBJECT_UPDATE OBJECT_DELETE SCHEMA_COMMIT API_CALL SEARCH DETAIL_VIEW
    IP_BLOCKED IP_UNBLOCKED SESSION_INVALID`.split(/\s+/),
  );
});
