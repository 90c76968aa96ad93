import * as client from 'openid-client';
import type { Claims } from '../contract/admin.ts';
import { AppError } from '../contract/errors.ts';
import type { Oidc, OidcClient } from '../contract/oidc.ts';
import { isLoopback } from '../lib/address.ts';
import type { Connector } from './connector.ts';
import { plainWords } from './words.ts';

/** Only for a provider on this machine, which the settings have checked. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to stand out; the library knows it by this function alone
const WITHOUT_TLS: (config: client.Configuration) => void = client.allowInsecureRequests;
const WITHIN_S = 15;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** The conversation with providers of identities, by the one way out of the engine. */
export function createOidc(connector: Connector): Oidc {
  return {
    begin: (of, redirectUri) =>
      inWords(of, async () => {
        const config = await configurationOf(of, connector);
        const verifier = client.randomPKCECodeVerifier();
        const state = client.randomState();
        const nonce = client.randomNonce();
        const url = client.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: of.scopes.join(' '),
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
        });
        return { url: url.href, state, nonce, verifier };
      }),

    finish: (of, answer, { state, nonce, verifier }) =>
      inWords(of, async () => {
        const config = await configurationOf(of, connector);
        const tokens = await client.authorizationCodeGrant(config, new URL(answer), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new AppError('outbound_failed', 'The identity provider said nothing of who signed in.');
        const { userinfo_endpoint } = config.serverMetadata();
        const more = userinfo_endpoint === undefined ? {} : await client.fetchUserInfo(config, tokens.access_token, claims.sub);
        return { ...jsonOf(claims), ...jsonOf(more) };
      }),
  };
}

async function configurationOf({ issuer, clientId, clientSecret }: OidcClient, connector: Connector): Promise<client.Configuration> {
  const url = new URL(issuer);
  // Without TLS only on this machine, where nobody reads along.
  const isPlain = url.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
  const send: client.CustomFetch = (address, options) => request(address, options, connector);
  const found = await client.discovery(url, clientId, undefined, client.None(), {
    [client.customFetch]: send,
    timeout: WITHIN_S,
    execute: isPlain ? [WITHOUT_TLS] : [],
  });
  const server = found.serverMetadata();
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const proof = methods.includes('client_secret_basic') ? client.ClientSecretBasic(clientSecret) : client.ClientSecretPost(clientSecret);
  const config = new client.Configuration(server, clientId, undefined, clientSecret === '' ? client.None() : proof);
  config[client.customFetch] = send;
  config.timeout = WITHIN_S;
  if (isPlain) WITHOUT_TLS(config);
  return config;
}

/** The library's requests, by the one way out of the engine. */
async function request(address: string, options: client.CustomFetchOptions, connector: Connector): Promise<Response> {
  const { body, headers, method, signal } = options;
  const answer = await connector.request({
    method,
    url: address,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value, sensitive: name.toLowerCase() === 'authorization' })),
    body: body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : undefined,
    timeoutMs: WITHIN_S * 1000,
    maxBytes: MAX_ANSWER_BYTES,
    keepBytes: MAX_ANSWER_BYTES,
    allowInvalidCertificate: false,
    // Codes and secrets are in the requests, which a redirect would take along.
    maxRedirects: 0,
    signal: signal ?? AbortSignal.timeout(WITHIN_S * 1000),
  });
  return new Response(answer.body.length === 0 ? null : new Uint8Array(answer.body), {
    status: answer.status,
    headers: answer.contentType === null ? {} : { 'content-type': answer.contentType },
  });
}

async function inWords<T>({ issuer }: OidcClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const inner = causeOf(thrown);
    if (inner !== undefined) throw inner;
    if (thrown instanceof client.AuthorizationResponseError || thrown instanceof client.ResponseBodyError) {
      const said = thrown.error_description ?? thrown.error;
      throw new AppError('bad_credentials', `The identity provider refused the sign-in: ${said.slice(0, 200)}.`, { cause: thrown });
    }
    const { host } = new URL(issuer);
    throw new AppError('outbound_failed', `The identity provider ${host} cannot be used: ${plainWords(thrown)}.`, { cause: thrown });
  }
}

/** The library wraps what the connector said. */
function causeOf(thrown: unknown): AppError | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) if (error instanceof AppError) return error;
  return undefined;
}

function jsonOf(claims: object): Claims {
  return JSON.parse(JSON.stringify(claims)) as Claims;
}
