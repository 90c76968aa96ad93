import { randomBytes } from 'node:crypto';
import type { Account } from '../contract/account.ts';
import type { Admin, Claims, IdentitySignIn } from '../contract/admin.ts';
import { AppError } from '../contract/errors.ts';
import type { Oidc, OidcClient, OidcRequest } from '../contract/oidc.ts';
import type { Settings } from '../contract/settings.ts';
import { type Actor, type EventLog, SYSTEM } from '../events/log.ts';
import { sourceOf } from '../lib/address.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import type { SecretStore } from '../store/secret-store.ts';
import type { Admins } from './admins.ts';
import type { ConsoleSessions, SignInFrom } from './console-sessions.ts';
import type { Defender } from './defender/index.ts';
import type { Accounts } from './service.ts';
import { hashToken } from './token-text.ts';
import { accountActor } from '../events/actor.ts';

/** Somebody whom the provider vouches for, as rules are asked about him. */
export type Vouched = {
  readonly login: 'user' | 'admin';
  readonly name: string;
  readonly claims: Claims;
  /** As the log numbers him; 0 where there is no record yet. */
  readonly userId: number;
  readonly address: string | null;
  readonly client: string | null;
};

type Verdict =
  | { readonly allow: true; readonly held?: { readonly release: string; readonly withdraw: () => void } }
  | { readonly allow: false; readonly message: string; readonly reason?: string };

/** The sign-in with the identity provider of the settings. */
export type IdentityProvider = {
  /** How the provider is called on the sign-in page; null while there is none. */
  offered(): string | null;
  /**
   * Begins a sign-in that has to come back to `redirectUri` within 10 minutes, to the browser that holds `binding`. Rejects with
   * `outbound_failed`, or `busy` after many of them.
   */
  begin(redirectUri: string, from: SignInFrom): Promise<{ readonly url: string; readonly binding: string }>;
  /**
   * Ends it, with the query that the provider sent back. Rejects with `bad_credentials`, LOGIN_FAILED recorded, where nobody is let in, and
   * with `unauthenticated` for what nobody has begun here.
   */
  finish(query: string, binding: string, from: SignInFrom): Promise<IdentitySignIn>;
};

type Pending = Omit<OidcRequest, 'url'> & { readonly redirectUri: string; readonly binding: string; readonly expiresAt: number };

const MINUTE_MS = 60_000;
const PENDING_MS = 10 * MINUTE_MS;
const MOST_PENDING = 500;
/** Each asks the provider something. */
const BEGUN_PER_MINUTE = { windowMs: MINUTE_MS, perKey: 20, overall: 120 };
const LONGEST_NAME = 255;
/** More is no use to a rule, and would fill the log. */
const MOST_CLAIM_CHARACTERS = 32_768;
const METHOD = 'oidc';

