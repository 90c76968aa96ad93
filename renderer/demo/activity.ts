import { isEventType, EVENTS } from '../../engine/events/catalog.ts';
import type { StoredEvent } from '../../engine/contract/event.ts';
import type { ActivityFilter, ActivityRow } from '../../engine/contract/methods/activity.ts';

/** The timeline of the demo: what the engine answers from its database, over an array. */

/** True where all set filters hold. */
export function fits(event: StoredEvent, filter: ActivityFilter): boolean {
  const { types, groups, username, direction, outcomes, protocols, ip, path, ruleId, sessionId, text, dateFrom, dateTo } = filter;
  const group = isEventType(event.type) ? EVENTS[event.type].group : 'system';
  const words = [event.path, event.type, event._user?._generated_displayname, JSON.stringify(event.info)].join(' ').toLowerCase();
  return (
    (types === undefined || types.includes(event.type)) &&
    (groups === undefined || groups.includes(group)) &&
    (username === undefined || event._user?._generated_displayname.toLowerCase().includes(username.toLowerCase()) === true) &&
    (direction === undefined || directionOf(event) === direction) &&
    (outcomes === undefined || outcomes.includes(event.outcome)) &&
    (protocols === undefined || (event.protocol !== null && protocols.includes(event.protocol))) &&
    (ip === undefined || event.ipv4_address === ip) &&
    (path === undefined || event.path?.includes(path.replaceAll('*', '')) === true) &&
    (ruleId === undefined || (event.objecttype === 'rule' && event.object_id === ruleId)) &&
    (sessionId === undefined || event._session?._id === sessionId) &&
    (text === undefined ||
      text
        .toLowerCase()
        .split(/\s+/)
        .every((word) => words.includes(word))) &&
    (dateFrom === undefined || event.timestamp >= dateFrom) &&
    (dateTo === undefined || event.timestamp <= dateTo)
  );
}

function directionOf({ type, info }: StoredEvent): string | undefined {
  if (type === 'TRANSFER_FAILED') return info['direction'] === 'download' ? 'download' : 'upload';
  if (type === 'ASSET_DOWNLOAD') return 'download';
  return type === 'OBJECT_INSERT' || type === 'OBJECT_UPDATE' ? 'upload' : undefined;
}

/** Rows of these events of the log, newest first: sessions folded and told of in full, failed sign-ins of one address collapsed, the rest by itself. */
export function toRows(events: readonly StoredEvent[], flat: boolean, log = events): ActivityRow[] {
  const rows: ActivityRow[] = [];
  const sessions = new Map<number, StoredEvent[]>();
  for (const event of log) {
    const id = event._session?._id;
    if (id !== undefined) sessions.set(id, [...(sessions.get(id) ?? []), event]);
  }
  const done = new Set<number>();
  for (const event of events.toReversed()) {
    const id = event._session?._id;
    const last = rows.at(-1);
    if (flat) rows.push({ kind: 'event', newestId: event._id, event });
    else if (id !== undefined) {
      if (!done.has(id)) rows.push({ ...sessionRow(id, sessions.get(id) ?? [event]), newestId: event._id });
      done.add(id);
    } else if (event.type === 'LOGIN_FAILED' && last?.kind === 'failed-sign-ins' && last.address === event.ipv4_address) {
      rows[rows.length - 1] = { ...last, oldestId: event._id, count: last.count + 1, startedAt: event.timestamp };
    } else if (event.type === 'LOGIN_FAILED') {
      rows.push({
        kind: 'failed-sign-ins',
        newestId: event._id,
        oldestId: event._id,
        address: event.ipv4_address,
        count: 1,
        names: 3,
        startedAt: event.timestamp,
        endedAt: event.timestamp,
      });
    } else rows.push({ kind: 'event', newestId: event._id, event });
  }
  return rows;
}

function sessionRow(id: number, events: readonly StoredEvent[]): ActivityRow {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) throw new Error('a session has events');
  const uploads = events.filter(({ type, outcome }) => (type === 'OBJECT_INSERT' || type === 'OBJECT_UPDATE') && outcome === 'ok');
  const downloads = events.filter(({ type }) => type === 'ASSET_DOWNLOAD');
  const sum = (list: readonly StoredEvent[]): number => list.reduce((total, { bytes }) => total + (bytes ?? 0), 0);
  return {
    kind: 'session',
    newestId: last._id,
    oldestId: first._id,
    sessionId: id,
    username: first._user?._generated_displayname.toLowerCase().split(' ')[0] ?? '',
    displayName: first._user?._generated_displayname ?? '',
    protocol: first.protocol,
    address: first.ipv4_address,
    client: first.client,
    startedAt: first.timestamp,
    endedAt: last.type === 'USER_LOGOUT' ? last.timestamp : null,
    uploads: uploads.length,
    downloads: downloads.length,
    bytesIn: sum(uploads),
    bytesOut: sum(downloads),
    failures: events.filter(({ outcome }) => outcome !== 'ok').length,
    ruleRuns: events.filter(({ type }) => type === 'RULE_RUN').length,
    events: events.length,
  };
}
