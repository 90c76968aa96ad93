import type { Claims } from './admin.ts';

/** What a provider of identities (OpenID Connect Core 1.0) is known by. */
export type OidcClient = {
  readonly issuer: string;
  readonly clientId: string;
  /** Empty for a public client. */
  readonly clientSecret: string;
  readonly scopes: readonly string[];
};

/** Where somebody is sent to sign in, and what has to be remembered until he comes back. */
export type OidcRequest = { readonly url: string; readonly state: string; readonly nonce: string; readonly verifier: string };

/** The conversation with a provider of identities. */
export type Oidc = {
  /**
   * Builds the address to sign in at: authorization code flow with PKCE, state and nonce. Rejects with `outbound_failed` or
   * `outbound_refused`.
   */
  begin(of: OidcClient, redirectUri: string): Promise<OidcRequest>;
  /**
   * Takes the answer with which the provider sent somebody back (`answer` is the address with its query) and resolves with the claims about
   * him, those of its userinfo too. Rejects with `bad_credentials` where the provider says no, with `outbound_failed` else.
   */
  finish(of: OidcClient, answer: string, request: Omit<OidcRequest, 'url'>): Promise<Claims>;
};
