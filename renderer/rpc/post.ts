import { AppError } from '../../engine/contract/errors.ts';
import type { Envelope } from '../../engine/contract/rpc.ts';

export const NO_ANSWER = 'Gatehouse does not answer. It may be restarting.';

/** Posts JSON to the server that this page came from. Never rejects: no answer is `not_running`. */
export function post<T>(path: string, body: unknown, token?: string): Promise<Envelope<T>> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return envelopeOf<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify(body),
  });
}

/** Asks that server for something that needs no sign-in. Never rejects either. */
export function ask<T>(path: string): Promise<Envelope<T>> {
  return envelopeOf<T>(path, {});
}

async function envelopeOf<T>(path: string, init: RequestInit): Promise<Envelope<T>> {
  try {
    const response = await fetch(path, init);
    return (await response.json()) as Envelope<T>;
  } catch {
    return { ok: false, error: new AppError('not_running', NO_ANSWER).toData() };
  }
}
