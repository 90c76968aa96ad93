import type { EventDraft, EventLog } from '../engine/events/log.ts';

const DAYS_MS = 30 * 86_400_000;
const FILES = ['invoice', 'order', 'catalogue', 'drawing', 'payroll', 'photo'];
const ENDINGS = ['pdf', 'csv', 'zip', 'dwg', 'jpg'];

/** Records `count` plausible events of these accounts over the 30 days before `now` (ms since the epoch); the same ones each time. */
export async function seedEvents(
  events: EventLog,
  accounts: readonly { readonly username: string; readonly displayName: string }[],
  count: number,
  now: number,
): Promise<void> {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
  const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;
  for (let index = 0; index < count; index++) {
    const account = pick(accounts);
    const actor = {
      sessionId: null,
      userId: accounts.indexOf(account) + 1,
      userName: account.username,
      ip: `192.0.2.${String(10 + accounts.indexOf(account))}`,
      protocol: pick(['SFTP', 'SFTP', 'FTPS'] as const),
      client: pick(['SSH-2.0-OpenSSH_9.6', 'SSH-2.0-PuTTY_Release_0.83', 'FileZilla']),
      origin: 'client',
      causedBy: null,
    } as const;
    const bytes = random(5_000_000);
    const common = {
      actor,
      at: Math.round(now - DAYS_MS + (DAYS_MS * index) / count),
      path: `/${pick(['in', 'out', 'archive'])}/${pick(FILES)}-${String(random(9000) + 1000)}.${pick(ENDINGS)}`,
      bytes,
      durationMs: 20 + random(4000),
      batchId: Math.floor(index / 5) + 1,
    };
    await events.record(draftOf(random(20), common, bytes));
  }
}

function draftOf(kind: number, common: Omit<EventDraft, 'type' | 'info'>, bytes: number): EventDraft {
  const object = { schema: 'USER', type: 'file' } as const;
  if (kind < 10) return { ...common, type: 'OBJECT_INSERT', object, info: { operation: 'upload' } };
  if (kind < 15)
    return { ...common, type: 'ASSET_DOWNLOAD', info: { version: 'original', bytes_loaded: bytes, bytes_total: bytes, export: null } };
  if (kind < 17) return { ...common, type: 'OBJECT_DELETE', object, info: { operation: 'delete' } };
  if (kind < 18)
    return {
      ...common,
      type: 'TRANSFER_FAILED',
      outcome: 'aborted',
      info: { direction: 'upload', reason: 'the connection was lost', bytes },
    };
  return {
    ...common,
    type: 'LOGIN_FAILED',
    outcome: 'denied',
    path: null,
    bytes: null,
    info: { method: 'password', login: common.actor.userName ?? '', reason: 'wrong password' },
  };
}
