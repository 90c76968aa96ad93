import { z } from 'zod';
import { eventSchema } from '../../contract/event.ts';
import { type Method, rpc } from '../../contract/rpc.ts';
import { VERSION } from '../../lib/version.ts';
import { snakeCase } from './parameters.ts';
import {
  deleteParameters,
  noteSchema,
  polledEventSchema,
  pollParameters,
  readParametersOfEvent,
  searchParameters,
  streamParameters,
} from './schemas.ts';

type Json = Record<string, unknown>;

const LOG_STATE = { log_id: { type: 'string' }, oldest_id: { type: 'integer' }, newest_id: { type: 'integer' } };
const EVENT = { $ref: '#/components/schemas/Event' };
const ID = { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } };

/** The whole interface as OpenAPI 3.1, made from the schemas that check the requests. */
export function openApi(): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Gatehouse', version: VERSION, description: 'The event log by REST, and every method by POST /rpc/<method>.' },
    security: [{ token: [] }],
    paths: { ...eventPaths(), ...rpcPaths() },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Event: jsonSchema(eventSchema, 'output'),
        PolledEvent: jsonSchema(polledEventSchema, 'output'),
        Error: {
          type: 'object',
          properties: {
            ok: { const: false },
            error: {
              type: 'object',
              properties: {
                code: { type: 'string' },
                kind: { enum: ['user', 'world', 'ours'] },
                message: { type: 'string' },
                field: { type: 'string' },
                retryable: { type: 'boolean' },
              },
              required: ['code', 'kind', 'message', 'retryable'],
            },
          },
          required: ['ok', 'error'],
        },
      },
    },
  };
}

function eventPaths(): Json {
  const page = { events: { type: 'array', items: EVENT }, cursor: { type: ['string', 'null'] }, partial: { type: 'boolean' } };
  const counted = { total: { type: 'integer' }, total_partial: { type: 'boolean' } };
  const polled = { anyOf: [{ $ref: '#/components/schemas/PolledEvent' }, EVENT] };
  return {
    '/api/event': {
      get: operation('Search the log', searchParameters, object({ ...page, ...counted }, Object.keys(page))),
      post: { ...operation('Record SEARCH or DETAIL_VIEW', z.strictObject({}), EVENT), requestBody: body(noteSchema) },
    },
    '/api/event/{id}': {
      get: operation('One event', readParametersOfEvent, EVENT, [ID]),
      delete: operation('Delete an event; answers with the record of that', deleteParameters, EVENT, [ID]),
    },
    '/api/event/poll': {
      get: operation(
        'Events after an id, in order',
        pollParameters,
        object({ events: { type: 'array', items: polled }, cursor: { type: 'integer' } }),
      ),
    },
    '/api/event/stream': {
      get: {
        summary: 'What happens, as server-sent events; a hint that may drop. Resumes after the header Last-Event-ID',
        parameters: parameters(streamParameters),
        responses: { '200': { description: 'The stream', content: { 'text/event-stream': {} } }, default: errorResponse() },
      },
    },
    '/api/openapi.json': {
      get: { summary: 'This document', responses: { '200': { description: 'OpenAPI 3.1', content: { 'application/json': {} } } } },
    },
  };
}

function rpcPaths(): Json {
  return Object.fromEntries(
    (Object.keys(rpc) as Method[]).map((name) => {
      const { title, permission, input, output } = rpc[name];
      const responses = { '200': response(jsonSchema(output, 'output')), default: errorResponse() };
      return [
        `/rpc/${name}`,
        { post: { summary: title, description: `Needs the permission ${permission}.`, requestBody: body(input), responses } },
      ];
    }),
  );
}

function operation(summary: string, schema: z.ZodObject, value: Json, more: Json[] = []): Json {
  return {
    summary,
    parameters: [...more, ...parameters(schema)],
    responses: { '200': response(value, LOG_STATE), default: errorResponse() },
  };
}

function parameters(schema: z.ZodObject): Json[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const { title, ...rest } = jsonSchema(field as z.ZodType, 'input');
    return { name: snakeCase(name), in: 'query', ...(title === undefined ? {} : { description: title }), schema: rest };
  });
}

function response(value: Json, beside: Json = {}): Json {
  return { description: 'The answer', content: { 'application/json': { schema: object({ ok: { const: true }, value, ...beside }) } } };
}

function errorResponse(): Json {
  return { description: 'What went wrong', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };
}

function body(schema: z.ZodType): Json {
  return { content: { 'application/json': { schema: jsonSchema(schema, 'input') } } };
}

function object(properties: Json, required = Object.keys(properties)): Json {
  return { type: 'object', properties, required };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const json: Json = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  // Said once, by the version of the whole document.
  delete json['$schema'];
  return json;
}
