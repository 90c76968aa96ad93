import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, type ErrorData, toAppError } from '../../contract/errors.ts';
import type { ApiPermission } from '../../contract/method.ts';
import { actorOf } from '../../rpc/caller.ts';
import { type Asker, streamEvents } from '../event-stream.ts';
import { sendEnvelope } from '../respond.ts';
import { type ApiAnswer, type ApiCall, type ApiServices, type LogPlace, requireLog, requirePermission } from './call.ts';
import { deleteEvent, postEvent, readEvent, searchEvents } from './events.ts';
import { openApi } from './openapi.ts';
import { readParameters, snakeCase } from './parameters.ts';
import { pollEvents } from './poll.ts';
import { streamParameters } from './schemas.ts';

/** The REST interface of the event log (spec: events, "Reading"). */

export type { ApiServices } from './call.ts';

type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  /** Null: every token will do. */
  readonly permission: ApiPermission | null;
  readonly run: (call: ApiCall, id: number) => Promise<ApiAnswer> | ApiAnswer;
};

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/api\/openapi\.json$/, permission: null, run: sendOpenApi },
  { method: 'GET', path: /^\/api\/event$/, permission: 'events.read', run: searchEvents },
  { method: 'POST', path: /^\/api\/event$/, permission: 'events.write', run: postEvent },
  { method: 'GET', path: /^\/api\/event\/poll$/, permission: null, run: pollEvents },
  { method: 'GET', path: /^\/api\/event\/stream$/, permission: 'events.read', run: stream },
  { method: 'GET', path: /^\/api\/event\/(\d{1,15})$/, permission: 'events.read', run: readEvent },
  { method: 'DELETE', path: /^\/api\/event\/(\d{1,15})$/, permission: 'events.delete', run: deleteEvent },
];

const METHOD_NOT_ALLOWED = 405;

/**
 * Answers a request under /api/. Answers are the envelope of every transport with `log_id`, `oldest_id` and `newest_id` beside it, errors
 * too; the files of an export and the stream are not wrapped. Rejects never.
 */
export async function handleApi(request: IncomingMessage, response: ServerResponse, asker: Asker, services: ApiServices): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  try {
    const answer = await route({ request, response, query: new URLSearchParams(query), ...asker, services }, path);
    if (answer === undefined) return;
    await send(request, response, services, { ok: true, value: answer.value }, answer.log);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'ours') services.log.error(`${request.method ?? '?'} ${path} failed`, error.cause ?? error);
    if (response.headersSent) response.destroy();
    else await send(request, response, services, { ok: false, error: inItsNames(error) });
  }
}

async function route(call: ApiCall, path: string): Promise<ApiAnswer> {
  const { request, response, caller } = call;
  const here = ROUTES.filter((one) => one.path.test(path));
  const found = here.find(({ method }) => method === request.method);
  if (found !== undefined) {
    if (found.permission !== null) requirePermission(caller, found.permission);
    call.services.calls.note({
      method: found.method,
      url: request.url ?? '',
      payload: null,
      isWrite: found.method !== 'GET',
      actor: actorOf(caller),
      batchId: null,
    });
    return found.run(call, Number(found.path.exec(path)?.[1] ?? 0));
  }
  if (here.length === 0) throw new AppError('not_found', 'There is nothing at this address. /api/openapi.json lists what there is.');
  const allowed = here.map(({ method }) => method).join(', ');
  response.setHeader('allow', allowed);
  response.statusCode = METHOD_NOT_ALLOWED;
  throw new AppError('unsupported', `This address takes ${allowed} only.`);
}

/** The error with its field by the name that it has in query strings. */
function inItsNames(error: AppError): ErrorData {
  const { field, ...data } = error.toData();
  if (field === undefined) return data;
  return { ...data, field: field === 'page' ? 'cursor' : snakeCase(field) };
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { store }: ApiServices,
  envelope: Parameters<typeof sendEnvelope>[2],
  known?: LogPlace,
): Promise<void> {
  // Without the log, say at a stop, the answer still goes out.
  const log = known ?? (await store.reader.read('log.state').catch(() => undefined));
  const state = log === undefined ? {} : { log_id: log.logId, oldest_id: log.oldestId, newest_id: log.newestId };
  const status = response.statusCode === METHOD_NOT_ALLOWED ? METHOD_NOT_ALLOWED : undefined;
  sendEnvelope(request, response, { ...envelope, ...state }, status);
}

async function stream({ request, response, query, caller, ended, services }: ApiCall): Promise<ApiAnswer> {
  const { logId } = readParameters(streamParameters, query);
  requireLog(logId, await services.store.reader.read('log.state'));
  await streamEvents(request, response, { caller, ended }, services);
  return undefined;
}

function sendOpenApi({ response }: ApiCall): ApiAnswer {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(openApi()));
  return undefined;
}
