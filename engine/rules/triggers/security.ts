import { defineTrigger } from '../../contract/define.ts';
import type { StoredEvent } from '../../contract/event.ts';
import { ok, RECORD, SESSION } from './shapes.ts';

/** Whom the identity provider vouched for, and as what; null for sign-ins of other kinds. */
export function identityOf({ type, info }: StoredEvent): { readonly login: 'user' | 'admin'; readonly name: string } | null {
  const identity = type === 'USER_LOGIN' ? info['identity'] : undefined;
  if (typeof identity !== 'object' || identity === null || Array.isArray(identity)) return null;
  const { login, name } = identity as { readonly login?: unknown; readonly name?: unknown };
  return (login === 'user' || login === 'admin') && typeof name === 'string' ? { login, name } : null;
}

/** A sign-in with the identity provider, which can wait for an account check. There may be no record of who it is yet. */
const IDENTITY = { ...SESSION, group: 'security', listensTo: ['USER_LOGIN'], sync: 'may', hasUser: false, hasSession: false } as const;

/** Blocks, the certificate and sign-ins with the identity provider. */
export const SECURITY_TRIGGERS = {
  'ip-blocked': defineTrigger({
    ...SESSION,
    title: 'An address was blocked',
    group: 'security',
    listensTo: ['IP_BLOCKED'],
    matches: () => true,
    failures: 'always',
    eventName: 'IP Blocked',
    hasUser: false,
    hasSession: false,
    description: 'The defender or a person blocked an address. The names that were tried are in .Custom.logins.',
  }),
  certificate: defineTrigger({
    ...RECORD,
    title: 'The certificate was renewed, or could not be',
    group: 'security',
    listensTo: ['CERTIFICATE'],
    matches: () => true,
    failures: 'always',
    eventName: 'Certificate renewal',
    hasUser: false,
    description: 'The certificate in use is another one (.Status is 1) or has to be replaced (.Status is 2). .Name holds its domains.',
  }),
  'idp-login': defineTrigger({
    ...IDENTITY,
    title: 'Somebody signed in with the identity provider',
    matches: (event) => ok(event) && identityOf(event) !== null,
    eventName: 'IDP login',
    description: 'Somebody signed in with the identity provider. Its claims are in .IDPFields; user conditions look at the name.',
  }),
  'idp-login-user': defineTrigger({
    ...IDENTITY,
    title: 'A partner signed in with the identity provider',
    matches: (event) => ok(event) && identityOf(event)?.login === 'user',
    eventName: 'IDP login user',
    description: 'Somebody signed in with the identity provider who is no administrator there.',
  }),
  'idp-login-admin': defineTrigger({
    ...IDENTITY,
    title: 'An administrator signed in with the identity provider',
    matches: (event) => ok(event) && identityOf(event)?.login === 'admin',
    eventName: 'IDP login admin',
    description: 'Somebody signed in with the identity provider who is an administrator there.',
  }),
} as const;
