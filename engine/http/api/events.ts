import { once } from 'node:events';
import { AppError } from '../../contract/errors.ts';
import { invalidInput } from '../../lib/invalid-input.ts';
import { toEventFilter } from '../../events/query.ts';
import { removeEvent } from '../../events/remove.ts';
import { pagePlace, search } from '../../events/search.ts';
import { type ApiAnswer, type ApiCall, requireLog } from './call.ts';
import { readParameters } from './parameters.ts';
import { deleteParameters, noteSchema, readParametersOfEvent, searchParameters } from './schemas.ts';

const DEFAULT_LIMIT = 25;

/** `GET /api/event`: a page of a search, or all of it as a file. */
export async function searchEvents(call: ApiCall): Promise<ApiAnswer> {
  const { reader } = call.services.scopes(call.caller);
  const { sort, cursor, limit, total, format, eventLog, logId, ...filter } = readParameters(searchParameters, call.query);
  if (logId !== undefined) requireLog(logId, await reader.read('log.state'));
  await call.services.looks.note(eventLog, Object.fromEntries(call.query), call);
  if (format !== 'json') {
    if (total)
      throw new AppError('invalid_input', 'A file is sent without a count. Leave total out, or ask for it with format=json.', {
        field: 'total',
      });
    return await sendFile(call, filter, { format, sort, limit, cursor });
  }
  const page = cursor === undefined ? {} : { page: cursor };
  const answer = await search(reader, { ...filter, ...page, sort, total, limit: limit ?? DEFAULT_LIMIT });
  const value = {
    events: answer.events,
    cursor: answer.nextPage,
    partial: answer.partial,
    ...(answer.total === null ? {} : { total: answer.total.count, total_partial: answer.total.partial }),
  };
  return { value, log: answer };
}

type FileWish = {
  readonly format: 'csv' | 'jsonl';
  readonly sort: 'newest' | '_id';
  readonly limit: number | undefined;
  readonly cursor: string | undefined;
};

/** Writes as fast as the client reads, and stops when it goes. */
async function sendFile(
  { response, services, caller, ended }: ApiCall,
  input: Parameters<typeof toEventFilter>[0],
  wish: FileWish,
): Promise<ApiAnswer> {
  const { format, sort, limit, cursor } = wish;
  const asked = toEventFilter(input);
  const scope = services.scopes(caller);
  const ascending = sort === '_id';
  const from = cursor === undefined ? {} : { from: await pagePlace(scope.reader, cursor, asked, ascending) };
  response.setHeader('content-type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8');
  response.setHeader('content-disposition', `attachment; filename="events.${format}"`);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  // A file that is cut off shows it; the end of a session must not look like the end of the log.
  ended.addEventListener('abort', () => response.destroy());
  const options = { ascending, ...(limit === undefined ? {} : { limit }), ...from };
  for await (const { text } of services.exporter.parts({ ...asked, ...scope.filter }, format, options)) {
    if (gone.signal.aborted) return undefined;
    if (!response.write(text)) await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
  }
  response.end();
  return undefined;
}

/** `GET /api/event/{id}` */
export async function readEvent(call: ApiCall, id: number): Promise<ApiAnswer> {
  const { eventLog, logId } = readParameters(readParametersOfEvent, call.query);
  const { event, ...log } = await call.services.scopes(call.caller).reader.read('events.get', id);
  requireLog(logId, log);
  if (event === null) throw new AppError('not_found', `There is no event ${id} in the log. It may have been deleted.`, { field: 'id' });
  await call.services.looks.note(eventLog, { id }, call);
  return { value: event, log };
}

/** `POST /api/event`: what a client says of itself, where the settings want to know. */
export async function postEvent(call: ApiCall): Promise<ApiAnswer> {
  const parsed = noteSchema.safeParse(call.body);
  if (!parsed.success) throw invalidInput(parsed.error);
  const { type, info } = parsed.data;
  const { looks } = call.services;
  if (!looks.isWanted(type)) {
    const setting = type === 'SEARCH' ? 'log.search' : 'log.detail';
    throw new AppError('unsupported', `Events of type ${type} are switched off. Switch them on in the settings (${setting}).`, {
      field: 'type',
    });
  }
  return { value: await looks.record(type, info, call) };
}

/** `DELETE /api/event/{id}`: answers with the record of the deletion. */
export async function deleteEvent({ query, actor, batch, services }: ApiCall, id: number): Promise<ApiAnswer> {
  const { logId } = readParameters(deleteParameters, query);
  if (logId !== undefined) requireLog(logId, await services.store.reader.read('log.state'));
  const value = await removeEvent(services, id, { actor, batchId: batch() });
  return { value };
}
