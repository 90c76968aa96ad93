import { randomUUID } from 'node:crypto';
import type { Account } from '../contract/account.ts';
import type { Progress, PushMessage } from '../contract/push.ts';
import type { LiveTransfer } from '../contract/session.ts';
import type { Settings } from '../contract/settings.ts';
import type { Clock } from '../lib/clock.ts';
import { isWanted } from './call-recorder.ts';
import { accountActor } from './actor.ts';
import { type Actor, type EventLog, SYSTEM } from './log.ts';

export type ProgressRecorder = {
  /** Takes from what consoles are told how far long work is, and records it as API_PROGRESS where the settings say so. */
  onPush(message: PushMessage): void;
};

/** At most one event a second of one piece of work. */
const EVERY_MS = 1000;

type Step = {
  readonly uuid: string;
  readonly status: string;
  readonly title: string;
  readonly done: number;
  readonly total: number | null;
};

export function createProgressRecorder(services: {
  readonly events: EventLog;
  readonly clock: Clock;
  readonly settings: () => Settings['log']['apiProgress'];
  readonly accountOf: (username: string) => Account | undefined;
}): ProgressRecorder {
  const { events, clock, settings, accountOf } = services;
  /** When each piece of work was recorded last, ms; only of those that run. */
  const recorded = new Map<string, number>();
  /** Ids that transfers go by in the log, by what tells them apart; an id says nothing of whose transfer it is. */
  let transfers = new Map<string, string>();

  function record(step: Step, actor: Actor): void {
    const params = JSON.stringify({ done: step.done, total: step.total });
    const info = { uuid: step.uuid, status: step.status, progress_info: step.title, progress_info_parametes: params };
    // The log itself has said what is wrong with it.
    events.record({ type: 'API_PROGRESS', info, actor }).catch(() => undefined);
  }

  function isDue(uuid: string): boolean {
    const last = recorded.get(uuid);
    if (last !== undefined && clock.now() - last < EVERY_MS) return false;
    recorded.set(uuid, clock.now());
    return true;
  }

  function onWork({ work, id, title, done, total, state }: Progress): void {
    if (!isWanted(settings(), work, work === 'action')) return;
    if (state === 'running' ? isDue(id) : recorded.has(id)) record({ uuid: id, status: state, title, done, total }, SYSTEM);
    if (state !== 'running') recorded.delete(id);
  }

  return {
    onPush(message) {
      if (message.kind === 'progress') onWork(message);
      if (message.kind !== 'sessions') return;
      const running = new Map<string, string>();
      for (const { id, username, displayName, protocol, address, client, transfers: moving } of message.sessions) {
        for (const transfer of moving) {
          if (!isWanted(settings(), transfer.direction, transfer.direction === 'upload')) continue;
          const key = keyOf(id, transfer);
          const uuid = transfers.get(key) ?? randomUUID();
          running.set(key, uuid);
          if (!isLong(transfer, clock.now()) || !isDue(uuid)) continue;
          const { direction, path, bytes, total } = transfer;
          const account = accountOf(username);
          const who = account === undefined ? { userName: username, displayName } : accountActor(account);
          const actor: Actor = { ...SYSTEM, sessionId: id, ...who, protocol, ip: address, client, origin: 'client' };
          record({ uuid, status: 'running', title: `${direction} of ${path}`, done: bytes, total }, actor);
        }
      }
      for (const [key, uuid] of transfers) if (!running.has(key)) recorded.delete(uuid);
      transfers = running;
    },
  };
}

/** The same as long as the transfer lasts, and another for the next one. */
function keyOf(sessionId: number, { direction, path, startedAt }: LiveTransfer): string {
  return `${String(sessionId)}:${direction}:${startedAt}:${path}`;
}

function isLong({ startedAt }: LiveTransfer, now: number): boolean {
  return now - Date.parse(startedAt) >= EVERY_MS;
}
