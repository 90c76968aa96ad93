import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { Progress } from '../../../engine/contract/push.ts';
import { createEventExporter } from '../../../engine/events/export.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { fill, startStore } from '../store/event-rows.ts';

function start(events: number) {
  const store = startStore();
  fill(
    store,
    Array.from({ length: events }, (_, index) => ({ userName: index % 2 === 0 ? 'anna' : 'berta' })),
  );
  const told: Progress[] = [];
  const exporter = createEventExporter({ reader: store.reader, publish: (progress) => told.push(progress) });
  return { exporter, told, folder: temporaryFolder() };
}

describe('an export to a file', () => {
  it('holds every event that fits, newest first, and says how far it is', async () => {
    const { exporter, told, folder } = start(25_000);
    const path = join(folder, 'events.jsonl');
    const uuid = '4b2f6b9e-53f4-4d0b-9a51-0c1f0f0f7a11';
    const answer = await exporter.toFile({ filter: { username: 'anna' }, format: 'jsonl', path, uuid });
    expect(answer).toEqual({ path, events: 12_500, bytes: statSync(path).size });
    const ids = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { _id: number })._id);
    expect(ids).toEqual(Array.from({ length: 12_500 }, (_, index) => 24_999 - 2 * index));
    expect(told.map(({ done, total, state }) => [done, total, state])).toEqual([
      [0, 12_500, 'running'],
      [10_000, 12_500, 'running'],
      [12_500, 12_500, 'done'],
    ]);
    expect(new Set(told.map(({ id }) => id))).toEqual(new Set([uuid]));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('replaces an older file only when it is complete', async () => {
    const { exporter, folder } = start(3);
    const path = join(folder, 'events.csv');
    await exporter.toFile({ filter: {}, format: 'csv', path });
    await exporter.toFile({ filter: { pollable: true }, format: 'csv', path });
    expect(readFileSync(path, 'utf8').split('\r\n')).toHaveLength(2);
    expect(readdirSync(folder)).toEqual(['events.csv']);
  });

  const refused: [name: string, path: (folder: string) => string, code: string][] = [
    ['a relative path', () => 'events.csv', 'invalid_input'],
    ['a folder that is not there', (folder) => join(folder, 'no', 'events.csv'), 'folder_missing'],
    ['a folder', (folder) => join(folder, 'taken'), 'is_a_directory'],
    ['a place where nobody can write', () => '/proc/self/events.csv', 'folder_missing'],
  ];
  test.each(refused)('refuses %s and leaves nothing behind', async (_name, path, code) => {
    const { exporter, folder } = start(1);
    mkdirSync(join(folder, 'taken'));
    await expect(exporter.toFile({ filter: {}, format: 'csv', path: path(folder) })).rejects.toMatchObject({ code });
    expect(readdirSync(folder)).toEqual(['taken']);
    expect(existsSync('events.csv')).toBe(false);
  });

  it('refuses a third at the same time', async () => {
    const { exporter, folder } = start(10);
    const write = (name: string) => exporter.toFile({ filter: {}, format: 'csv', path: join(folder, name) });
    const results = await Promise.allSettled([write('a'), write('b'), write('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await write('c');
  });
});

it('makes no part before it is asked for', async () => {
  const { exporter } = start(5000);
  const parts = exporter.parts({}, 'jsonl', { ascending: true });
  const first = await parts.next();
  expect(first.value).toMatchObject({ count: 500, cursor: 500 });
  await parts.return(undefined);
});
