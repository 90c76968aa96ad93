import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../helpers/folders.ts';
import { run } from '../helpers/run.ts';
import { serve, type Serving } from '../helpers/serve.ts';

type Polled = {
  readonly ok: boolean;
  readonly log_id: string;
  readonly value: { readonly events: { _id: number }[]; readonly cursor: number };
};

/** One poll as a script does it. */
async function poll({ http, token }: Serving, query: string): Promise<Polled> {
  const { stdout } = await run('curl', ['-s', '-H', `Authorization: Bearer ${token}`, `${http}/api/event/poll?${query}`]);
  return JSON.parse(stdout) as Polled;
}

/** Something that the log tells of, pollable or not. */
async function work(server: Serving, round: number): Promise<void> {
  await server.call('accounts.save', { username: `user${round}`, password: 'correct horse' });
  await server.call('accounts.save', { username: `user${round}`, displayName: 'changed' });
  await server.call('accounts.delete', { username: `user${round}` });
}

test('a script follows the log with curl across kills and stops, without missing or repeating an event', async () => {
  const dataFolder = temporaryFolder();
  const seen: Record<'pollable' | 'all', number[]> = { pollable: [], all: [] };
  const cursors = { pollable: 0, all: 0 };
  const logIds = new Set<string>();
  for (const end of ['kill', 'terminate', 'kill', 'terminate'] as const) {
    const server = await serve(dataFolder);
    onTestFinished(() => server.kill());
    const working = (async () => {
      for (let round = 0; round < 3; round++) await work(server, round);
    })();
    const follow = async (scope: 'pollable' | 'all'): Promise<void> => {
      const { value, log_id } = await poll(server, `after=${cursors[scope]}&scope=${scope}&wait=2&limit=4`);
      seen[scope].push(...value.events.map(({ _id }) => _id));
      cursors[scope] = value.cursor;
      logIds.add(log_id);
    };
    // The script may be behind when the server ends; its place is its own.
    await Promise.all([follow('pollable'), follow('all'), working]);
    if (end === 'kill') await server.kill();
    else await server.terminate();
  }
  const server = await serve(dataFolder);
  onTestFinished(() => server.kill());
  for (const scope of ['pollable', 'all'] as const) {
    for (let more = true; more; ) {
      const { value } = await poll(server, `after=${cursors[scope]}&scope=${scope}&limit=5`);
      seen[scope].push(...value.events.map(({ _id }) => _id));
      cursors[scope] = value.cursor;
      more = value.events.length > 0;
    }
  }
  const last = await server.call('events.search', { sort: '_id', limit: 1000 });
  expect(seen.all).toEqual(last.events.map(({ _id }) => _id));
  expect(seen.pollable).toEqual(last.events.filter(({ pollable }) => pollable).map(({ _id }) => _id));
  expect(seen.pollable.length).toBeGreaterThan(20);
  expect(logIds.size).toBe(1);
});
