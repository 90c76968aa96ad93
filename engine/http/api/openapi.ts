import { z } from 'zod';
import { eventSchema } from '../../contract/event.ts';
import { type Method, rpc } from '../../contract/rpc.ts';
import { POSITION } from '../../events/log-position.ts';
import { VERSION } from '../../lib/version.ts';
import { createComponents, type Components, type Json } from './components.ts';
import { snakeCase } from './parameters.ts';
import {
  deleteParameters,
  fullPolledEventSchema,
  noteSchema,
  polledEventSchema,
  pollParameters,
  readParametersOfEvent,
  searchParameters,
  streamParameters,
} from './schemas.ts';

const LOG_STATE = { log_id: { type: 'string' }, oldest_id: { type: 'integer' }, newest_id: { type: 'integer' } };
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const EVENT = ref('Event');
const TEXT = { type: 'string' };
const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'The id of the last message that was read, as it was given; 0 for all there is. Without it the stream begins now',
  schema: { type: 'string', pattern: POSITION.source },
};
const ID = { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } };

/** The whole interface as OpenAPI 3.1, made from the schemas that check the requests. */
export function openApi(): Json {
  const components = createComponents();
  const paths = { ...eventPaths(components), ...rpcPaths(components) };
  const schemas = {
    Event: components.schema(eventSchema, 'output'),
    PolledEvent: components.schema(polledEventSchema, 'output'),
    FullPolledEvent: components.schema(fullPolledEventSchema, 'output'),
    ...ERRORS,
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Gatehouse', version: VERSION, description: 'The event log by REST, and every method by POST /rpc/<method>.' },
    security: [{ token: [] }],
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } }, schemas: { ...schemas, ...components.shared() } },
  };
}

const ERROR = {
  ok: { const: false },
  error: object(
    {
      code: { type: 'string' },
      kind: { enum: ['user', 'world', 'ours'] },
      message: { type: 'string' },
      field: { type: 'string' },
      retryable: { type: 'boolean' },
    },
    ['code', 'kind', 'message', 'retryable'],
  ),
};
const ERRORS = {
  Error: object(ERROR),
  // Without the place of the log only where that cannot be read, as at a stop.
  LogError: object({ ...ERROR, ...LOG_STATE }, Object.keys(ERROR)),
};

function eventPaths(components: Components): Json {
  const operation = operations(components);
  const page = { events: { type: 'array', items: EVENT }, cursor: { type: ['string', 'null'] }, partial: { type: 'boolean' } };
  const counted = { total: { type: 'integer' }, total_partial: { type: 'boolean' } };
  const polled = { anyOf: [ref('PolledEvent'), ref('FullPolledEvent')] };
  return {
    '/api/event': {
      get: withFiles(operation('Search the log', searchParameters, object({ ...page, ...counted }, Object.keys(page)))),
      post: { ...operation('Record SEARCH or DETAIL_VIEW', z.strictObject({}), EVENT), requestBody: body(components, noteSchema) },
    },
    '/api/event/{id}': {
      get: operation('One event', readParametersOfEvent, EVENT, [ID]),
      delete: operation('Delete an event; answers with the record of that', deleteParameters, EVENT, [ID]),
    },
    '/api/event/poll': {
      get: operation(
        'Events after an id, in order',
        pollParameters,
        object({
          events: { type: 'array', items: polled },
          cursor: { description: 'after of the next poll', anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^\\d+~\\d+$' }] },
        }),
      ),
    },
    '/api/event/stream': {
      get: {
        summary: 'What happens, as server-sent events; a hint that may drop. Resumes after the header Last-Event-ID',
        parameters: [LAST_EVENT_ID, ...parameters(components, streamParameters)],
        responses: { '200': { description: 'The stream', content: { 'text/event-stream': { schema: TEXT } } }, ...logErrors() },
      },
    },
    '/api/openapi.json': {
      get: {
        summary: 'This document',
        responses: { '200': { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } } },
      },
    },
  };
}

function rpcPaths(components: Components): Json {
  return Object.fromEntries(
    (Object.keys(rpc) as Method[]).map((name) => {
      const { title, permission, input, output } = rpc[name];
      const responses = { '200': response(components.schema(output, 'output')), default: errorResponse('Error') };
      return [
        `/rpc/${name}`,
        { post: { summary: title, description: `Needs the permission ${permission}.`, requestBody: body(components, input), responses } },
      ];
    }),
  );
}

type Operation = Json & { readonly responses: { readonly '200': Json & { readonly content: Json } } };

function operations(components: Components) {
  return (summary: string, schema: z.ZodObject, value: Json, more: Json[] = []): Operation => ({
    summary,
    parameters: [...more, ...parameters(components, schema)],
    responses: { '200': response(value, LOG_STATE), ...logErrors() },
  });
}

/** The operation that also answers with files. */
function withFiles({ responses, ...operation }: Operation): Json {
  const { content, ...answer } = responses['200'];
  const files = { 'text/csv': { schema: TEXT }, 'application/x-ndjson': { schema: TEXT } };
  return { ...operation, responses: { ...responses, '200': { ...answer, content: { ...content, ...files } } } };
}

function parameters(components: Components, schema: z.ZodObject): Json[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const { title, ...rest } = components.schema(field as z.ZodType, 'input');
    return { name: snakeCase(name), in: 'query', ...(title === undefined ? {} : { description: title }), schema: rest };
  });
}

function response(value: Json, beside: Json = {}): Json & { readonly content: Json } {
  return { description: 'The answer', content: { 'application/json': { schema: object({ ok: { const: true }, value, ...beside }) } } };
}

function errorResponse(name: keyof typeof ERRORS, description = 'What went wrong'): Json {
  return { description, content: { 'application/json': { schema: ref(name) } } };
}

/** What every address of the log may answer beside what is asked for. */
function logErrors(): Json {
  return {
    '401': errorResponse('Error', 'The token is missing, unknown, expired or was deleted, perhaps while the request waited'),
    '403': errorResponse('LogError', 'The token may not do this'),
    '410': errorResponse(
      'LogError',
      'The log does not hold this position: another log_id, a position beyond the newest event, or one behind which retention has taken events out. Start again from 0, which begins at the oldest event that is there',
    ),
    default: errorResponse('LogError'),
  };
}

function body(components: Components, schema: z.ZodType): Json {
  return { content: { 'application/json': { schema: components.schema(schema, 'input') } } };
}

function object(properties: Json, required = Object.keys(properties)): Json {
  return { type: 'object', properties, required };
}
