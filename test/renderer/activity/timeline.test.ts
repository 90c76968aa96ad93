import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { ActivityRow } from '../../../engine/contract/methods/activity.ts';
import type { Run } from '../../../engine/contract/rule.ts';
import { filterChips } from '../../../renderer/features/activity/chips.ts';
import { EVERYTHING } from '../../../renderer/features/activity/query.ts';
import { realPathOf } from '../../../renderer/features/activity/real-path.ts';
import { runsOf, sessionTree } from '../../../renderer/features/activity/session-tree.ts';
import { countNewer, firstPage, rowKey, withNewer, withOlder } from '../../../renderer/features/activity/timeline.ts';
import { timelineItems } from '../../../renderer/features/activity/timeline-items.ts';
import { savedViews, VIEWS_KEY } from '../../../renderer/features/activity/views.ts';
import { createWorld } from '../../../renderer/demo/world.ts';
import { toRows } from '../../../renderer/demo/activity.ts';

const NOW = new Date(2026, 10, 21, 14, 3).getTime();
const WORLD = createWorld(NOW, 'full');
const [SAMPLE] = WORLD.events as [StoredEvent];

function event(id: number, change: Partial<StoredEvent> = {}): StoredEvent {
  return { ...SAMPLE, _id: id, ...change };
}
const eventRow = (id: number): ActivityRow => ({ kind: 'event', newestId: id, event: event(id) });
const session = (sessionId: number, newestId: number): ActivityRow => {
  const found = toRows(WORLD.events, false).find((row) => row.kind === 'session');
  if (found?.kind !== 'session') throw new Error('the demo has sessions');
  return { ...found, sessionId, newestId };
};
const page = (rows: readonly ActivityRow[], cursor: number | null = null) => ({ rows: [...rows], newestId: 0, cursor, partial: false });
const keys = (rows: readonly ActivityRow[]): string[] => rows.map(rowKey);

describe('pages of the timeline', () => {
  test('older rows come below, those that moved up since only once', () => {
    const list = withOlder(firstPage(page([session(1, 90), eventRow(80)], 80)), page([session(1, 70), eventRow(60)]));
    expect(keys(list.rows)).toEqual(['session-1', 'event-80', 'event-60']);
    expect(list.cursor).toBeNull();
  });

  test('a session with news moves to the top', () => {
    const list = withNewer(firstPage(page([eventRow(80), session(1, 70), eventRow(60)], 60)), page([session(1, 90), eventRow(80)], 80));
    expect(keys(list.rows)).toEqual(['session-1', 'event-80', 'event-60']);
    expect(list.cursor).toBe(60);
  });

  test('a newest page that does not reach the known rows replaces them, so that there is no hole', () => {
    const list = withNewer(firstPage(page([eventRow(10)], 10)), page([eventRow(99), eventRow(98)], 98));
    expect(keys(list.rows)).toEqual(['event-99', 'event-98']);
    expect(list.cursor).toBe(98);
  });

  test('a page that is the whole log replaces everything', () => {
    expect(keys(withNewer(firstPage(page([eventRow(10), eventRow(9)])), page([eventRow(11)])).rows)).toEqual(['event-11']);
  });

  test('counts rows with news', () => {
    const list = firstPage(page([eventRow(80), session(1, 70)]));
    expect(countNewer(list, page([eventRow(82), session(1, 81), eventRow(80)]))).toBe(2);
  });
});

describe('headings', () => {
  const items = (rows: readonly ActivityRow[], live: Parameters<typeof timelineItems>[1] = [], invented = true) =>
    timelineItems(rows, live, { now: NOW, invented, runningHeading: 'Now' }).map(({ key, heading, running }) => [
      key,
      heading,
      running?.id,
    ]);
  const at = (id: number, ...day: readonly [number, number, number, number]): ActivityRow => ({
    kind: 'event',
    newestId: id,
    event: event(id, { timestamp: new Date(...day).toISOString() }),
  });

  test('each day has one, also where a late rule run puts yesterday above today', () => {
    expect(items([at(4, 2026, 10, 20, 23), at(3, 2026, 10, 21, 1), at(2, 2026, 10, 20, 9), at(1, 2026, 10, 19, 9)])).toEqual([
      ['event-4', 'Yesterday', undefined],
      ['event-3', null, undefined],
      ['event-2', null, undefined],
      ['event-1', expect.stringContaining('19 November'), undefined],
    ]);
  });

  test('running transfers come first, in the row of their session or, where nothing is filtered, in a row of their own', () => {
    const transfers = [{ direction: 'upload', path: '/a', bytes: 1, total: 2, bytesPerSecond: 1, startedAt: '' }] as const;
    const live = [1, 77].map((id) => ({
      ...{
        id,
        username: 'acme',
        displayName: 'Acme',
        protocol: 'SFTP' as const,
        address: '',
        client: '',
        since: new Date(NOW).toISOString(),
      },
      ...{ openTransfers: 1, transfers: [...transfers] },
    }));
    const rows = [at(9, 2026, 10, 21, 1), session(1, 5)];
    expect(items(rows, live)).toEqual([
      ['session-1', 'Now', 1],
      ['session-77', null, 77],
      ['event-9', 'Today', undefined],
    ]);
    expect(items(rows, live, false).map(([key]) => key)).toEqual(['session-1', 'event-9']);
  });
});

