import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { AdminSignIn } from '../accounts/admin-sign-in.ts';
import type { IdentityProvider } from '../accounts/identity-sign-in.ts';
import type { ConsoleSessions, SignInFrom } from '../accounts/console-sessions.ts';
import type { SignInWays } from '../contract/admin.ts';
import { AppError } from '../contract/errors.ts';
import { isoTime } from '../lib/clock.ts';
import { invalidInput } from '../lib/invalid-input.ts';
import type { Caller } from '../rpc/caller.ts';
import { readJson } from './body.ts';
import type { ConsoleFiles } from './console-files.ts';
import { allowMethod, sendEnvelope } from './respond.ts';

/** What a browser needs beyond the API. */
export type ConsoleService = {
  readonly files: ConsoleFiles;
  readonly sessions: ConsoleSessions;
  readonly admins: AdminSignIn;
  readonly identity: IdentityProvider;
};

const linkSchema = z.strictObject({ token: z.string().max(128) });
const credentialsSchema = z.strictObject({
  name: z.string().trim().min(1, 'Enter your name.').max(255),
  password: z.string().min(1, 'Enter your password.').max(1024),
  code: z.string().max(64).optional(),
});
/** Read from anybody who can reach the port. */
const LARGEST_SIGN_IN_BYTES = 8192;
/** Codes of some providers are long. */
const LARGEST_IDENTITY_BYTES = 32_768;
const identitySchema = z.union([z.strictObject({ query: z.string().max(16_384), binding: z.string().max(128) }), z.strictObject({})]);
const TOO_MANY_REQUESTS = 429;

/** `GET /console/sign-in`: what the sign-in page offers. */
export function signInWays(request: IncomingMessage, response: ServerResponse, { admins, identity }: ConsoleService): void {
  const value: SignInWays = { password: admins.isOffered(), provider: identity.offered() };
  sendEnvelope(request, response, { ok: true, value });
}

/**
 * `POST /console/sign-in`: exchanges a link's token (`{"token"}`), or name, password and, where it is asked for, code, for a bearer. The one
 * call that needs no token of its own.
 */
export async function signIn(request: IncomingMessage, response: ServerResponse, { sessions, admins }: ConsoleService): Promise<void> {
  if (!allowMethod(request, response, 'POST')) return;
  const body = await readJson(request, LARGEST_SIGN_IN_BYTES);
  const from = fromOf(request);
  const isLink = typeof body === 'object' && body !== null && 'token' in body;
  await answerBusy(request, response, async () => {
    const { token, expiresAt } = isLink
      ? await sessions.signIn(checked(linkSchema, body).token, from)
      : await admins.withPassword(checked(credentialsSchema, body), from);
    return { token, expiresAt: isoTime(expiresAt) };
  });
}

/**
 * `POST /console/identity {}` begins a sign-in with the identity provider: `url` to go to, and `binding` for the page to keep in this tab.
 * The provider leads back to the console's own address, whose page then posts `{"query", "binding"}` here.
 */
export async function identitySignIn(request: IncomingMessage, response: ServerResponse, { identity }: ConsoleService): Promise<void> {
  if (!allowMethod(request, response, 'POST')) return;
  const input = checked(identitySchema, await readJson(request, LARGEST_IDENTITY_BYTES));
  const from = fromOf(request);
  await answerBusy(request, response, () =>
    'query' in input ? identity.finish(input.query, input.binding, from) : identity.begin(ownAddress(request), from),
  );
}

/** The address that the browser called, which the guard has found to be one of our own. */
function ownAddress(request: IncomingMessage): string {
  return `${'encrypted' in request.socket ? 'https' : 'http'}://${request.headers.host ?? ''}/`;
}

function fromOf(request: IncomingMessage): SignInFrom {
  return { address: request.socket.remoteAddress ?? null, client: clientOf(request) };
}

/** Sends what `work` resolves with; too much at once has an HTTP status of its own here. */
async function answerBusy(request: IncomingMessage, response: ServerResponse, work: () => Promise<unknown>): Promise<void> {
  try {
    sendEnvelope(request, response, { ok: true, value: await work() });
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
