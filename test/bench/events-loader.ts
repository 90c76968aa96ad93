import { join } from 'node:path';
import { createActivityFolder } from '../../engine/store/activity-fold.ts';
import { openDatabase } from '../../engine/store/database.ts';
import { createEventsTable, type EventRow } from '../../engine/store/events-table.ts';
import { createSessionsTable } from '../../engine/store/sessions-table.ts';
import { createTextFeeder } from '../../engine/store/text-index-feeder.ts';
import { seededRandom } from '../helpers/random.ts';

/** Makes logs of any size: plausible rows, the same ones for the same seed. */

export const ACCOUNTS = 200;
export const RULES = 20;
const EVENTS_PER_SESSION = 50;
const PER_TRANSACTION = 10_000;
const WORDS = 'invoice order catalogue drawing payroll photo report contract scan backup label price stock manual letter'.split(' ');
const CLIENTS = ['SSH-2.0-OpenSSH_9.6', 'SSH-2.0-PuTTY_Release_0.83', 'FileZilla', 'WinSCP'];

/** Rows one after the other, ten a second from `start` on (ms since the epoch). */
export function rowMaker(seed: number, start: number): (index: number, sessionId: number) => EventRow {
  const random = seededRandom(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  return (index, sessionId) => {
    const user = sessionId % ACCOUNTS;
    const kind = below(100);
    const base: EventRow = {
      ...{
        at: start + index * 100,
        type: 'OBJECT_INSERT',
        pollable: false,
        ip: `192.0.2.${String(user)}`,
        schema: 'USER',
        objecttype: 'file',
      },
      ...{
        objectId: index + 1,
        objectVersion: 1,
        sessionId,
        userId: user + 1,
        userName: `partner${String(user)}`,
        displayName: null,
        protocol: 'SFTP',
      },
      ...{ client: pick(CLIENTS), path: `/${pick(['in', 'out'])}/${pick(WORDS)}-${String(below(1_000_000))}.pdf`, targetPath: null },
      ...{ bytes: below(5_000_000), durationMs: below(4000), outcome: 'ok', batchId: sessionId, origin: 'client', causedBy: null },
      info: '{"operation":"upload","atomic":true,"resumed":false}',
    };
    if (kind < 70) return base;
    if (kind < 90)
      return {
        ...base,
        type: 'ASSET_DOWNLOAD',
        info: `{"version":"original","bytes_loaded":${String(base.bytes)},"bytes_total":1,"export":null}`,
      };
    if (kind < 94) return { ...base, type: 'OBJECT_DELETE', pollable: true, info: '{"operation":"delete"}' };
    if (kind < 95)
      return {
        ...base,
        type: 'TRANSFER_FAILED',
        pollable: true,
        outcome: 'failed',
        info: '{"direction":"upload","reason":"lost","bytes":1}',
      };
    const outside = { ...base, sessionId: null, path: null, bytes: null, durationMs: null };
    if (kind < 97)
      return {
        ...outside,
        type: 'LOGIN_FAILED',
        schema: null,
        objecttype: null,
        objectId: null,
        outcome: 'denied',
        info: '{"method":"password","login":"root","reason":"wrong"}',
      };
    const rule = below(RULES) + 1;
    return {
      ...outside,
      type: 'RULE_RUN',
      pollable: true,
      schema: 'BASE',
      objecttype: 'rule',
      objectId: rule,
      origin: 'rule',
      info: `{"rule":"Rule ${String(rule)}","run_id":${String(index)},"attempt":1,"outcome":"done"}`,
    };
  };
}

/** Fills a new data folder with so many events, folded and in the text index as the maintenance worker would have them. */
export function loadEvents(dataFolder: string, count: number, start: number): void {
  const db = openDatabase(join(dataFolder, 'gatehouse.db'));
  // The whole of it is thrown away if the machine stops.
  db.pragma('synchronous = OFF');
  const events = createEventsTable(db);
  const sessions = createSessionsTable(db);
  const row = rowMaker(1, start);
  let sessionId = 0;
  const insert = db.transaction((from: number, to: number) => {
    for (let index = from; index < to; index++) {
      if (index % EVENTS_PER_SESSION === 0) {
        sessionId = sessions.open((index / EVENTS_PER_SESSION) % ACCOUNTS, start + index * 100);
        sessions.end(sessionId, start + (index + EVENTS_PER_SESSION) * 100);
      }
      events.insert(row(index, sessionId), null);
    }
  });
  for (let from = 0; from < count; from += PER_TRANSACTION) insert(from, Math.min(count, from + PER_TRANSACTION));
  const activity = createActivityFolder(db);
  while (activity.step(PER_TRANSACTION));
  const texts = createTextFeeder(db);
  while (texts.step(PER_TRANSACTION));
  texts.close();
  db.close();
}
