import { expect, it, onTestFinished, vi } from 'vitest';
import { PacketType } from '../../../engine/protocols/sftp/packet-types.ts';
import { StayAwake } from '../../../engine/protocols/stay-awake.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startFtp } from './ftp/ftp-server.ts';
import { RawClient } from './ftp/raw-client.ts';
import { connect, rawSftp } from './sftp/raw-client.ts';
import { startSftp } from './sftp/start-sftp.ts';

/** How often the event loop was asked for another turn. */
function countTurns(): () => number {
  const spy = vi.spyOn(globalThis, 'setImmediate');
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.length;
}

it('goes to sleep by itself when no request comes', async () => {
  const turns = countTurns();
  new StayAwake().replied();
  let before = 0;
  await eventually(() => {
    const now = turns();
    const isQuiet = now === before;
    before = now;
    expect(isQuiet).toBe(true);
  });
  expect(before).toBeGreaterThan(0);
});

it('gives up a client that takes its time, and takes up one that has become quick', () => {
  const turns = countTurns();
  const awake = new StayAwake();
  // Long after any reply.
  for (let slow = 0; slow < 4; slow++) awake.asked();
  awake.replied();
  const forSlow = turns();
  // Nothing in between: what comes much later would be slow again.
  awake.asked();
  awake.replied();
  expect([forSlow, turns()]).toEqual([0, 1]);
});

it('hears of every request and reply of both servers', async () => {
  const spies = (['asked', 'replied'] as const).map((name) => vi.spyOn(StayAwake.prototype, name));
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
  const calls = (): number[] => spies.map((spy) => spy.mock.calls.length);
  const ftp = await RawClient.connect((await startFtp()).port);
  const { sftp } = await rawSftp(await connect(await startSftp()));
  for (const ask of [() => ftp.command('NOOP'), () => sftp.ask(PacketType.REALPATH, '.')]) {
    const before = calls();
    await ask();
    expect(calls()).toEqual(before.map((count) => count + 1));
  }
});
