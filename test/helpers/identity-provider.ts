import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Context } from 'oidc-provider';

export type TestProvider = {
  readonly issuer: string;
  /** Who signs in next, without being asked; `roles` and everything else become claims. */
  become(name: string, claims?: Record<string, unknown>): void;
  /** Follows an address as a browser would, with cookies, until it leaves the provider. Resolves with where it leads then. */
  follow(url: string): Promise<string>;
};

export const CLIENT = { clientId: 'gatehouse', clientSecret: 'a secret of the client' } as const;

/** oidc-provider on a free port, with one client that may come back to `redirectUri`; stopped when the test has finished. */
export async function startIdentityProvider(redirectUri: string): Promise<TestProvider> {
  const { default: Provider } = await import('oidc-provider');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let who = { name: '', claims: {} as Record<string, unknown> };
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], profile: ['preferred_username', 'roles', 'department'], email: ['email'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    cookies: { keys: ['for this test'] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: who.name, email: `${who.name}@example.com`, ...who.claims }),
    }),
    async loadExistingGrant({ oidc }: Context) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') === true)
      void provider.interactionFinished(request, response, { login: { accountId: `id of ${who.name}`, remember: false } });
    else answer(request, response);
  });
  return {
    issuer,
    become: (name, claims = {}) => void (who = { name, claims }),
    async follow(url) {
      const cookies = new Map<string, string>();
      let at = url;
      while (at.startsWith(issuer)) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(at, { redirect: 'manual', headers: { cookie } });
        for (const line of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const location = response.headers.get('location');
        if (location === null) throw new Error(`${at} answered ${response.status}: ${await response.text()}`);
        at = new URL(location, at).href;
      }
      return at;
    },
  };
}