export function createIdentityProvider(services: {
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: () => Settings['identity'];
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly oidc: Oidc;
  readonly admins: Pick<Admins, 'get'>;
  readonly accounts: Pick<Accounts, 'get' | 'effective'>;
  readonly sessions: Pick<ConsoleSessions, 'open'>;
  readonly defender: Pick<Defender, 'refusal'>;
  readonly identify: (who: Vouched) => Promise<Verdict>;
}): IdentityProvider {
  const { events, clock, log, settings, secrets, oidc, admins, accounts, sessions, defender, identify } = services;
  const begun = createRateLimit({ clock, ...BEGUN_PER_MINUTE });
  /** By their state; oldest first. */
  const pending = new Map<string, Pending>();

  function clientOf(): OidcClient {
    const { enabled, issuer, clientId, clientSecret, scopes } = settings();
    if (!enabled) throw new AppError('not_found', 'There is no identity provider to sign in with.');
    return { issuer, clientId, clientSecret: typeof clientSecret === 'string' ? clientSecret : secrets.get(clientSecret), scopes };
  }

  function take(query: URLSearchParams, binding: string): Pending {
    const state = query.get('state') ?? '';
    const found = pending.get(state);
    // Another browser's answer is not even used up: its owner may be on the way.
    if (found === undefined || found.binding !== hashToken(binding) || found.expiresAt <= clock.now())
      throw new AppError('unauthenticated', 'This sign-in was not begun here, or is older than ten minutes. Begin it anew.');
    pending.delete(state);
    return found;
  }

  async function refuse(name: string, reason: string, message: string, from: SignInFrom): Promise<never> {
    const actor: Actor = { ...SYSTEM, ip: from.address, protocol: 'HTTP', client: from.client, origin: 'console' };
    await events
      .record({ type: 'LOGIN_FAILED', info: { method: METHOD, login: name.slice(0, LONGEST_NAME), reason }, actor, outcome: 'denied' })
      // The log itself reports that it cannot write; the refusal stands.
      .catch(() => undefined);
    throw new AppError('bad_credentials', message);
  }

  async function claimsOf(sign: Pending, query: URLSearchParams, from: SignInFrom): Promise<Claims> {
    const answer = new URL(sign.redirectUri);
    answer.search = query.toString();
    try {
      return await oidc.finish(clientOf(), answer.href, sign);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'bad_credentials') throw error;
      log.warn('the identity provider did not vouch for somebody', error);
      return await refuse('', error.message, error.message, from);
    }
  }

  /** As whom the claims let somebody in. */
  function vouchedFor(claims: Claims, from: SignInFrom): Vouched | undefined {
    const { nameClaim, roleClaim, adminRoles } = settings();
    const name = claims[nameClaim];
    if (typeof name !== 'string' || name.trim() === '' || name.length > LONGEST_NAME) return undefined;
    const given = claims[roleClaim];
    const roles = Array.isArray(given) ? given : [given];
    const login = roleClaim === '' || roles.some((role) => typeof role === 'string' && adminRoles.includes(role)) ? 'admin' : 'user';
    const kept = JSON.stringify(claims).length > MOST_CLAIM_CHARACTERS ? { [nameClaim]: name } : claims;
    const who = { login, name: name.trim(), claims: kept, address: from.address, client: from.client } as const;
    const admin = login === 'admin' ? admins.get(who.name) : undefined;
    const account = login === 'user' ? accounts.get(who.name) : undefined;
    return { ...who, userId: admin === undefined ? (account?.id ?? 0) : -admin.id };
  }

  async function welcome(who: Vouched, account: Account, release: string | undefined, from: SignInFrom): Promise<IdentitySignIn> {
    await events.record({
      type: 'USER_LOGIN',
      info: infoOf(who),
      actor: {
        ...SYSTEM,
        ...accountActor(account),
        ip: from.address,
        protocol: 'HTTP',
        client: from.client,
        origin: 'console',
      },
      ...(release === undefined ? {} : { releases: release }),
    });
    const { hasPassword, publicKeys } = account;
    return { kind: 'partner', username: account.username, canConnect: hasPassword || publicKeys.length > 0 };
  }

  return {
    offered: () => (settings().enabled ? settings().name || new URL(settings().issuer).host : null),

    async begin(redirectUri, from) {
      const source = sourceOf(from.address ?? '');
      const blocked = from.address === null ? null : defender.refusal(from.address, 'HTTP');
      if (blocked !== null) throw new AppError('forbidden', blocked);
      if (!begun.take(source)) throw new AppError('busy', 'There were too many sign-ins. Wait a minute and try again.');
      const { url, ...request } = await oidc.begin(clientOf(), redirectUri);
      const binding = randomBytes(32).toString('base64url');
      pending.set(request.state, { ...request, redirectUri, binding: hashToken(binding), expiresAt: clock.now() + PENDING_MS });
      const [oldest] = pending.keys();
      if (pending.size > MOST_PENDING && oldest !== undefined) pending.delete(oldest);
      return { url, binding };
    },

    async finish(text, binding, from) {
      const query = new URLSearchParams(text);
      const claims = await claimsOf(take(query, binding), query, from);
      const who = vouchedFor(claims, from);
      if (who === undefined)
        return await refuse(
          '',
          `the claim ${settings().nameClaim} is missing`,
          'The identity provider did not say your name. Ask the administrator.',
          from,
        );
      const verdict = await identify(who);
      if (!verdict.allow) return await refuse(who.name, verdict.reason ?? 'a rule refused it', verdict.message, from);
      const { held } = verdict;
      try {
        if (who.login === 'admin') {
          const admin = usable(admins.get(who.name));
          if (admin === undefined)
            return await refuse(who.name, 'there is no such administrator, or he is disabled', unknownWords(who.name), from);
          const session = await sessions.open(admin, METHOD, from, {
            info: infoOf(who),
            ...(held === undefined ? {} : { releases: held.release }),
          });
          return { kind: 'admin', token: session.token, expiresAt: isoTime(session.expiresAt) };
        }
        const account = accounts.get(who.name);
        const expiresAt = account === undefined ? null : accounts.effective(account).expiresAt;
        if (account?.enabled !== true || (expiresAt !== null && Date.parse(expiresAt) <= clock.now()))
          return await refuse(who.name, 'there is no such account, or it is disabled or has expired', unknownWords(who.name), from);
        return await welcome(who, account, held?.release, from);
      } catch (error) {
        held?.withdraw();
        throw error;
      }
    },
  };
}

function usable(admin: Admin | undefined): Admin | undefined {
  return admin?.enabled === true ? admin : undefined;
}

function unknownWords(name: string): string {
  return `${name} may not sign in here. Ask the administrator.`;
}

function infoOf({ login, name, claims }: Vouched) {
  return { protocol: 'OIDC', method: METHOD, identity: { login, name, claims } };
}
