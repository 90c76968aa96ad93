import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { AdminSignIn } from '../accounts/admin-sign-in.ts';
import type { ConsoleSessions } from '../accounts/console-sessions.ts';
import type { SignInWays } from '../contract/admin.ts';
import { AppError } from '../contract/errors.ts';
import { isoTime } from '../lib/clock.ts';
import { invalidInput } from '../lib/invalid-input.ts';
import type { Caller } from '../rpc/caller.ts';
import { readJson } from './body.ts';
import type { ConsoleFiles } from './console-files.ts';
import { allowMethod, sendEnvelope } from './respond.ts';

/** What a browser needs beyond the API. */
export type ConsoleService = { readonly files: ConsoleFiles; readonly sessions: ConsoleSessions; readonly admins: AdminSignIn };

const linkSchema = z.strictObject({ token: z.string().max(128) });
const credentialsSchema = z.strictObject({
  name: z.string().trim().min(1, 'Enter your name.').max(255),
  password: z.string().min(1, 'Enter your password.').max(1024),
  code: z.string().max(64).optional(),
});
/** Read from anybody who can reach the port. */
const LARGEST_SIGN_IN_BYTES = 8192;
const TOO_MANY_REQUESTS = 429;

/** `GET /console/sign-in`: what the sign-in page offers. */
export function signInWays(request: IncomingMessage, response: ServerResponse, { admins }: ConsoleService): void {
  const value: SignInWays = { password: admins.isOffered() };
  sendEnvelope(request, response, { ok: true, value });
}

/**
 * `POST /console/sign-in`: exchanges a link's token (`{"token"}`), or name, password and, where it is asked for, code, for a bearer. The one
 * call that needs no token of its own.
 */
export async function signIn(request: IncomingMessage, response: ServerResponse, { sessions, admins }: ConsoleService): Promise<void> {
  if (!allowMethod(request, response, 'POST')) return;
  const body = await readJson(request, LARGEST_SIGN_IN_BYTES);
  const from = { address: request.socket.remoteAddress ?? null, client: clientOf(request) };
  const isLink = typeof body === 'object' && body !== null && 'token' in body;
  try {
    const { token, expiresAt } = isLink
      ? await sessions.signIn(checked(linkSchema, body).token, from)
      : await admins.withPassword(checked(credentialsSchema, body), from);
    sendEnvelope(request, response, { ok: true, value: { token, expiresAt: isoTime(expiresAt) } });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'busy') throw error;
    sendEnvelope(request, response, { ok: false, error: error.toData() }, TOO_MANY_REQUESTS);
  }
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const input = schema.safeParse(body);
  if (!input.success) throw invalidInput(input.error);
  return input.data;
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
