import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EngineSummary } from '../../electron/engine-summary.ts';
import { statusLine, type TrayActions, trayMenu, trayState } from '../../electron/tray-menu.ts';
import { startDesktop } from '../helpers/electron/desktop.ts';
import { eventually } from '../helpers/eventually.ts';

const IDLE: EngineSummary = {
  engine: 'running',
  paused: false,
  sessions: 0,
  transfers: 0,
  problems: [],
  recent: [],
  byHand: [],
  snoozedUntil: null,
  exchangeFolder: '/srv/exchange',
  desktop: null,
};
const NOON = new Date(2026, 10, 20, 12, 0).getTime();

const notice = (id: number, title: string) => ({
  id,
  key: `n${id}`,
  level: 'know' as const,
  title,
  body: '',
  link: `/activity/session/${id}`,
  createdAt: '',
  updatedAt: '',
  readAt: null,
});

function recorder(): { actions: TrayActions; done: unknown[][] } {
  const done: unknown[][] = [];
  const at =
    (name: string) =>
    (...args: unknown[]): void =>
      void done.push([name, ...args]);
  const actions = {
    open: at('open'),
    openFolder: at('openFolder'),
    pause: at('pause'),
    runRule: at('runRule'),
    snooze: at('snooze'),
    startEngine: at('startEngine'),
    quit: at('quit'),
  };
  return { actions, done };
}

/** Presses entry after entry, also those of submenus. */
function press(items: readonly { label?: string; click?: unknown; submenu?: unknown }[]): void {
  for (const { click, submenu } of items) {
    if (Array.isArray(submenu)) press(submenu as typeof items);
    (click as (() => void) | undefined)?.();
  }
}

describe('the state of the tray', () => {
  it.each<[Partial<EngineSummary>, string, string]>([
    [{}, 'live', 'Live'],
    [{ sessions: 1 }, 'live', 'Live · 1 partner'],
    [{ sessions: 3, transfers: 2 }, 'transferring', 'Live · 2 files are moving'],
    [{ paused: true, sessions: 1, transfers: 1 }, 'paused', 'Paused: no new partners are let in'],
    [{ problems: [{ id: 'disk', message: '' }], paused: true }, 'attention', 'One thing needs attention'],
    [{ engine: 'restarting' }, 'attention', 'The servers are being restarted'],
    [{ engine: 'failed' }, 'attention', 'The servers have stopped'],
    [{ engine: 'starting' }, 'live', 'Starting'],
  ])('%j is %s: %s', (changes, state, line) => {
    expect([trayState({ ...IDLE, ...changes }), statusLine({ ...IDLE, ...changes })]).toEqual([state, line]);
  });
});

describe('the menu of the tray', () => {
  it('does what its entries say', () => {
    const { actions, done } = recorder();
    press(
      trayMenu(
        {
          ...IDLE,
          recent: [notice(7, 'Acme sent 6 files')],
          byHand: [{ id: 4, name: 'Send the list' }],
          snoozedUntil: new Date(NOON + 1000).toISOString(),
        },
        actions,
        NOON,
      ),
    );
    expect(done).toEqual([
      ['open'],
      ['open', '/activity/session/7'],
      ['openFolder', '/srv/exchange'],
      ['runRule', 4],
      ['pause', true],
      ['snooze', 60],
      ['snooze', 720],
      ['snooze', 0],
      ['quit'],
    ]);
  });

  it('offers to resume when paused, and to start again when the servers have stopped', () => {
    const { actions, done } = recorder();
    press(trayMenu({ ...IDLE, engine: 'failed', paused: true, exchangeFolder: null }, actions, NOON));
    expect(done).toContainEqual(['startEngine']);
    expect(done).toContainEqual(['pause', false]);
  });

  it('says how many partners quitting disconnects', () => {
    const { actions } = recorder();
    const last = (sessions: number): string | undefined => trayMenu({ ...IDLE, sessions }, actions, NOON).at(-1)?.label;
    expect([last(0), last(1), last(4)]).toEqual(['Quit', 'Quit: 1 partner will be disconnected', 'Quit: 4 partners will be disconnected']);
  });

  it('shows names that partners chose as one short line without mnemonics', () => {
    const { actions } = recorder();
    const menu = trayMenu({ ...IDLE, recent: [notice(1, `a&b\n${'x'.repeat(100)}`)] }, actions, NOON);
    const recent = menu.find(({ label }) => label === 'Recent')?.submenu as { label: string }[];
    expect(recent[0]?.label).toBe(`a&&b ${'x'.repeat(54)}…`);
  });
});

it('has a picture for every state on every platform', () => {
  for (const state of ['live', 'transferring', 'paused', 'attention'])
    for (const variant of ['Template', '-dark', '-light'])
      for (const scale of ['', '@2x'])
        expect(existsSync(`assets/tray/${state}${variant}${scale}.png`), `${state}${variant}${scale}`).toBe(true);
});

it('follows the engine: status, folder, pause', async () => {
  const desktop = await startDesktop();
  await desktop.running();
  const [tray] = desktop.seen.trays;
  await eventually(() => expect(tray?.toolTip).toMatch(/^Gatehouse: Live/));
  expect(tray?.image).toContain('live-dark.png');
  desktop.nativeTheme.shouldUseDarkColors = true;
  desktop.nativeTheme.emit('updated');
  expect(tray?.image).toContain('live-light.png');
  await eventually(() => expect(desktop.trayItem('Open exchange folder').enabled).toBe(true));
  desktop.trayItem('Open exchange folder').click?.();
  await eventually(() => expect(desktop.seen.opened).toEqual([expect.stringContaining('exchange')]));
  desktop.trayItem('Pause').click?.();
  await eventually(() => expect(tray?.image).toContain('paused-light.png'));
  desktop.trayItem('Resume').click?.();
  await eventually(() => expect(tray?.image).toContain('live-light.png'));
});
