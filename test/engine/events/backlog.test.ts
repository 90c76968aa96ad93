import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { createEventLog, type EventDraft, type EventLog, SYSTEM } from '../../../engine/events/log.ts';
import { openReserve } from '../../../engine/events/reserve.ts';
import { createLogger, silentSink } from '../../../engine/lib/log.ts';
import { eventually } from '../../helpers/eventually.ts';
import { NO_SMALL_DISK, smallDisk } from '../../helpers/small-disk.ts';
import { get, put, startVfs } from '../../helpers/vfs.ts';

const LARGE = 3_000_000;
const RESERVE_BYTES = 2 * 1024 ** 2;

const draft = (login: string): EventDraft<'LOGIN_FAILED'> => ({
  type: 'LOGIN_FAILED',
  info: { method: 'password', login, reason: 'test' },
  actor: SYSTEM,
});

const logins = (events: readonly StoredEvent[]): string[] =>
  events.map(({ info }) => JSON.stringify(info['login']).slice(1, 9).replace('"', ''));

const over = (events: EventLog): Promise<void> => eventually(() => expect(events.trouble()).toBeNull());

/** Events are only gathered within a turn of the event loop: as many promises at once would hide one another. */
async function recordMany(events: EventLog, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await events.record(draft(`many ${String(index)}`));
}

describe.skipIf(NO_SMALL_DISK !== null)(`a full disk${NO_SMALL_DISK === null ? '' : ` (${NO_SMALL_DISK})`}`, () => {
  async function startOnSmallDisk() {
    const disk = smallDisk(48);
    const vfs = await startVfs({ dataFolder: disk.folder });
    return { ...vfs, disk };
  }

  it('lets events wait in memory and refuses what must not go unrecorded, while reading goes on', async () => {
    const { disk, events, login, account, recorded } = await startOnSmallDisk();
    const session = await login(account('acme'));
    await put(session, '/a.txt', 'content');
    disk.fill();
    // Larger than what the write-ahead log may still have room for.
    await expect(events.record(draft('large'.padEnd(LARGE, '.')))).resolves.toMatchObject({ _id: 0 });
    expect(events.trouble()).toMatchObject({ isHolding: true, waiting: 1 });
    expect(await get(session, '/a.txt')).toBe('content');
    await expect(put(session, '/b.txt', 'content')).rejects.toMatchObject({ kind: 'world' });
    await expect(events.record(draft('with more'), () => undefined)).rejects.toMatchObject({ code: 'log_unavailable' });
    disk.free();
    await over(events);
    const types = (await recorded()).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['LOGIN_FAILED', 'ASSET_DOWNLOAD']));
    const gaps = await recorded('LOG_GAP');
    expect(gaps).toMatchObject([{ outcome: 'failed', info: { lost: 0 } }]);
    expect(gaps[0]?.info['refused']).toBeGreaterThanOrEqual(1);
    await put(session, '/b.txt', 'content');
  });

  it('first takes the reserve, and makes it again when there is room', async () => {
    const { disk, store, clock } = await startOnSmallDisk();
    const reserve = openReserve(disk.folder, 8 * 1024 ** 2);
    const events = createEventLog({ store, clock, log: createLogger(silentSink, 'test'), reserve });
    const changes: boolean[] = [];
    events.onTrouble(() => changes.push(events.trouble() !== null));
    disk.fill();
    await expect(events.record(draft('large'.padEnd(LARGE, '.')))).resolves.toMatchObject({ _id: 1 });
    expect(events.trouble()).toEqual({ isHolding: false, waiting: 0, lost: 0 });
    disk.free();
    await over(events);
    expect(changes).toEqual([true, false]);
    expect(reserve.release()).toBe(true);
    events.close();
  });

  it('ends in one LOG_GAP with the true count, after everything that could wait', async () => {
    const { disk, store, clock, recorded } = await startOnSmallDisk();
    const events = createEventLog({ store, clock, log: createLogger(silentSink, 'test') });
    const heard: StoredEvent[] = [];
    events.follow((batch) => heard.push(...batch));
    disk.fill();
    await events.record(draft('large'.padEnd(LARGE, '.')));
    await recordMany(events, 10_049);
    expect(events.trouble()).toEqual({ isHolding: true, waiting: 10_000, lost: 50 });
    clock.advance(5000);
    disk.free();
    await over(events);
    expect(heard).toHaveLength(10_001);
    expect(logins(heard.slice(0, 3))).toEqual(['large...', 'many 0', 'many 1']);
    expect(heard.map(({ _id }) => _id)).toEqual(Array.from({ length: 10_001 }, (_, index) => index + 1));
    expect((await recorded('LOG_GAP')).map(({ info }) => info)).toEqual([
      {
        lost: 50,
        refused: 0,
        from: '2026-11-21T12:00:00.000Z',
        to: '2026-11-21T12:00:05.000Z',
        reason: 'The disk could not be written.',
      },
    ]);
    events.close();
  });

  it('is told of by the next start when a kill comes first', async () => {
    const { disk, store, clock, recorded } = await startOnSmallDisk();
    const events = createEventLog({
      store,
      clock,
      log: createLogger(silentSink, 'test'),
      reserve: openReserve(disk.folder, RESERVE_BYTES),
    });
    disk.fill();
    await events.record(draft('takes the reserve'.padEnd(LARGE / 3, '.')));
    disk.fill();
    await events.record(draft('large'.padEnd(LARGE, '.')));
    await recordMany(events, 7);
    // The next start finds what a kill leaves: the disk as it is now, and nothing of the memory.
    const reserve = openReserve(disk.folder, RESERVE_BYTES);
    expect(reserve.earlierGap).toMatchObject({ waiting: 8, lost: 0 });
    const wasLost = { earlierGap: reserve.earlierGap, release: () => false, restore: () => true, noteGap: () => reserve.noteGap(null) };
    disk.free();
    events.close();
    const next = createEventLog({ store, clock, log: createLogger(silentSink, 'test'), reserve: wasLost });
    await next.flush();
    expect(await recorded('LOG_GAP')).toMatchObject([{ info: { lost: 8, reason: expect.stringContaining('ended') as string } }]);
    expect(openReserve(disk.folder, RESERVE_BYTES).earlierGap).toBeNull();
  });
});
