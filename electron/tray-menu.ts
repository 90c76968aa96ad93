import type { MenuItemConstructorOptions } from 'electron';
import type { EngineSummary } from './engine-summary.ts';
import { texts } from './texts.ts';

export type TrayState = 'live' | 'transferring' | 'paused' | 'attention';

export type TrayActions = {
  open(route?: string): void;
  openFolder(path: string): void;
  pause(paused: boolean): void;
  runRule(id: number): void;
  /** 0 ends it. */
  snooze(minutes: number): void;
  startEngine(): void;
  quit(): void;
};

/** Which of the four icons fits. */
export function trayState({ engine, paused, transfers, problems }: EngineSummary): TrayState {
  if (engine === 'failed' || engine === 'restarting' || problems.length > 0) return 'attention';
  if (paused) return 'paused';
  return transfers > 0 ? 'transferring' : 'live';
}

export function statusLine({ engine, paused, sessions, transfers, problems }: EngineSummary): string {
  const { tray } = texts;
  if (engine === 'failed') return tray.failed;
  if (engine === 'restarting') return tray.restarting;
  if (engine !== 'running') return tray.starting;
  if (problems.length > 0) return tray.attention(problems.length);
  if (paused) return tray.paused;
  return transfers > 0 ? tray.transferring(transfers) : tray.live(sessions);
}

const LONGEST_LABEL = 60;

/** The menu of the icon; `now` (ms UTC) decides whether alerts are snoozed and how long today lasts. */
export function trayMenu(summary: EngineSummary, actions: TrayActions, now: number): MenuItemConstructorOptions[] {
  const { tray } = texts;
  const { engine, paused, sessions, recent, byHand, snoozedUntil, exchangeFolder } = summary;
  const isRunning = engine === 'running';
  return [
    { label: statusLine(summary), enabled: false },
    ...(engine === 'failed' ? [{ label: tray.startAgain, click: () => actions.startEngine() }] : []),
    { type: 'separator' },
    { label: tray.open, click: () => actions.open() },
    {
      label: tray.recent,
      submenu:
        recent.length === 0
          ? [{ label: tray.nothingRecent, enabled: false }]
          : recent.map(({ title, link }) => ({ label: asLabel(title), click: () => actions.open(link) })),
    },
    {
      label: tray.openFolder,
      enabled: exchangeFolder !== null,
      click: () => (exchangeFolder === null ? undefined : actions.openFolder(exchangeFolder)),
    },
    ...(byHand.length === 0
      ? []
      : [
          {
            label: tray.run,
            enabled: isRunning,
            submenu: byHand.map(({ id, name }) => ({ label: asLabel(name), click: () => actions.runRule(id) })),
          },
        ]),
    { type: 'separator' },
    { label: paused ? tray.resume : tray.pause, enabled: isRunning, click: () => actions.pause(!paused) },
    { label: tray.snooze, enabled: isRunning, submenu: snoozeMenu(snoozedUntil, actions, now) },
    { type: 'separator' },
    { label: tray.quit(sessions), click: () => actions.quit() },
  ];
}

function snoozeMenu(snoozedUntil: string | null, actions: TrayActions, now: number): MenuItemConstructorOptions[] {
  const { tray } = texts;
  const until = snoozedUntil === null ? NaN : Date.parse(snoozedUntil);
  const items: MenuItemConstructorOptions[] = [
    { label: tray.snoozeHour, click: () => actions.snooze(60) },
    { label: tray.snoozeToday, click: () => actions.snooze(minutesLeftToday(now)) },
  ];
  if (!(until > now)) return items;
  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(until);
  return [...items, { label: tray.snoozeEnd(clock), click: () => actions.snooze(0) }];
}

/** Until the next local midnight, at least one. */
function minutesLeftToday(now: number): number {
  const midnight = new Date(now).setHours(24, 0, 0, 0);
  return Math.max(1, Math.ceil((midnight - now) / 60_000));
}

/** Titles hold names that partners chose: no mnemonics, no line breaks, no screen-wide menu. */
function asLabel(title: string): string {
  const line = title.replaceAll(/\p{Cc}/gu, ' ').replaceAll('&', '&&');
  return line.length <= LONGEST_LABEL ? line : `${line.slice(0, LONGEST_LABEL - 1)}…`;
}