describe('the tree of a session', () => {
  const run = (id: number, eventId: number): Run => ({ ...(WORLD.runs[0] as Run), id, eventId });
  const ran = (id: number, runId: number, type = 'RULE_RUN') => event(id, { type, caused_by: runId, info: { run_id: runId } });

  test('folds what rules did under the file that set them off, without single actions', () => {
    const events = [event(1), event(2), ran(3, 50), ran(4, 50, 'ACTION_RUN'), ran(5, 51)];
    expect(
      sessionTree(events, [run(50, 1), run(51, 2)]).map(({ event: { _id }, effects }) => [_id, effects.map((one) => one._id)]),
    ).toEqual([
      [1, [3]],
      [2, [5]],
    ]);
  });

  test('what an unknown run did stands by itself', () => {
    expect(sessionTree([event(1), ran(2, 50)], []).map(({ event: { _id } }) => _id)).toEqual([1, 2]);
  });

  test('asks for the runs in between, at most a thousand', () => {
    expect(runsOf([event(1)])).toBeUndefined();
    expect(runsOf([ran(1, 50), ran(2, 53)])).toEqual({ before: 54, limit: 4 });
    expect(runsOf([ran(1, 1), ran(2, 5000)])).toEqual({ before: 5001, limit: 1000 });
  });
});

test('each filter is a chip that can be taken away alone', () => {
  const query = { ...EVERYTHING, partner: 'acme', outcomes: ['failed' as const, 'quota' as const], words: 'invoice' };
  const chips = filterChips(query, { partners: [{ username: 'acme', displayName: 'Acme Ltd' }], rules: [] });
  expect(chips.map(({ name, value }) => `${name} ${value}`)).toEqual(['Partner Acme Ltd', 'Outcome Failed and No room', 'Words invoice']);
  expect(chips[0]?.without).toEqual({ ...query, partner: null });
});

test('saved views survive what is none', () => {
  const view = { name: 'Mine', query: 'outcome=failed' };
  expect(savedViews({ [VIEWS_KEY]: [view, 7, { name: '' }] })).toEqual([view]);
  expect(savedViews({ [VIEWS_KEY]: 'x' })).toEqual([]);
  expect(savedViews(undefined)).toEqual([]);
});

describe('the real path of an event', () => {
  const user = { _id: 4, _generated_displayname: 'acme' };
  const uploaded = event(1, { type: 'OBJECT_INSERT', path: '/inbox/a.pdf', _user: user, info: { operation: 'upload' } });

  test('lies in the home of its partner', () => {
    expect(realPathOf(uploaded, '/srv/exchange', [{ id: 4, home: 'acme' }])).toBe('/srv/exchange/acme/inbox/a.pdf');
    expect(realPathOf(uploaded, 'C:\\Exchange', [{ id: 4, home: 'acme' }])).toBe('C:\\Exchange\\acme\\inbox\\a.pdf');
    expect(realPathOf(uploaded, '/srv/exchange', [{ id: 4, home: '/data/acme' }])).toBe('/data/acme/inbox/a.pdf');
  });

  test('is where a renamed file went', () => {
    const renamed = { ...uploaded, type: 'OBJECT_UPDATE', target_path: '/done/a.pdf', info: { operation: 'rename' } };
    expect(realPathOf(renamed, '/srv', [{ id: 4, home: 'acme' }])).toBe('/srv/acme/done/a.pdf');
  });

  test('is none for what is gone, has failed or belongs to nobody', () => {
    expect(realPathOf({ ...uploaded, type: 'OBJECT_DELETE' }, '/srv', [{ id: 4, home: 'acme' }])).toBeNull();
    expect(realPathOf({ ...uploaded, outcome: 'failed' }, '/srv', [{ id: 4, home: 'acme' }])).toBeNull();
    expect(realPathOf(uploaded, '/srv', [])).toBeNull();
  });
});

test('a chip says types by their titles', () => {
  const [chip] = filterChips({ ...EVERYTHING, types: ['SERVER_START', 'LOGIN_FAILED'] }, { partners: [], rules: [] });
  expect(chip?.value).toBe('Server started and Sign-in failed');
});
