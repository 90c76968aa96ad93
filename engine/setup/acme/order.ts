import { Agent } from 'node:https';
import acme from 'acme-client';
import { AppError } from '../../contract/errors.ts';
import { serveChallenges } from './challenge-server.ts';

export type OrderWish = {
  readonly directoryUrl: string;
  /** PEM of an authority in one's own network; empty: those that the system trusts. */
  readonly directoryCa: string;
  /** PEM of the key that the authority knows us by. */
  readonly accountKey: string;
  readonly domains: readonly string[];
  /** Where the authority writes to; empty: nowhere. */
  readonly email: string;
  /** Where the authority's questions come in; from outside that must be port 80. */
  readonly challenges: { readonly host: string; readonly port: number };
  /** Ends the order at once. */
  readonly signal: AbortSignal;
};

/** The whole order; the authority's own checks take seconds. */
const WITHIN_MS = 5 * 60_000;
const REQUEST_WITHIN_MS = 30_000;
const ATTEMPTS = 8;

/** A new key for the account at the authority, as PEM. */
export async function newAccountKey(): Promise<string> {
  return (await acme.crypto.createPrivateEcdsaKey('P-256')).toString();
}

/**
 * Orders a certificate by ACME (RFC 8555) with the challenge http-01, for a new key. One order at a time. Rejects with `outbound_failed` and
 * the authority's words, `timeout`, `shutting_down` after the signal, or what keeps the port of the challenges closed.
 */
export async function orderCertificate(wish: OrderWish): Promise<{ readonly certificate: string; readonly key: string }> {
  const challenges = await serveChallenges(wish.challenges);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    wish.signal.addEventListener('abort', () => reject(new AppError('shutting_down')), { once: true });
    timer = setTimeout(
      () => reject(new AppError('timeout', 'The certificate authority did not finish within five minutes. It is asked again later.')),
      WITHIN_MS,
    );
  });
  // The package has one client for all requests of the process; nothing else here uses it.
  acme.axios.defaults.timeout = REQUEST_WITHIN_MS;
  // Whoever does not answer is asked again in an hour; a person who waits for the reason should not wait a minute.
  Object.assign(acme.axios.defaults, { acmeSettings: { httpChallengePort: 80, retryMaxAttempts: 1, retryDefaultDelay: 1 } });
  acme.axios.defaults.httpsAgent = wish.directoryCa === '' ? undefined : new Agent({ ca: wish.directoryCa });
  try {
    const [first = ''] = wish.domains;
    const [key, csr] = await acme.crypto.createCsr(
      { commonName: first, altNames: [...wish.domains] },
      await acme.crypto.createPrivateEcdsaKey('P-256'),
    );
    const client = new acme.Client({
      directoryUrl: wish.directoryUrl,
      accountKey: wish.accountKey,
      backoffAttempts: ATTEMPTS,
      backoffMin: 500,
      backoffMax: 10_000,
    });
    const order = (async () => {
      // Registered by hand: for a key that the authority knows already the package sends the account again, and one without a contact is
      // refused as an empty update, which would fail every renewal. An empty list also takes back an address that was given before.
      await client.createAccount({ termsOfServiceAgreed: true, contact: wish.email === '' ? [] : [`mailto:${wish.email}`] });
      return client.auto({
        csr,
        challengePriority: ['http-01'],
        // Behind a router this machine often cannot reach itself by its public name, while the authority can.
        skipChallengeVerification: true,
        challengeCreateFn: (_authorization, { token }, text) => {
          challenges.put(token, text);
          return Promise.resolve();
        },
        challengeRemoveFn: (_authorization, { token }) => {
          challenges.remove(token);
          return Promise.resolve();
        },
      });
    })();
    // It may fail after the time was over, when nobody listens any more.
    order.catch(() => undefined);
    return { certificate: await Promise.race([order, late]), key: key.toString() };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('outbound_failed', `The certificate authority gave no certificate: ${wordsOf(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
    await challenges.close();
  }
}

const LONGEST_WORDS = 400;

/** One line of what the authority, or the way to it, said. */
function wordsOf(cause: unknown): string {
  const { message, code } = cause as Partial<NodeJS.ErrnoException>;
  const text = (message === undefined || message === '' ? (code ?? 'no answer') : message).replaceAll(/\s+/g, ' ').trim();
  const cut = text.length > LONGEST_WORDS ? `${text.slice(0, LONGEST_WORDS)}…` : text;
  return /[.!?…]$/.test(cut) ? cut : `${cut}.`;
}
