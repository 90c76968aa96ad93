import { expect, test } from 'vitest';
import { rpc } from '../../../../engine/contract/rpc.ts';
import { actorOf } from '../../../../engine/rpc/caller.ts';
import { createLookRecorder } from '../../../../engine/events/look-recorder.ts';
import { activityHandlers } from '../../../../engine/rpc/handlers/activity.ts';
import { OWNER } from '../../../helpers/api.ts';
import { put, startVfs, type TestVfs } from '../../../helpers/vfs.ts';

const CALL = { caller: OWNER, actor: actorOf(OWNER), batchId: null, batch: () => 1 };

function handlersOf({ store, events }: TestVfs): ReturnType<typeof activityHandlers> {
  return activityHandlers(
    () => ({ reader: store.reader }),
    createLookRecorder({ events, settings: () => ({ search: false, detail: false }) }),
  );
}

/** A partner who came, brought two files and left, as the real parts record it. */
async function visit(vfs: TestVfs): Promise<number> {
  const session = await vfs.login(vfs.account('acme', { displayName: 'Acme Ltd.' }));
  await put(session, '/a.txt', 'four');
  await put(session, '/b.txt', 'eight bytes');
  await session.close('quit');
  return session.id;
}

test('a visit is one row with what happened in it, and its events in order', async () => {
  const vfs = await startVfs();
  const sessionId = await visit(vfs);
  const activity = handlersOf(vfs);
  const list = await activity['activity.list']({ flat: false, limit: 10 }, CALL);
  expect(rpc['activity.list'].output.parse(list)).toEqual(list);
  expect(list).toMatchObject({ newestId: 4, cursor: null, partial: false });
  expect(list.rows).toEqual([
    {
      kind: 'session',
      ...{
        newestId: 4,
        oldestId: 1,
        sessionId,
        username: 'acme',
        displayName: 'Acme Ltd.',
        protocol: 'SFTP',
        address: '192.0.2.7',
        client: 'test',
      },
      ...{ startedAt: '2026-11-21T12:00:00.000Z', endedAt: '2026-11-21T12:00:00.000Z' },
      ...{ uploads: 2, downloads: 0, bytesIn: 15, bytesOut: 0, failures: 0, ruleRuns: 0, events: 4 },
    },
  ]);
  const first = await activity['activity.session']({ sessionId, after: 0, limit: 3 }, CALL);
  expect([first.events.map(({ type }) => type), first.more]).toEqual([['USER_LOGIN', 'OBJECT_INSERT', 'OBJECT_INSERT'], true]);
  const rest = await activity['activity.session']({ sessionId, after: 3, limit: 3 }, CALL);
  expect([rest.events.map(({ type }) => type), rest.more]).toEqual([['USER_LOGOUT'], false]);
});

test('flat, every event stands for itself; filters narrow both views and the count', async () => {
  const vfs = await startVfs();
  await visit(vfs);
  const activity = handlersOf(vfs);
  const flat = await activity['activity.list']({ flat: true, limit: 3, direction: 'upload' }, CALL);
  expect(flat.rows.map(({ kind, newestId }) => [kind, newestId])).toEqual([
    ['event', 3],
    ['event', 2],
  ]);
  const grouped = await activity['activity.list']({ flat: false, limit: 3, direction: 'upload' }, CALL);
  expect(grouped.rows).toMatchObject([{ kind: 'session', newestId: 3, uploads: 2 }]);
  expect(await activity['activity.count']({ direction: 'upload' }, CALL)).toEqual({ count: 2, partial: false });
  expect(await activity['activity.count']({}, CALL)).toEqual({ count: 4, partial: false });
});
