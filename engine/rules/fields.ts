import { join, posix } from 'node:path';
import type { Account } from '../contract/account.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { RunRow } from '../store/runs-table.ts';
import type { FieldValues } from './render.ts';
import { findTrigger } from './triggers.ts';

/** What one step's templates can see (spec: templates, "Fields"); placeholders that nothing fills are empty. */
export type FieldSources = {
  readonly run: RunRow;
  readonly event: StoredEvent | null;
  /** The user whom the step affects: the event's, or the one whose turn it is. */
  readonly account: Account | null;
  /** Real path of that user's home folder. */
  readonly home: string | null;
  /** What failed so far in this run, in words. */
  readonly errors: readonly string[];
};

/** Placeholders from an event, or from the run alone for a trigger without one. */
export function fieldValues(sources: FieldSources): FieldValues {
  const { run, event, account, errors } = sources;
  const common = { UID: run.uid, Event: findTrigger(run.trigger)?.eventName ?? run.trigger, Rule: run.ruleName, Run: String(run.id) };
  if (event === null) {
    return {
      ...common,
      Name: run.ruleName,
      // No outcome of an event stands here, so the run's own does.
      Status: errors.length === 0 ? 1 : 2,
      Errors: [...errors],
      ObjectName: account?.username ?? '',
      Email: account?.email ?? '',
      Timestamp: run.createdAt,
    };
  }
  const path = event.path ?? '';
  const target = event.target_path ?? '';
  return {
    ...common,
    Name: event._user?._generated_displayname ?? '',
    Status: event.outcome === 'ok' ? 1 : event.outcome === 'quota' ? 3 : 2,
    Errors: [...eventErrors(event), ...errors],
    VirtualPath: path,
    FsPath: realPath(sources.home, path),
    VirtualTargetPath: target,
    FsTargetPath: realPath(sources.home, target),
    ObjectName: path === '' ? '' : posix.basename(path),
    FileSize: event.bytes ?? 0,
    Elapsed: event.duration_ms ?? 0,
    Protocol: event.protocol ?? '',
    IP: event.ipv4_address ?? '',
    Email: account?.email ?? '',
    Timestamp: event.timestamp,
    Session: event._session === null ? '' : String(event._session._id),
  };
}

/** Why the event itself failed, where it did. */
function eventErrors(event: StoredEvent): string[] {
  const reason = event.info['reason'];
  return event.outcome === 'ok' ? [] : [typeof reason === 'string' ? reason : event.outcome];
}

function realPath(home: string | null, path: string): string {
  return home === null || path === '' ? '' : join(home, path);
}
