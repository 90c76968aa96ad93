import { fits, toRows } from './activity.ts';
import type { DemoMethods } from './methods.ts';
import { iso } from './moments.ts';
import type { World } from './world.ts';

type LogMethods = Extract<keyof DemoMethods, `events.${string}` | `activity.${string}`>;

const DAY_MS = 86_400_000;

/** The made-up log: searched, folded into sessions, counted. */
export function demoLog(world: World): Pick<DemoMethods, LogMethods> {
  const newest = (): number => world.events.at(-1)?._id ?? 0;
  return {
    'events.search': ({ limit, before, ids, path }) => {
      const events = world.events
        .filter(
          (event) =>
            (before === undefined || event._id < before) &&
            (ids === undefined || ids === String(event._id)) &&
            fits(event, path === undefined ? {} : { path }),
        )
        .toReversed()
        .slice(0, limit);
      return {
        events,
        newestId: newest(),
        oldestId: 1,
        logId: 'demo',
        partial: false,
        cursor: events.at(-1)?._id ?? null,
        nextPage: null,
        total: null,
      };
    },
    'events.since': ({ id, limit }) => {
      const later = world.events.filter(({ _id }) => _id > id);
      const events = later.slice(0, limit);
      const cursor = later.length > limit ? (events.at(-1)?._id ?? null) : null;
      return { events, newestId: newest(), cursor, removed: { to: 0, times: 0 } };
    },
    'events.exportFile': ({ path }) => ({ path, events: world.events.length, bytes: 4096 }),
    'activity.list': ({ flat, before, limit, ...filter }) => {
      const rows = toRows(
        world.events.filter((event) => fits(event, filter)),
        flat,
        world.events,
      ).filter(({ newestId }) => before === undefined || newestId < before);
      const page = rows.slice(0, limit);
      return { rows: page, newestId: newest(), cursor: rows.length > limit ? (page.at(-1)?.newestId ?? null) : null, partial: false };
    },
    'activity.session': ({ sessionId, after, limit }) => {
      const inside = world.events.filter(({ _id, _session }) => _id > after && _session?._id === sessionId);
      return { events: inside.slice(0, limit), more: inside.length > limit };
    },
    'activity.count': (filter) => ({ count: world.events.filter((event) => fits(event, filter)).length, partial: false }),
    'activity.plot': ({ from, to, bucket }) => {
      const step = bucket === 'day' ? DAY_MS : DAY_MS / 24;
      const start = bucket === 'day' ? new Date(from).setHours(0, 0, 0, 0) : Math.floor(Date.parse(from) / step) * step;
      const count = Math.min(400, Math.ceil((Date.parse(to) - start) / step));
      return {
        points: Array.from({ length: count }, (_, index) => {
          const inside = world.events.filter(
            ({ timestamp }) => Date.parse(timestamp) >= start + index * step && Date.parse(timestamp) < start + (index + 1) * step,
          );
          const uploads = inside.filter(({ type }) => type === 'OBJECT_INSERT');
          const downloads = inside.filter(({ type }) => type === 'ASSET_DOWNLOAD');
          const sum = (list: typeof inside): number => list.reduce((total, { bytes }) => total + (bytes ?? 0), 0);
          return {
            at: iso(start + index * step),
            username: null,
            filesIn: uploads.length,
            filesOut: downloads.length,
            bytesIn: sum(uploads),
            bytesOut: sum(downloads),
            failures: inside.filter(({ type }) => type === 'TRANSFER_FAILED').length,
          };
        }),
      };
    },
  };
}
