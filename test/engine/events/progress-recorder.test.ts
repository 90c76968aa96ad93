import { expect, test } from 'vitest';
import type { PushMessage } from '../../../engine/contract/push.ts';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { createProgressRecorder } from '../../../engine/events/progress-recorder.ts';
import { isoTime } from '../../../engine/lib/clock.ts';
import { startVfs } from '../../helpers/vfs.ts';

async function start(apiProgress: object) {
  const { events, clock, recorded, account } = await startVfs();
  const acme = account('acme', { displayName: 'Acme Ltd' });
  const settings = settingsSchema.parse({ log: { apiProgress } }).log.apiProgress;
  const recorder = createProgressRecorder({ events, clock, settings: () => settings, accountOf: () => acme });
  return { clock, recorded, onPush: (message: PushMessage) => recorder.onPush(message), began: isoTime(clock.now()) };
}

const steps = async (recorded: Awaited<ReturnType<typeof start>>['recorded']) =>
  (await recorded('API_PROGRESS')).map(({ info }) => [info['uuid'], info['status'], info['progress_info_parametes']]);

const work = (done: number, state: 'running' | 'done' = 'running'): PushMessage => ({
  kind: 'progress',
  work: 'export',
  id: 'export-1',
  title: 'Export',
  done,
  total: 100,
  state,
});

test('long work is recorded once a second, and its end', async () => {
  const { clock, recorded, onPush } = await start({ record: 'all' });
  for (const done of [0, 10, 20, 30]) {
    onPush(work(done));
    clock.advance(500);
  }
  onPush(work(100, 'done'));
  expect(await steps(recorded)).toEqual([
    ['export-1', 'running', '{"done":0,"total":100}'],
    ['export-1', 'running', '{"done":20,"total":100}'],
    ['export-1', 'done', '{"done":100,"total":100}'],
  ]);
});

test('large transfers are recorded as what they are', async () => {
  const { clock, recorded, onPush, began } = await start({ record: 'writes' });
  const moving = (bytes: number): PushMessage => {
    const transfer = { path: '/in/big', bytes, total: null, bytesPerSecond: 1, startedAt: began };
    const transfers = (['upload', 'download'] as const).map((direction) => ({ ...transfer, direction }));
    const session = { id: 5, username: 'acme', displayName: 'Acme', protocol: 'SFTP', address: '192.0.2.1', client: 'x' } as const;
    const sessions = [{ ...session, since: began, openTransfers: 2, transfers }];
    return { kind: 'sessions', sessions, traffic: { bytesInPerSecond: 1, bytesOutPerSecond: 1 } };
  };
  for (const bytes of [1, 2, 3]) {
    onPush(moving(bytes));
    clock.advance(1000);
  }
  const [first, second] = await recorded('API_PROGRESS');
  expect(first?._user).toEqual({ _id: 1, _generated_displayname: 'Acme Ltd', login: 'acme' });
  const uuid = first?.info['uuid'];
  expect(uuid).toMatch(/^[0-9a-f-]{36}$/);
  expect(second?.info['uuid']).toBe(uuid);
  expect(await steps(recorded)).toEqual([
    [uuid, 'running', '{"done":2,"total":null}'],
    [uuid, 'running', '{"done":3,"total":null}'],
  ]);
});

test('nothing is recorded unless it is wished for', async () => {
  const { recorded, onPush } = await start({});
  onPush(work(0));
  expect(await steps(recorded)).toEqual([]);
});
