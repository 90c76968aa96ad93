import type { StoredEvent } from '../../contract/event.ts';
import { type ApiAnswer, type ApiCall, requireLog, requirePermission } from './call.ts';
import { parsePosition } from '../../events/log-position.ts';
import { readParameters } from './parameters.ts';
import { type PolledEvent, pollParameters } from './schemas.ts';

/** `GET /api/event/poll`: pollable events after an id, held until one comes. It prolongs no session. */
export async function pollEvents({ response, query, caller, ended, services }: ApiCall): Promise<ApiAnswer> {
  const { after, limit, wait, full, scope, logId } = readParameters(pollParameters, query);
  if (full) requirePermission(caller, 'events.read');
  if (scope === 'all') requirePermission(caller, 'events.poll-all');
  if (logId !== undefined) requireLog(logId, await services.store.reader.read('log.state'));
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const { sessionId } = caller;
  const view = services.scopes(caller);
  const answer = await services.poll.poll({
    after: after === undefined ? undefined : parsePosition(after),
    limit,
    scope,
    waitMs: wait * 1000,
    sessionId,
    signal: AbortSignal.any([gone.signal, ended]),
    view,
  });
  // Whose session has ended meanwhile is told nothing more of the log.
  ended.throwIfAborted();
  const events = answer.events.map((event) => {
    const session_self = sessionId !== null && event._session?._id === sessionId;
    return full ? { ...event, session_self } : pollColumns(event, session_self);
  });
  return { value: { events, cursor: answer.cursor }, log: answer };
}

function pollColumns(event: StoredEvent, session_self: boolean): PolledEvent {
  const { _id, type, schema, basetype, object_id, global_object_id, object_version, _user } = event;
  const progress = type === 'API_PROGRESS' ? { info: event.info } : {};
  const user = _user === null ? null : { _id: _user._id, _generated_displayname: _user._generated_displayname };
  return { _id, type, session_self, schema, basetype, object_id, global_object_id, object_version, ...progress, _user: user };
}
