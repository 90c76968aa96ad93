import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Actor, SYSTEM } from '../../../../engine/events/log.ts';
import { openApi } from '../../../../engine/http/api/openapi.ts';
import { type Rest, startRest } from './rest.ts';

type Json = Record<string, unknown>;
type Answers = Record<string, { readonly content: Record<string, { readonly schema: Json }> }>;
type Document = {
  readonly paths: Record<
    string,
    Record<string, { readonly parameters?: readonly { name: string; in: string }[]; readonly responses: Answers }>
  >;
  readonly components: { readonly schemas: Json };
};

const document = openApi() as unknown as Document;

/** The schema of a document, as one that stands alone. */
function check(schema: Json): z.ZodType {
  const alone = JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll('#/components/schemas/', '#/$defs/');
  return z.fromJSONSchema(JSON.parse(alone) as Json);
}

/** What the document says of this answer of a GET. */
function schemaOf(path: string, status: number): z.ZodType {
  const responses = document.paths[path]?.['get']?.responses;
  const answer = responses?.[status] ?? responses?.['default'];
  const schema = answer?.content['application/json']?.schema;
  if (schema === undefined) throw new Error(`The document says nothing of ${path}, ${String(status)}.`);
  return check(schema);
}

test('every reference leads somewhere', () => {
  const missing = new Set<string>();
  let count = 0;
  JSON.stringify(document, (key, value: unknown) => {
    if (key !== '$ref') return value;
    count++;
    const steps = String(value).split('/');
    const target = steps[0] === '#' ? steps.slice(1).reduce<unknown>((at, step) => (at as Json | undefined)?.[step], document) : undefined;
    if (target === undefined) missing.add(String(value));
    return value;
  });
  expect([...missing]).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

test('files, the stream’s header and refused positions are described', () => {
  const search = document.paths['/api/event']?.['get'];
  expect(Object.keys(search?.responses['200']?.content ?? {})).toEqual(['application/json', 'text/csv', 'application/x-ndjson']);
  const stream = document.paths['/api/event/stream']?.['get'];
  expect(stream?.parameters).toContainEqual(expect.objectContaining({ name: 'Last-Event-ID', in: 'header' }));
  for (const path of ['/api/event', '/api/event/{id}', '/api/event/poll', '/api/event/stream'])
    expect(Object.keys(document.paths[path]?.['get']?.responses ?? {}), path).toContain('410');
});

async function fill(rest: Rest): Promise<void> {
  await rest.record('a', 'b!', 'c!');
  await rest.tokens.create({ name: 'x', permissions: ['status'], expiresAt: null }, { actor: ACTOR, batchId: null });
}

const ACTOR: Actor = { ...SYSTEM, userId: -1, userName: 'kim', ip: '192.0.2.1', protocol: 'HTTP', client: 'browser', origin: 'console' };

const answers: readonly (readonly [query: string, path: string, status: number])[] = [
  ['/api/event', '/api/event', 200],
  ['/api/event?total=true&limit=1', '/api/event', 200],
  ['/api/event?limit=0', '/api/event', 400],
  ['/api/event?cursor=x', '/api/event', 400],
  ['/api/event/1', '/api/event/{id}', 200],
  ['/api/event/99', '/api/event/{id}', 404],
  ['/api/event/poll?after=0', '/api/event/poll', 200],
  ['/api/event/poll?after=0&full=1', '/api/event/poll', 200],
  ['/api/event/poll?after=0&scope=all&full=1', '/api/event/poll', 200],
  ['/api/event/poll?after=99', '/api/event/poll', 410],
  ['/api/event/stream?log_id=x', '/api/event/stream', 410],
];

test('real answers are as described, and others would not fit', async () => {
  const rest = await startRest();
  await fill(rest);
  for (const [query, path, status] of answers) {
    const answer = await rest.fetch(query);
    expect(answer.status, query).toBe(status);
    const json = (await answer.json()) as Json;
    const schema = schemaOf(path, status);
    expect(schema.safeParse(json).error?.issues ?? [], query).toEqual([]);
    expect(schema.safeParse({ ...json, ok: 'perhaps' }).success, query).toBe(false);
  }
  const [event] = (await rest.call('/api/event?limit=1')).value.events;
  const eventOf = check(document.components.schemas['Event'] as Json);
  expect(eventOf.safeParse(event).success).toBe(true);
  expect(eventOf.safeParse({ ...event, more: 1 }).success).toBe(false);
  const unknown = await fetch(`${rest.url}/api/event`);
  expect(schemaOf('/api/event', unknown.status).safeParse(await unknown.json()).success).toBe(true);
});
