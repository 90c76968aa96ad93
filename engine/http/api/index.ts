import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, type ErrorData, toAppError } from '../../contract/errors.ts';
import type { Outcome } from '../../contract/event.ts';
import type { ApiPermission } from '../../contract/method.ts';
import type { Asked } from '../../events/unavailable-recorder.ts';
import { actorOf } from '../../rpc/caller.ts';
import { type Asker, streamEvents } from '../event-stream.ts';
import { readJson } from '../body.ts';
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
  const { caller } = asker;
  let batchId: number | undefined;
  const batch = (): number => (batchId ??= services.openBatch());
  const call: ApiCall = { request, response, query: new URLSearchParams(query), actor: actorOf(caller), batch, ...asker, services };
  let isNoted = false;
  const note = (outcome: Outcome, payload: unknown = null): void => {
    const [method, url] = [request.method ?? '', request.url ?? ''];
    if (!isNoted) services.calls.note({ method, url, payload, isWrite: method !== 'GET', actor: call.actor, batch, outcome });
    isNoted = true;
  };
  try {
    const answer = await route(call, path, (payload) => note('ok', payload));
    if (answer === undefined) return;
    await send(request, response, services, { ok: true, value: answer.value }, answer.log);
  } catch (thrown) {
    const error = toAppError(thrown);
    note(error.code === 'forbidden' ? 'denied' : 'failed');
    services.unavailable.note(error, askedOf(path), call);
    if (error.kind === 'ours') services.log.error(`${request.method ?? '?'} ${path} failed`, error.cause ?? error);
    if (response.headersSent) response.destroy();
    else await send(request, response, services, { ok: false, error: inItsNames(error) });
  }
}

/** `onBegin` is told of the body before an allowed request is carried out. */
async function route(call: ApiCall, path: string, onBegin: (body: unknown) => void): Promise<ApiAnswer> {
  const { request, response, caller } = call;
  const here = ROUTES.filter((one) => one.path.test(path));
  const found = here.find(({ method }) => method === request.method);
  if (found !== undefined) {
    if (found.permission !== null) requirePermission(caller, found.permission);
    const body = found.method === 'POST' ? await readJson(request) : undefined;
    onBegin(body);
    return found.run({ ...call, body }, Number(found.path.exec(path)?.[1] ?? 0));
  }
  if (here.length === 0) throw new AppError('not_found', 'There is nothing at this address. /api/openapi.json lists what there is.');
  const allowed = here.map(({ method }) => method).join(', ');
  response.setHeader('allow', allowed);
  response.statusCode = METHOD_NOT_ALLOWED;
  throw new AppError('unsupported', `This address takes ${allowed} only.`);
}

/** What a request under this path is for; the path itself where there is nothing. */
function askedOf(path: string): Asked {
  const [, id] = /^\/api\/event(?:\/([^/]*))?$/.exec(path) ?? [];
  return path.startsWith('/api/event') ? { type: 'event', id: id ?? '' } : { type: 'address', id: path };
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
