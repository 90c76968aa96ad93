import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLIENTS, type ClientEntry, type ClientId, OPERATIONS, type Operation } from './matrix.ts';
import { RUN, setUp } from './operations.ts';

/** Every cell of the matrix, alone. */
describe.each(Object.keys(CLIENTS) as ClientId[])('%s', (id) => {
  const entry: ClientEntry = CLIENTS[id];
  const declared = (Object.keys(OPERATIONS) as Operation[]).filter((operation) => entry.without[operation] === undefined);

  it.each(declared)('%s', async (operation) => {
    await RUN[operation](await setUp(id), false);
  });

  it('says with its exit code that something did not work', async () => {
    const { client, local } = await setUp(id);
    writeFileSync(local('up'), 'x');
    if (client.makesParents !== true) expect((await client.put(local('up'), '/missing/folder/x')).code).not.toBe(0);
    expect((await client.get('/missing', local('down'))).code).not.toBe(0);
  });

  it('is refused with a wrong password, and the refusal is recorded without it', async () => {
    const { test, stranger, local } = await setUp(id);
    writeFileSync(local('up'), 'x');
    expect((await stranger.put(local('up'), '/x')).code).not.toBe(0);
    const { events } = await test.call('events.search', { type: 'LOGIN_FAILED' });
    expect(events.length).toBeGreaterThan(0);
    expect(events[0]?.info).toMatchObject({ login: 'acme', reason: 'wrong password' });
    expect(JSON.stringify(events)).not.toContain('wrong-secret');
  });
});
