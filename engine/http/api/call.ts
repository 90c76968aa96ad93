import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../contract/errors.ts';
import type { ApiPermission } from '../../contract/method.ts';
import type { CallRecorder } from '../../events/call-recorder.ts';
import type { EventExporter } from '../../events/export.ts';
import type { Actor, EventLog } from '../../events/log.ts';
import type { LookRecorder } from '../../events/look-recorder.ts';
import type { UnavailableRecorder } from '../../events/unavailable-recorder.ts';
import type { EventPoll } from '../../events/poll.ts';
import type { Logger } from '../../lib/log.ts';
import type { Caller } from '../../rpc/caller.ts';
import type { LogState } from '../../store/events-table.ts';
import type { Store } from '../../store/index.ts';
import type { Asker, StreamServices } from '../event-stream.ts';

export type ApiServices = StreamServices & {
  readonly store: Store;
  readonly events: EventLog;
  readonly poll: EventPoll;
  readonly exporter: EventExporter;
  readonly looks: LookRecorder;
  readonly calls: CallRecorder;
  readonly unavailable: UnavailableRecorder;
  /** A new `batch_id` for what one request changes. */
  readonly openBatch: () => number;
  readonly log: Logger;
};

/** One request on its way through. */
export type ApiCall = Asker & {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly actor: Actor;
  /** The `batch_id` of what this request causes, opened when it is asked for first. */
  readonly batch: () => number;
  /** The JSON that came with it; undefined without. */
  readonly body?: unknown;
  readonly services: ApiServices;
};

/** What every answer says of the log. */
export type LogPlace = Pick<LogState, 'logId' | 'oldestId' | 'newestId'>;

/** What a route answers; undefined when it has written its answer itself. */
export type ApiAnswer = { readonly value: unknown; readonly log?: LogPlace } | undefined;

/** Throws `forbidden` unless the caller holds it. */
export function requirePermission(caller: Caller, permission: ApiPermission): void {
  if (caller.permissions.has(permission)) return;
  throw new AppError('forbidden', `This token may not do that: it lacks the permission ${permission}. Use one that has it.`);
}

/** Throws `gone` where the caller knows another log than this one. */
export function requireLog(expected: string | undefined, { logId }: Pick<LogState, 'logId'>): void {
  if (expected === undefined || expected === logId) return;
  throw new AppError('gone', `This is the log ${logId}, not ${expected}: perhaps a backup was restored. Start again from oldest_id.`, {
    field: 'log_id',
  });
}
