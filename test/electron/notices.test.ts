import { expect, it } from 'vitest';
import { createNotices } from '../../electron/notices.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { startDesktop } from '../helpers/electron/desktop.ts';
import { createElectronStandIn } from '../helpers/electron/stand-in.ts';
import { eventually } from '../helpers/eventually.ts';

const acme = (title: string) => ({ key: 'session-12', level: 'know' as const, title, body: '', link: '/activity/session/12' });

function notices(platform: NodeJS.Platform = 'linux') {
  const standIn = createElectronStandIn({ userData: temporaryFolder() });
  const opened: string[] = [];
  const { Notification } = standIn.electron;
  return { ...standIn, opened, notices: createNotices({ Notification, open: (route) => void opened.push(route), platform }) };
}

it('shows one notice per key and updates it in place', () => {
  const { notices: shown, seen } = notices();
  shown.show(acme('Acme sent 1 file'));
  shown.show(acme('Acme sent 6 files'));
  expect(seen.notifications.map(({ options, isShown }) => [options.id, options.title, isShown])).toEqual([
    ['session-12', 'Acme sent 1 file', false],
    ['session-12', 'Acme sent 6 files', true],
  ]);
});

it('opens the session that a notice tells of', () => {
  const { notices: shown, seen, opened } = notices();
  shown.show(acme('Acme sent 1 file'));
  seen.notifications[0]?.emit('click');
  expect(opened).toEqual(['/activity/session/12']);
});

it('opens the list for a notice of an earlier run, on Windows', () => {
  const { notices: shown, Notification, opened } = notices('win32');
  Notification.activation?.({ type: 'click' });
  expect(opened).toEqual(['/notices']);
  shown.show(acme('Acme sent 1 file'));
  Notification.activation?.({ type: 'click' });
  expect(opened).toEqual(['/notices']);
});

it('shows what needs somebody until it is dismissed', () => {
  const { notices: shown, seen } = notices();
  shown.show({ ...acme('The disk is full'), level: 'act' });
  expect(seen.notifications[0]?.options).toMatchObject({ urgency: 'critical', timeoutType: 'never' });
});

it('shows the engine’s notices, and a click leads the page there even when it was closed', async () => {
  const desktop = await startDesktop({ argv: ['--hidden'] });
  await eventually(() => expect(desktop.desktop.host.state()).toEqual({ kind: 'running' }));
  expect(await desktop.desktop.host.call('notifications.test', {})).toMatchObject({ ok: true });
  await eventually(() => expect(desktop.seen.notifications).toHaveLength(1));
  expect(desktop.windows).toEqual([]);
  desktop.desktop.window.open('/activity/session/12');
  await desktop.running();
  await eventually(async () => expect((await desktop.heard()).routes).toEqual(['/activity/session/12']));
  desktop.seen.notifications[0]?.emit('click');
  await eventually(async () => expect((await desktop.heard()).routes).toHaveLength(2));
});
