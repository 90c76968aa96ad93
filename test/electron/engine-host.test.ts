import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { startDesktop, type TestDesktop } from '../helpers/electron/desktop.ts';

async function killEngine(desktop: TestDesktop): Promise<void> {
  const [pid = 0] = desktop.pids();
  process.kill(pid, 'SIGKILL');
  await eventually(() => expect(desktop.pids()).not.toContain(pid));
}

it('starts the engine again when it was killed, and tells the page', async () => {
  const desktop = await startDesktop();
  await desktop.running();
  await killEngine(desktop);
  await desktop.running();
  await eventually(async () => {
    const { states } = await desktop.heard();
    expect(states.slice(-2)).toEqual([{ kind: 'restarting', attempt: 1 }, { kind: 'live' }]);
  });
  expect(await desktop.call('server.status')).toMatchObject({ ok: true });
});

it('answers calls that were open when the engine ended, and calls without an engine', async () => {
  const desktop = await startDesktop({ restarts: { restartDelaysMs: [60_000] } });
  await desktop.running();
  const [pid = 0] = desktop.pids();
  process.kill(pid, 'SIGSTOP');
  const open = desktop.call('server.status');
  await eventually(() => expect(desktop.pids()).toEqual([pid]));
  process.kill(pid, 'SIGKILL');
  const notRunning = { ok: false, error: { code: 'not_running' } };
  expect(await open).toMatchObject(notRunning);
  expect(await desktop.call('server.status')).toMatchObject(notRunning);
});

it('gives up after the last restart with a notice, and starts again from the tray', async () => {
  const desktop = await startDesktop({ restarts: { restartDelaysMs: [5, 5, 5] } });
  await desktop.running();
  for (let attempt = 1; attempt <= 3; attempt++) {
    await killEngine(desktop);
    await desktop.running();
  }
  await killEngine(desktop);
  await eventually(() => expect(desktop.desktop.host.state().kind).toBe('failed'));
  expect(desktop.seen.notifications.map(({ options }) => options)).toMatchObject([{ id: 'engine-failed', urgency: 'critical' }]);
  await eventually(async () => expect((await desktop.heard()).states.at(-1)?.kind).toBe('failed'));
  expect(desktop.seen.trays[0]?.image).toContain('attention');
  desktop.trayItem('Start the servers again').click?.();
  await desktop.running();
  // Five engines one after another.
}, 120_000);

it('does not try again what a person has to put right', async () => {
  const first = await startDesktop();
  await first.running();
  const second = await startDesktop({ dataFolder: first.dataFolder });
  await eventually(() => expect(second.desktop.host.state()).toMatchObject({ kind: 'failed', error: { code: 'already_running' } }));
  expect(second.seen.notifications.map(({ options }) => options.body)).toEqual([expect.stringContaining('already runs')]);
});

it('says why a data folder cannot be used', async () => {
  const desktop = await startDesktop({ dataFolder: '/nonexistent/somewhere/data' });
  await eventually(() => expect(desktop.desktop.host.state()).toMatchObject({ kind: 'failed', error: { code: 'folder_missing' } }));
});

it('stops the engine in order', async () => {
  const desktop = await startDesktop();
  await desktop.running();
  expect(existsSync(join(desktop.dataFolder, 'engine.json'))).toBe(true);
  await desktop.desktop.host.stop(0);
  expect(desktop.pids()).toEqual([]);
  expect(desktop.desktop.host.state()).toEqual({ kind: 'stopped' });
  expect(existsSync(join(desktop.dataFolder, 'engine.json'))).toBe(false);
});

it('keeps the engine’s log lines', async () => {
  const lines: { scope: string; message: string }[] = [];
  const desktop = await startDesktop({ logSink: (line) => void lines.push(line) });
  await desktop.running();
  await killEngine(desktop);
  await eventually(() => expect(lines).toContainEqual(expect.objectContaining({ scope: 'engine-host', level: 'warn' })));
});
