import type { Outcome, StoredEvent } from '../../engine/contract/event.ts';
import type { RunState } from '../../engine/contract/rule.ts';
import { iso } from './moments.ts';
import { PARTNERS } from './partners.ts';
import type { World } from './world.ts';

/** A value of the list that looks picked by chance and is the same each time. */
function vary<T>(list: readonly T[], index: number): T {
  return list[(index * 7919 + (index >> 3) * 104_729) % list.length] as T;
}

const FILES = ['invoice', 'order', 'drawing', 'payroll', 'contract', 'photo', 'catalogue'] as const;
const ENDINGS = ['pdf', 'pdf', 'csv', 'zip', 'dwg', 'jpg'] as const;

type EventSketch = {
  readonly type: string;
  readonly at: number;
  readonly info: StoredEvent['info'];
  readonly partner?: (typeof PARTNERS)[number];
  readonly session?: number;
  readonly path?: string;
  readonly bytes?: number;
  readonly durationMs?: number;
  readonly outcome?: Outcome;
  readonly origin?: StoredEvent['origin'];
  readonly object?: string;
  readonly causedBy?: number;
  readonly objectId?: number;
  /** Where it is not the partner's own. */
  readonly address?: string;
};

/** Puts one event at the end of the world's log. */
export function addEvent(world: World, sketch: EventSketch): StoredEvent {
  const { partner, session, type } = sketch;
  const event: StoredEvent = {
    _id: world.events.length + 1,
    timestamp: iso(sketch.at),
    type,
    ipv4_address: sketch.address ?? partner?.[3] ?? null,
    pollable: false,
    schema: sketch.path !== undefined ? 'USER' : sketch.object !== undefined ? 'BASE' : null,
    basetype: sketch.object ?? null,
    objecttype: sketch.path !== undefined ? 'file' : (sketch.object ?? null),
    object_id: sketch.objectId ?? null,
    global_object_id: null,
    object_version: null,
    info: sketch.info,
    _session: session === undefined ? null : { _id: session, token: '', created: iso(sketch.at), expired: null },
    _user: partner === undefined ? null : { _id: PARTNERS.indexOf(partner) + 1, _generated_displayname: partner[1] },
    protocol: session === undefined ? null : session % 3 === 0 ? 'FTPS' : 'SFTP',
    client: session === undefined ? null : 'SSH-2.0-OpenSSH_9.6',
    path: sketch.path ?? null,
    target_path: null,
    bytes: sketch.bytes ?? null,
    duration_ms: sketch.durationMs ?? null,
    outcome: sketch.outcome ?? 'ok',
    batch_id: session ?? null,
    origin: sketch.origin ?? (partner === undefined ? 'system' : 'client'),
    caused_by: sketch.causedBy ?? null,
  };
  world.events.push(event);
  return event;
}

/** One visit of a partner: sign-in, some files with their rule runs, sign-out; every ninth a series of failed sign-ins instead. */
export function addVisit(world: World, visit: number, startedAt: number): void {
  const partner = vary(PARTNERS, visit);
  if (visit % 9 === 4) {
    for (let attempt = 0; attempt < 12 + visit; attempt++)
      addEvent(world, {
        type: 'LOGIN_FAILED',
        at: startedAt + attempt * 900,
        outcome: 'denied',
        address: '185.156.73.54',
        info: { method: 'password', login: vary(['root', 'admin', 'test', 'oracle'], attempt), reason: 'unknown user' },
      });
    return;
  }
  const session = visit + 1;
  const files = (visit * 5) % 8;
  let at = startedAt;
  let bytesIn = 0;
  addEvent(world, {
    type: 'USER_LOGIN',
    at,
    partner,
    session,
    object: 'user',
    info: { protocol: 'SFTP', method: visit % 2 === 0 ? 'password' : 'publickey' },
  });
  for (let file = 0; file < files; file++) {
    at += 4000 + file * 700;
    const ending = vary(ENDINGS, visit + file);
    const path = `/${vary(['inbox', 'orders', 'drop'], visit + file)}/${vary(FILES, visit * 3 + file)}-${1000 + ((visit * 31 + file * 7) % 900)}.${ending}`;
    const bytes = 12_000 + ((visit * 977 + file * 131_071) % 9_000_000);
    if ((visit + file) % 13 === 6) {
      addEvent(world, {
        type: 'TRANSFER_FAILED',
        at,
        partner,
        session,
        path,
        bytes,
        outcome: 'aborted',
        info: { direction: 'upload', reason: 'the connection was lost', bytes },
      });
      continue;
    }
    if ((visit + file) % 4 === 3) {
      addEvent(world, {
        type: 'ASSET_DOWNLOAD',
        at,
        partner,
        session,
        path,
        bytes,
        durationMs: 900,
        info: { version: 'original', bytes_loaded: bytes, bytes_total: bytes, export: null },
      });
      continue;
    }
    bytesIn += bytes;
    const uploaded = addEvent(world, {
      type: 'OBJECT_INSERT',
      at,
      partner,
      session,
      path,
      bytes,
      durationMs: 400 + (bytes % 3000),
      info: { operation: 'upload' },
    });
    addRun(world, uploaded, 1, 'done');
    if (path.includes('/invoice-') && ending === 'pdf') addRun(world, uploaded, 2, (visit + file) % 3 === 0 ? 'failed' : 'done');
    if (ending === 'dwg') addRun(world, uploaded, 3, 'done');
  }
  addEvent(world, {
    type: 'USER_LOGOUT',
    at: at + 2000,
    partner,
    session,
    object: 'user',
    info: { protocol: 'SFTP', reason: 'disconnected', uploads: files, downloads: 0, bytes_in: bytesIn, bytes_out: 0 },
  });
}

function addRun(world: World, event: StoredEvent, ruleId: number, state: RunState): void {
  const rule = world.rules[ruleId - 1];
  if (rule === undefined) return;
  const at = Date.parse(event.timestamp);
  const id = world.runs.length + 1;
  const error = state === 'failed' ? 'The other server could not be reached: connection refused.' : null;
  world.runs.push({
    id,
    ruleId,
    flowId: null,
    ruleName: rule.name,
    ruleVersion: 1,
    eventId: event._id,
    trigger: 'upload',
    state,
    attempt: 1,
    createdAt: iso(at),
    startedAt: iso(at + 3),
    finishedAt: iso(at + 180),
    error,
    items: 0,
  });
  addEvent(world, {
    type: 'RULE_RUN',
    at: at + 180,
    origin: 'rule',
    object: 'rule',
    objectId: ruleId,
    ...(event._session === null ? {} : { session: event._session._id }),
    outcome: state === 'failed' ? 'failed' : 'ok',
    causedBy: id,
    info: { rule: rule.name, run_id: id, attempt: 1, outcome: state, ...(error === null ? {} : { error }) },
  });
}
