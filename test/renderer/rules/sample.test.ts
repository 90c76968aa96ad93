import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { draftFromEvent, eventValues, namesLike } from '../../../renderer/features/rules/sample.ts';

const UPLOAD: StoredEvent = {
  _id: 12,
  timestamp: '2026-11-20T10:00:00.000Z',
  type: 'OBJECT_INSERT',
  ipv4_address: '192.0.2.7',
  pollable: true,
  schema: 'USER',
  basetype: null,
  objecttype: 'file',
  object_id: null,
  global_object_id: null,
  object_version: null,
  info: { operation: 'upload' },
  _session: { _id: 3, token: '', created: '2026-11-20T09:59:00.000Z', expired: null },
  _user: { _id: 1, _generated_displayname: 'acme' },
  protocol: 'SFTP',
  client: null,
  path: '/inbox/invoice-1044.pdf',
  target_path: null,
  bytes: 2100,
  duration_ms: 40,
  outcome: 'ok',
  batch_id: null,
  origin: 'client',
  caused_by: null,
};

describe('a rule from an event', () => {
  test('has its trigger, its partner and names like its own', () => {
    const { triggers, conditions } = draftFromEvent(UPLOAD);
    expect(triggers).toEqual(['upload']);
    expect(conditions.users).toEqual([{ pattern: 'acme', inverse: false }]);
    expect(conditions.names).toEqual([{ pattern: 'invoice-*.pdf', inverse: false }]);
    expect(conditions.outcomes).toEqual([]);
  });

  test('that failed asks for that outcome, else it would never meet it', () => {
    const failed = { ...UPLOAD, type: 'TRANSFER_FAILED', schema: null, outcome: 'aborted', info: { direction: 'upload' } } as const;
    const { triggers, conditions } = draftFromEvent(failed);
    expect(triggers).toEqual(['upload']);
    expect(conditions.outcomes).toEqual(['aborted']);
  });

  test('that no trigger listens to begins empty', () => {
    expect(draftFromEvent({ ...UPLOAD, type: 'SERVER_START', schema: null, path: null, _user: null })).toMatchObject({
      triggers: [],
      conditions: { users: [], names: [] },
    });
  });
});

test.each([
  ['invoice-1044.pdf', 'invoice-*.pdf'],
  ['2026-11-20_report.csv', '*_report.csv'],
  ['plain.txt', 'plain.txt'],
  ['a[1]*.pdf', 'a?*??.pdf'],
])('names like %s are %s', (name, pattern) => {
  expect(namesLike(name)).toBe(pattern);
});

test('previews show what the event says', () => {
  expect(eventValues(UPLOAD, ['upload'])).toMatchObject({
    Name: 'acme',
    Event: 'upload',
    Status: 1,
    VirtualPath: '/inbox/invoice-1044.pdf',
    ObjectName: 'invoice-1044.pdf',
    FileSize: 2100,
    Protocol: 'SFTP',
    Session: '3',
  });
});
