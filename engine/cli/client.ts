import { z } from 'zod';
import { AppError, ERROR_CODES, type ErrorCode, fromErrorData } from '../contract/errors.ts';
import type { Envelope, Input, Method, Output } from '../contract/rpc.ts';
import type { Target } from './target.ts';

/** What an engine answers; the code of a newer engine may be unknown here. */
const envelopeSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }).loose() }),
]);

/** Posts JSON text to a method. Rejects with `not_running` when nobody answers, `outbound_failed` when it is not Gatehouse that does. */
export async function post(target: Target, method: string, json: string): Promise<Envelope<unknown>> {
  const response = await request(target, `/rpc/${encodeURIComponent(method)}`, {
    method: 'POST',
    body: json,
    headers: { 'content-type': 'application/json' },
  });
  return await readEnvelope(response);
}

/** Calls a method of the table. Rejects with the AppError that the engine answered. */
export async function call<M extends Method>(target: Target, method: M, input: Input<M>): Promise<Output<M>> {
  const envelope = await post(target, method, JSON.stringify(input));
  if (!envelope.ok) throw fromErrorData(envelope.error);
  return envelope.value as Output<M>;
}

/** Opens the event stream after an id. Rejects like `call`. */
export async function openStream(target: Target, lastEventId: number): Promise<ReadableStream<Uint8Array>> {
  const response = await request(target, '/events/stream', { headers: { 'last-event-id': String(lastEventId) } });
  if (response.ok && response.body !== null) return response.body;
  const envelope = await readEnvelope(response);
  throw envelope.ok ? notGatehouse() : fromErrorData(envelope.error);
}

async function request(
  target: Target,
  path: string,
  init: { method?: string; body?: string; headers: Record<string, string> },
): Promise<Response> {
  try {
    return await fetch(target.url + path, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${target.token}`, 'user-agent': 'gatehouse-cli' },
      redirect: 'error',
    });
  } catch (cause) {
    throw new AppError('not_running', `Nobody answers at ${target.url}: Gatehouse has stopped. Start it with: gatehouse serve`, { cause });
  }
}

async function readEnvelope(response: Response): Promise<Envelope<unknown>> {
  const text = await response.text();
  const parsed = envelopeSchema.safeParse(tryJson(text));
  if (!parsed.success) throw notGatehouse();
  if (parsed.data.ok) return parsed.data;
  const { code, message, field } = parsed.data.error;
  const known: ErrorCode = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'internal';
  return { ok: false, error: new AppError(known, message, field === undefined ? {} : { field }).toData() };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notGatehouse(): AppError {
  return new AppError('outbound_failed', 'What answers at this address is not Gatehouse. Check --url.');
}
