import type { IdentitySignIn, SignInWays } from '../../engine/contract/admin.ts';
import { AppError, type ErrorData, fromErrorData } from '../../engine/contract/errors.ts';
import type { PushMessage } from '../../engine/contract/push.ts';
import type { Envelope } from '../../engine/contract/rpc.ts';
import type { Door, LinkState, PartnerWelcome, Transport } from '../shell/types.ts';
import type { Downloads } from './download-export.ts';
import { ask, NO_ANSWER, post } from './post.ts';
import { createSseParser } from './sse.ts';

const STORED_TOKEN = 'gatehouse.token';
/** Proves that this tab began the sign-in with which the identity provider leads back. */
const STORED_BINDING = 'gatehouse.binding';
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** The stream carries a comment every 15 s; silence for longer means that the line is dead. */
const SILENCE_MS = 40_000;

type Listener = Parameters<Transport['subscribe']>[0];

/**
 * Over HTTP to the loopback server that this page came from (spec: console). The single-use token in the address's fragment is exchanged
 * for a bearer, which lives in this tab's sessionStorage only; the fragment is cleared at once.
 */
export function createHttpTransport(): Transport & Downloads {
  const listeners = new Set<Listener>();
  let state: LinkState = { kind: 'connecting' };
  let returned: ErrorData | PartnerWelcome | undefined;
  let lastEventId: string | undefined;
  const signedIn = signIn();
  void follow();

  function setState(next: LinkState): void {
    state = next;
    for (const listener of listeners) listener.state(next);
  }

  /** The bearer, from the fragment's token or from an earlier load of this tab; undefined when the page was opened without a link. */
  async function signIn(): Promise<string | undefined> {
    if (/[?&]state=/.test(location.search)) return await comeBack();
    const token = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1];
    if (token === undefined) return sessionStorage.getItem(STORED_TOKEN) ?? undefined;
    history.replaceState(null, '', `${location.pathname}${location.search}#/`);
    const answer = await post<{ readonly token: string }>('/console/sign-in', { token });
    if (!answer.ok) return sessionStorage.getItem(STORED_TOKEN) ?? undefined;
    sessionStorage.setItem(STORED_TOKEN, answer.value.token);
    return answer.value.token;
  }

  /** From the identity provider, with its answer in the query. */
  async function comeBack(): Promise<string | undefined> {
    const query = location.search;
    const binding = sessionStorage.getItem(STORED_BINDING) ?? '';
    sessionStorage.removeItem(STORED_BINDING);
    history.replaceState(null, '', `${location.pathname}#/`);
    const answer = await post<IdentitySignIn>('/console/identity', { query, binding });
    if (answer.ok && answer.value.kind === 'admin') {
      sessionStorage.setItem(STORED_TOKEN, answer.value.token);
      return answer.value.token;
    }
    returned = !answer.ok ? answer.error : answer.value.kind === 'partner' ? answer.value : undefined;
    return undefined;
  }

  async function call(method: string, input: unknown): Promise<Envelope<unknown>> {
    const token = await signedIn;
    if (token === undefined) return { ok: false, error: new AppError('unauthenticated').toData() };
    const answer = await post<unknown>(`/rpc/${method}`, input ?? {}, token);
    if (!answer.ok && answer.error.code === 'unauthenticated') signOut();
    return answer;
  }

  function signOut(): void {
    sessionStorage.removeItem(STORED_TOKEN);
    setState({ kind: 'signed-out', ...(returned === undefined ? {} : { returned }) });
  }

  /** Reads the stream for as long as the page lives, coming back after every break with the last id. */
  async function follow(): Promise<void> {
    const token = await signedIn;
    if (token === undefined) {
      signOut();
      return;
    }
    for (let attempt = 0; state.kind !== 'signed-out'; attempt++) {
      if (attempt > 0) {
        setState({ kind: 'restarting', attempt });
        await pause(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
      }
      if (await readOnce(token)) attempt = 0;
    }
  }

  /** One connection. Resolves with whether it ever lived. */
  async function readOnce(token: string): Promise<boolean> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    let lived = false;
    try {
      const response = await fetch('/events/stream', {
        headers: { authorization: `Bearer ${token}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
        signal: silence.signal,
      });
      if (response.status === 401) {
        signOut();
        return false;
      }
      // The position is from another log, or has been pruned: from now on, then.
      if (response.status === 410) lastEventId = undefined;
      if (!response.ok || response.body === null) return false;
      setState({ kind: 'live' });
      lived = true;
      const parse = createSseParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return lived;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        for (const { data, id } of parse(value)) {
          lastEventId = id ?? lastEventId;
          const message = JSON.parse(data) as PushMessage;
          for (const listener of listeners) listener.message(message);
        }
      }
    } catch {
      return lived;
    } finally {
      clearTimeout(timer);
    }
  }

  async function download(path: string): Promise<Blob> {
    const token = await signedIn;
    if (token === undefined) throw new AppError('unauthenticated');
    const response = await fetch(path, { headers: { authorization: `Bearer ${token}` } }).catch(() => undefined);
    if (response === undefined) throw new AppError('not_running', NO_ANSWER);
    if (response.ok) return response.blob();
    const answer = (await response.json().catch(() => undefined)) as Envelope<never> | undefined;
    throw answer?.ok === false ? fromErrorData(answer.error) : new AppError('internal');
  }

  const door: Door = {
    ways: () => ask<SignInWays>('/console/sign-in'),
    async signIn(credentials) {
      const answer = await post<{ readonly token: string }>('/console/sign-in', credentials);
      if (!answer.ok) return answer.error;
      sessionStorage.setItem(STORED_TOKEN, answer.value.token);
      location.reload();
      return undefined;
    },
    async signInWithProvider() {
      const answer = await post<{ readonly url: string; readonly binding: string }>('/console/identity', {});
      if (!answer.ok) return answer.error;
      sessionStorage.setItem(STORED_BINDING, answer.value.binding);
      location.assign(answer.value.url);
      return undefined;
    },
    async signOut() {
      await post('/console/sign-out', {}, await signedIn);
      sessionStorage.removeItem(STORED_TOKEN);
      location.reload();
    },
  };

  return {
    door,
    download,
    // The server validates both ends against the method's schemas.
    call: call as Transport['call'],
    subscribe(listener) {
      listeners.add(listener);
      listener.state(state);
      return () => void listeners.delete(listener);
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
