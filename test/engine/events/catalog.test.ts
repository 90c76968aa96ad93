import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { EVENTS, type EventType, eventSentence, NOT_YET_EMITTED } from '../../../engine/events/catalog.ts';

const ENGINE = new URL('../../../engine/', import.meta.url).pathname;

/** The types of the seed (attributes and poll: its tags). */
const SEED = `API_CALL API_PROGRESS ASSET_DOWNLOAD ASSET_EXPORT_DOWNLOAD ASSET_EXPORT_TRANSPORT_DOWNLOAD ASSET_EXPORT_TRANSPORT_COPY
  ASSET_EXPORT_TRANSPORT_COPY_SCHEDULED COLLECTION_OWNER_RIGHTS_ERROR EMAIL_SENT EXPORT_ASSET EXPORT_FAILED EXPORT_FINISH EXPORT_OBJECT
  EXPORT_STOPPED LOGIN_FAILED SCHEMA_COMMIT SERVER_SHUTDOWN SERVER_START USER_LOGIN OBJECT_INDEX OBJECT_INSERT OBJECT_UPDATE OBJECT_DELETE
  USER_LOGOUT DOWNLOAD_EXPORT EXPORT_INSERT EXPORT_START EXPORT_UPDATE USER_ACCEPTED_MESSAGE SEARCH DETAIL_VIEW SESSION_INVALID
  RESOURCE_NOT_AVAILABLE BASE_CONFIG_UPDATE`.split(/\s+/);
const SEED_POLLABLE = ['API_PROGRESS', 'SCHEMA_COMMIT', 'USER_LOGIN', 'OBJECT_UPDATE', 'OBJECT_DELETE', 'USER_LOGOUT'];

const EMPTY: StoredEvent = {
  _id: 1,
  timestamp: '2026-11-21T12:00:00.000Z',
  type: 'SERVER_START',
  ipv4_address: null,
  pollable: false,
  schema: null,
  basetype: null,
  objecttype: null,
  object_id: null,
  global_object_id: null,
  object_version: null,
  info: {},
  _session: null,
  _user: null,
  protocol: null,
  client: null,
  path: null,
  target_path: null,
  bytes: null,
  duration_ms: null,
  outcome: 'ok',
  batch_id: null,
  origin: 'system',
  caused_by: null,
};

describe('the catalogue', () => {
  it('has all 34 types of the seed, those pollable that are so there', () => {
    expect(SEED).toHaveLength(34);
    expect(SEED.filter((type) => !Object.hasOwn(EVENTS, type))).toEqual([]);
    expect(SEED.filter((type) => EVENTS[type as EventType].pollable).sort()).toEqual([...SEED_POLLABLE].sort());
  });

  it.each(Object.keys(EVENTS))('has a sentence for %s even when nothing is known', (type) => {
    expect(eventSentence({ ...EMPTY, type })).toMatch(/\S/);
  });

  it('gives a type of a newer program a neutral row', () => {
    expect(eventSentence({ ...EMPTY, type: 'TELEPORTED' })).toBe('TELEPORTED');
  });
});

test('the list of types that nothing records yet is true', () => {
  const recorded = recordedTypes();
  const types = Object.keys(EVENTS);
  expect(types.filter((type) => recorded.has(type) && Object.hasOwn(NOT_YET_EMITTED, type))).toEqual([]);
  expect(types.filter((type) => !recorded.has(type) && !Object.hasOwn(NOT_YET_EMITTED, type))).toEqual([]);
});

/**
 * Types that the source names where it may make an event: everywhere but in the parts that only read the log, and in comparisons and type
 * parameters.
 */
function recordedTypes(): Set<string> {
  const readers = /^(contract|store)\/|^events\/catalog\.ts|^rules\/triggers\/|^http\/api\/schemas\.ts/;
  const files = globSync('**/*.ts', { cwd: ENGINE }).filter((file) => !readers.test(file.replaceAll('\\', '/')));
  const source = files.map((file) => readFileSync(join(ENGINE, file), 'utf8')).join('\n');
  const named = source.matchAll(/(?<!=== |!== |case |<)'([A-Z]+(?:_[A-Z]+)*)'/g);
  return new Set([...named].map(([, type = '']) => type));
}
