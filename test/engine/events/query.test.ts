import { expect, test } from 'vitest';
import { toActivityFilter, toEventFilter } from '../../../engine/events/query.ts';

test('what is left out is left out, so that the timeline without filters is just that', () => {
  expect(toActivityFilter({})).toEqual({});
  expect(toActivityFilter({ text: '  ' })).toEqual({});
  expect(toEventFilter({})).toEqual({});
});

test('groups are their types, narrowed by those that are named', () => {
  expect(toActivityFilter({ groups: ['records'] }).types).toEqual(expect.arrayContaining(['BASE_CONFIG_UPDATE', 'SCHEMA_COMMIT']));
  expect(toActivityFilter({ groups: ['records'], types: ['BASE_CONFIG_UPDATE', 'USER_LOGIN'] }).types).toEqual(['BASE_CONFIG_UPDATE']);
});

test('one value and a list of one are the same', () => {
  expect(toEventFilter({ type: 'USER_LOGIN', outcome: 'ok', protocol: ['FTP'] })).toEqual({
    types: ['USER_LOGIN'],
    outcomes: ['ok'],
    protocols: ['FTP'],
  });
});

test.each([
  ['an unknown type', () => toActivityFilter({ types: ['TELEPORTED'] }), 'types'],
  ['an unknown group', () => toActivityFilter({ groups: ['holidays'] }), 'groups'],
  ['a period that runs backwards', () => toActivityFilter({ dateFrom: '2026-02-01T00:00:00Z', dateTo: '2026-01-01T00:00:00Z' }), 'dateTo'],
  ['ids that run backwards', () => toEventFilter({ ids: '3-1' }), 'ids'],
])('%s is refused', (_name, make, field) => {
  expect(make).toThrow(expect.objectContaining({ code: 'invalid_input', field }) as Error);
});
