import type { HealthProblem, PushMessage } from '../engine/contract/push.ts';
import type { Notice } from '../engine/contract/notice.ts';
import type { Settings } from '../engine/contract/settings.ts';
import { ask, type EngineHost, type EngineState } from './engine-host.ts';

/** What the shell knows of the engine, for the tray, the quit question and the sleep blocker. */
export type EngineSummary = {
  readonly engine: EngineState['kind'];
  readonly paused: boolean;
  /** Partners who are signed in. */
  readonly sessions: number;
  /** Files that are moving. */
  readonly transfers: number;
  readonly problems: readonly HealthProblem[];
  /** Newest first, at most RECENT. */
  readonly recent: readonly Notice[];
  /** The rules that can be started by hand, in their order. */
  readonly byHand: readonly { readonly id: number; readonly name: string }[];
  /** ISO time, UTC. */
  readonly snoozedUntil: string | null;
  readonly exchangeFolder: string | null;
  /** Null until the engine has said it. */
  readonly desktop: Settings['desktop'] | null;
};

export const RECENT = 5;

const UNKNOWN: EngineSummary = {
  engine: 'stopped',
  paused: false,
  sessions: 0,
  transfers: 0,
  problems: [],
  recent: [],
  byHand: [],
  snoozedUntil: null,
  exchangeFolder: null,
  desktop: null,
};

/** Records whose changes may change what can be started by hand; what rules do themselves is of another type. */
const CHANGES_RULES: ReadonlySet<string> = new Set(['rule', 'flow']);

/** Follows the engine's pushes; `onChange` hears every new summary. */
export function followEngine(host: EngineHost, onChange: (summary: EngineSummary, before: EngineSummary) => void): () => EngineSummary {
  let summary = UNKNOWN;

  function change(changes: Partial<EngineSummary>): void {
    const before = summary;
    summary = { ...summary, ...changes };
    onChange(summary, before);
  }

  async function readStatus(): Promise<void> {
    const status = await ask(host, 'server.status', {});
    if (status === undefined) return;
    const { paused, sessions, exchangeFolder } = status;
    change({ paused, problems: needy(status.problems), exchangeFolder, ...count(sessions) });
  }

  async function readSettings(): Promise<void> {
    const settings = await ask(host, 'settings.get', {});
    if (settings !== undefined) change({ desktop: settings.desktop });
  }

  async function readNotices(): Promise<void> {
    const list = await ask(host, 'notifications.list', { limit: RECENT });
    if (list !== undefined) change({ recent: list.notices, snoozedUntil: list.snoozedUntil });
  }

  async function readRules(): Promise<void> {
    const rules = await ask(host, 'rules.list', {});
    const ready = rules?.filter(({ triggers, enabled, problems }) => triggers.includes('on-demand') && enabled && problems.length === 0);
    if (ready !== undefined) change({ byHand: ready.map(({ id, name }) => ({ id, name })) });
  }

  host.onState(({ kind }) => {
    change(kind === 'running' ? { engine: kind } : { engine: kind, sessions: 0, transfers: 0 });
    if (kind === 'running') void Promise.all([readStatus(), readSettings(), readNotices(), readRules()]);
  });
  host.onPush((message: PushMessage) => {
    switch (message.kind) {
      case 'sessions':
        change(count(message.sessions));
        break;
      case 'health':
        change({ problems: needy(message.problems) });
        break;
      case 'notice':
        change({ recent: [message.notice, ...summary.recent.filter(({ id }) => id !== message.notice.id)].slice(0, RECENT) });
        break;
      case 'events':
        if (message.events.some(({ type, basetype }) => type.startsWith('OBJECT_') && CHANGES_RULES.has(basetype ?? ''))) void readRules();
        break;
      case 'config-changed':
        if (message.sections.includes('desktop')) void readSettings();
        if (message.sections.includes('server') || message.sections.includes('exchange')) void readStatus();
        if (message.sections.includes('notifications')) void readNotices();
        break;
      default:
        break;
    }
  });
  return () => summary;
}

function count(sessions: readonly { readonly openTransfers: number }[]): Pick<EngineSummary, 'sessions' | 'transfers'> {
  return { sessions: sessions.length, transfers: sessions.reduce((sum, { openTransfers }) => sum + openTransfers, 0) };
}

/** Without the pause: it is what somebody wanted, has a state of its own, and needs nobody. */
function needy(problems: readonly HealthProblem[]): HealthProblem[] {
  return problems.filter(({ id }) => id !== 'paused');
}
