import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { StoredEvent } from '../../engine/contract/event.ts';
import { loadEvents } from '../bench/events-loader.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { seededRandom } from '../helpers/random.ts';
import { serve, type Serving } from '../helpers/serve.ts';

/** A kill while the log is being pruned, indexed, read and written leaves nothing that is wrong, only work to be taken up again. */

const LOADED = 10_000;
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

test('an event whose call was answered is there once, whatever the kill interrupted', async () => {
  const dataFolder = temporaryFolder();
  // Older than what is kept: every start begins to prune them, and to index what the last one did not come to.
  loadEvents(dataFolder, LOADED, Date.now() - 2 * KEPT_DAYS * DAY_MS);
  const random = seededRandom(7);
  const answered: string[] = [];
  let count = 0;
  let server = await serve(dataFolder);
  onTestFinished(() => server.kill());
  await server.call('settings.save', { log: { keepDays: KEPT_DAYS, apiCalls: { record: 'writes' } } });
  for (let round = 0; round < 4; round++) {
    const work = async (): Promise<void> => {
      for (;;) {
        const username = `needle-${String(count++)}`;
        await server.call('accounts.save', { username });
        answered.push(username);
      }
    };
    const readings = [work(), work(), exportAll(server), searchAgain(server)].map((one) => one.catch(() => undefined));
    const before = answered.length;
    await eventually(() => expect(answered.length).toBeGreaterThan(before + 2));
    await pause(random() * 500);
    await server.kill();
    await Promise.all(readings);
    expectSound(join(dataFolder, 'gatehouse.db'));
    expectSound(join(dataFolder, 'search.db'));
    server = await serve(dataFolder);
    const made = (await createdAccounts(server)).map(({ name }) => name);
    expect(made).toHaveLength(new Set(made).size);
    expect(answered.filter((name) => !made.includes(name))).toEqual([]);
    const unclean = await allEvents(server, 'SERVER_SHUTDOWN');
    expect(unclean.map(({ info }) => info['unclean'])).toEqual(Array.from({ length: round + 1 }, () => true));
  }
  // What the kills interrupted is done in the end: the old are gone, and the index holds what the log holds.
  const dateTo = new Date(Date.now() - DAY_MS).toISOString();
  await eventually(async () => expect((await server.call('events.search', { dateTo, limit: 1 })).events).toEqual([]), 60_000);
  const found = await server.call('events.search', { text: 'needle-1', type: 'OBJECT_INSERT', limit: 1000 });
  const compared = (await createdAccounts(server)).filter(({ name }) => name.startsWith('needle-1'));
  expect(found.events.map(({ _id }) => _id)).toEqual(compared.map(({ id }) => id).toReversed());
  await server.terminate();
}, 180_000);

async function exportAll({ http, token }: Serving): Promise<void> {
  for (;;) await (await fetch(`${http}/api/event?format=jsonl`, { headers: { authorization: `Bearer ${token}` } })).text();
}

async function searchAgain(server: Serving): Promise<void> {
  for (;;) await server.call('events.search', { text: 'needle', limit: 100 });
}

async function allEvents(server: Serving, type: string): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: { events: StoredEvent[]; cursor: number | null } = await server.call('events.search', { type, after, limit: 1000 });
    found.push(...page.events);
    after = page.cursor;
  }
  return found;
}

/** The events of the accounts that this test made, oldest first. */
async function createdAccounts(server: Serving): Promise<{ id: number; name: string }[]> {
  return (await allEvents(server, 'OBJECT_INSERT')).flatMap(({ _id, info }) => {
    const name = info['new'];
    return typeof name === 'string' && name.startsWith('needle-') ? [{ id: _id, name }] : [];
  });
}

function expectSound(file: string): void {
  const db = new Database(file);
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  } finally {
    db.close();
  }
}
