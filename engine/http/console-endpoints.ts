import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ConsoleSessions } from '../accounts/console-sessions.ts';
import { AppError } from '../contract/errors.ts';
import { isoTime } from '../lib/clock.ts';
import { invalidInput } from '../lib/invalid-input.ts';
import type { Caller } from '../rpc/caller.ts';
import { readJson } from './body.ts';
import type { ConsoleFiles } from './console-files.ts';
import { allowMethod, sendEnvelope } from './respond.ts';

/** What a browser needs beyond the API. */
export type ConsoleService = { readonly files: ConsoleFiles; readonly sessions: ConsoleSessions };

const signInSchema = z.strictObject({ token: z.string().max(128) });
/** Read from anybody who can reach the port. */
const LARGEST_SIGN_IN_BYTES = 1024;
const TOO_MANY_REQUESTS = 429;

/** `POST /console/sign-in {"token"}`: exchanges a link's token for a bearer; the one call that needs no token of its own. */
export async function signIn(request: IncomingMessage, response: ServerResponse, sessions: ConsoleSessions): Promise<void> {
  if (!allowMethod(request, response, 'POST')) return;
  const input = signInSchema.safeParse(await readJson(request, LARGEST_SIGN_IN_BYTES));
  if (!input.success) throw invalidInput(input.error);
  try {
    const { token, expiresAt } = await sessions.signIn(input.data.token, {
      address: request.socket.remoteAddress ?? null,
      client: clientOf(request),
    });
    sendEnvelope(request, response, { ok: true, value: { token, expiresAt: isoTime(expiresAt) } });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'busy') throw error;
    sendEnvelope(request, response, { ok: false, error: error.toData() }, TOO_MANY_REQUESTS);
  }
}

/** `POST /console/sign-out`: ends the caller's own session. Throws `forbidden` for tokens of other kinds. */
export async function signOut(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  sessions: ConsoleSessions,
): Promise<void> {
  if (!allowMethod(request, response, 'POST')) return;
  if (caller.kind !== 'console' || caller.sessionId === null)
    throw new AppError('forbidden', 'Only a session of the console can be signed out.');
  await sessions.signOut(caller.sessionId, 'signed out');
  sendEnvelope(request, response, { ok: true, value: {} });
}

/** The client program's own name, cut to what the log keeps. */
export function clientOf(request: IncomingMessage): string | null {
  return request.headers['user-agent']?.slice(0, 255) ?? null;
}
