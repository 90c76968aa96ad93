import { once } from 'node:events';
import ssh2 from 'ssh2';
import { expect, it, onTestFinished } from 'vitest';
import { startDesktop, type TestDesktop } from '../helpers/electron/desktop.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';

const ANY = { host: '127.0.0.1', port: 0 };

/** A partner who is signed in by SFTP and stays; `ended` resolves when their connection has ended. */
async function signIn(desktop: TestDesktop): Promise<{ ended: Promise<unknown> }> {
  expect(await desktop.call('accounts.save', { username: 'acme', password: 'correct horse battery' })).toMatchObject({ ok: true });
  const status = (await desktop.call('server.status')) as { value: { listeners: { sftp: { port: number } } } };
  const client = new ssh2.Client();
  onTestFinished(() => void client.destroy());
  client.on('error', () => undefined);
  const ready = once(client, 'ready');
  client.connect({ host: '127.0.0.1', port: status.value.listeners.sftp.port, username: 'acme', password: 'correct horse battery' });
  await ready;
  const ended = once(client, 'close');
  await new Promise((resolve, reject) => {
    client.sftp((error, sftp) => (error === undefined ? resolve(sftp) : reject(error)));
  });
  await eventually(async () => expect(await desktop.call('server.status')).toMatchObject({ value: { sessions: [{ username: 'acme' }] } }));
  return { ended };
}

const close = (desktop: TestDesktop): void => desktop.windows[0]?.close();

it('stays in the tray when the window is closed, and says so once', async () => {
  const userData = temporaryFolder();
  const desktop = await startDesktop({ userData });
  await desktop.loaded();
  close(desktop);
  await eventually(() => expect(desktop.windows[0]?.isVisible()).toBe(false));
  expect(desktop.seen.notifications.map(({ options }) => options.id)).toEqual(['close-hint']);
  desktop.trayItem('Open Gatehouse').click?.();
  expect(desktop.windows[0]?.isVisible()).toBe(true);
  close(desktop);
  await eventually(() => expect(desktop.windows[0]?.isVisible()).toBe(false));
  expect(desktop.seen.notifications).toHaveLength(1);
  expect(desktop.seen).toMatchObject({ quit: false, questions: [] });
});

it('asks before closing stops the servers where there is no tray', async () => {
  const desktop = await startDesktop({ traySupport: () => Promise.resolve(false) });
  await desktop.running();
  close(desktop);
  await eventually(() => expect(desktop.seen.questions).toHaveLength(1));
  expect(desktop.seen.questions[0]?.detail).toContain('no tray icon');
  expect(desktop.windows[0]?.isVisible()).toBe(true);
  desktop.answers.push(0);
  close(desktop);
  await eventually(() => expect(desktop.seen.quit).toBe(true));
  expect(desktop.pids()).toEqual([]);
});

it('does not hide behind a tray that has gone since the start', async () => {
  let hasTray = true;
  const desktop = await startDesktop({ traySupport: () => Promise.resolve(hasTray) });
  await desktop.running();
  hasTray = false;
  close(desktop);
  await eventually(() => expect(desktop.seen.questions[0]?.detail).toContain('no tray icon'));
  expect(desktop.windows[0]?.isVisible()).toBe(true);
});

it('quits on closing when the settings say so', async () => {
  const desktop = await startDesktop();
  await desktop.running();
  await desktop.call('settings.save', { desktop: { closeToTray: false } });
  await eventually(async () => expect((await desktop.heard()).pushes).toContainEqual({ kind: 'config-changed', sections: ['desktop'] }));
  await eventually(() => {
    close(desktop);
    expect(desktop.seen.quit).toBe(true);
  });
  expect(desktop.pids()).toEqual([]);
});

it('asks with the number of partners, and disconnects them only then', async () => {
  const desktop = await startDesktop({ overrides: { http: ANY, sftp: ANY } });
  await desktop.running();
  const { ended } = await signIn(desktop);
  desktop.trayItem('Quit').click?.();
  await eventually(() => expect(desktop.seen.questions.map(({ message }) => message)).toEqual(['1 partner is connected.']));
  expect(desktop.desktop.host.state()).toEqual({ kind: 'running' });
  desktop.answers.push(0);
  desktop.trayItem('Quit').click?.();
  await ended;
  await eventually(() => expect(desktop.seen.quit).toBe(true), 20_000);
  expect(desktop.seen.trays[0]?.isDestroyed).toBe(true);
});

it('quits without a question when nobody is connected, whichever way it is asked', async () => {
  const desktop = await startDesktop();
  await desktop.running();
  desktop.app.quit();
  await eventually(() => expect(desktop.seen.quit).toBe(true));
  expect(desktop.seen.questions).toEqual([]);
  expect(desktop.pids()).toEqual([]);
});

it('asks nobody when the system goes down', async () => {
  const desktop = await startDesktop({ overrides: { http: ANY, sftp: ANY } });
  await desktop.running();
  const { ended } = await signIn(desktop);
  desktop.powerMonitor.emit('shutdown');
  await ended;
  await eventually(() => expect(desktop.seen.quit).toBe(true));
  expect(desktop.seen.questions).toEqual([]);
});

it('quits although the engine does not answer', async () => {
  const desktop = await startDesktop();
  await desktop.running();
  const [pid = 0] = desktop.pids();
  process.kill(pid, 'SIGSTOP');
  desktop.trayItem('Quit').click?.();
  await eventually(() => expect(desktop.desktop.quit.isDecided()).toBe(true));
  process.kill(pid, 'SIGCONT');
  await eventually(() => expect(desktop.seen.quit).toBe(true));
});
