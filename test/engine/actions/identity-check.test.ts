import { describe, expect, test } from 'vitest';
import { API_PERMISSIONS } from '../../../engine/contract/method.ts';
import { eventually } from '../../helpers/eventually.ts';
import { callOverHttp, startTestEngine, type TestEngine } from '../../helpers/engine.ts';
import { CLIENT, startIdentityProvider, type TestProvider } from '../../helpers/identity-provider.ts';
import { startRules } from '../../helpers/rules.ts';

type Answer = {
  readonly ok: boolean;
  readonly value?: { readonly kind: string; readonly token: string; readonly url: string; readonly binding: string };
  readonly error?: { readonly code: string; readonly message: string };
};

/** An engine whose console offers a real provider of identities, and the way that a browser goes. */
async function start() {
  const engine = await startTestEngine();
  const provider = await startIdentityProvider(`${engine.http}/`);
  await engine.call('settings.save', {
    outbound: { allowLoopback: true },
    identity: { enabled: true, name: 'Office', issuer: provider.issuer, ...CLIENT, roleClaim: 'roles' },
  });
  const post = async (body: object): Promise<Answer> => {
    const response = await fetch(`${engine.http}/console/identity`, { method: 'POST', body: JSON.stringify(body) });
    return (await response.json()) as Answer;
  };
  const begin = async () => {
    const { value, error } = await post({});
    if (value === undefined) throw new Error(`the sign-in could not be begun: ${error?.message ?? ''}`);
    return { binding: value.binding, query: new URL(await provider.follow(value.url)).search };
  };
  return { ...engine, provider, post, begin, signIn: async () => post(await begin()) };
}

/** A rule that checks accounts while the sign-in waits. */
async function saveCheck({ call }: Pick<TestEngine, 'call'>, config: object, name = 'Accounts'): Promise<number> {
  const steps = [{ action: 'identity-check', sync: true, config: { ...config } }];
  const { id, problems } = await call('rules.save', { name, triggers: ['idp-login'], steps });
  expect(problems).toEqual([]);
  return id;
}

const failures = async ({ call }: Pick<TestEngine, 'call'>) =>
  (await call('events.search', { type: ['LOGIN_FAILED'] })).events.map(({ info }) => [info['login'], info['reason']]);

const asAdmin = (provider: TestProvider, name: string) => provider.become(name, { roles: ['admin'], department: 'RnD' });

describe('a sign-in with the identity provider', () => {
  test('by the identity check makes and changes the administrator or account that a rule describes, and lets in whom it finds', async () => {
    const engine = await start();
    const { provider, signIn } = engine;
    const call: TestEngine['call'] = (method, ...input) => engine.call(method, ...input);
    await call('groups.save', { name: 'staff', settings: { permissions: { '/': ['list'] } } });
    expect(await (await fetch(`${engine.http}/console/sign-in`)).json()).toEqual({
      ok: true,
      value: { password: false, provider: 'Office' },
    });

    asAdmin(provider, 'kim');
    expect(await signIn()).toMatchObject({
      error: { code: 'bad_credentials', message: 'kim may not sign in here. Ask the administrator.' },
    });
    await saveCheck(engine, {
      user: '{"status": 1, "email": {{toJson .IDPFields.email}}, "groups": [{"type": 1, "name": "staff"}], "permissions": {"/": ["list", "download"]}}',
      admin: '{"username": "{{.Name}}", "description": {{toJson .IDPFields.department}}, "permissions": ["events.read"]}',
    });
    const admin = await signIn();
    expect(admin).toMatchObject({ ok: true, value: { kind: 'admin' } });
    const asKim = { http: engine.http, token: admin.value?.token ?? '' };
    const session = await fetch(`${asKim.http}/rpc/console.session`, {
      method: 'POST',
      headers: { authorization: `Bearer ${asKim.token}` },
    });
    expect(await session.json()).toMatchObject({ value: { name: 'kim', permissions: ['status', 'events.read'], hasPassword: false } });
    expect(await call('admins.list')).toMatchObject([{ name: 'kim', description: 'RnD', version: 1 }]);
    await signIn();
    expect(await call('admins.list')).toMatchObject([{ version: 1 }]);
    await call('admins.save', { name: 'kim', permissions: [...API_PERMISSIONS] });
    await signIn();
    expect(await call('admins.list')).toMatchObject([{ permissions: ['status', 'events.read'] }]);

    // What nothing waits for goes on from the sign-in's own event.
    const later = { action: 'set-variable', config: { name: 'x', value: '{{.Event}} {{.Name}} {{.Protocol}} {{.IDPFields.email}}' } };
    const { id: told } = await call('rules.save', { name: 'Told', triggers: ['idp-login-user'], steps: [later] });
    const token = (await call('tokens.create', { name: 'script', permissions: ['rules.write'] })).token;
    for (const config of [{ admin: '{}' }, { user: '{}' }]) {
      const rule = { name: 'Escalation', triggers: ['idp-login'], steps: [{ action: 'identity-check', sync: true, config }] };
      await expect(callOverHttp({ http: engine.http, token }, 'rules.save', rule)).rejects.toThrow(/forbidden/);
    }
    provider.become('lee', { roles: ['staff'] });
    expect(await signIn()).toMatchObject({ ok: true, value: { kind: 'partner', username: 'lee', canConnect: false } });
    const [lee] = await call('accounts.list');
    expect(lee).toMatchObject({
      username: 'lee',
      email: 'lee@example.com',
      groups: [{ name: 'staff', type: 'primary' }],
      hasPassword: false,
    });
    const detail = await eventually(async () => {
      const [run] = (await call('runs.list', { ruleId: told })) as readonly { id: number; state: string }[];
      if (run?.state !== 'done') throw new Error(`the run is ${run?.state ?? 'not there'}`);
      return (await call('runs.get', { id: run.id })).steps[0]?.detail;
    });
    expect(detail).toMatchObject({ value: 'IDP login user lee OIDC lee@example.com' });
    const [login] = (await call('events.search', { type: ['USER_LOGIN'] })).events;
    expect(login).toMatchObject({
      info: { method: 'oidc', identity: { login: 'user', name: 'lee', claims: { email: 'lee@example.com' } } },
      _user: { _id: lee?.id },
    });
    await call('accounts.save', { username: 'lee', enabled: false });
    await call('rules.delete', { id: (await call('rules.list'))[0]?.id ?? 0 });
    expect(await signIn()).toMatchObject({ error: { code: 'bad_credentials' } });
    expect(JSON.stringify([await call('settings.get'), (await call('events.search', {})).events])).not.toContain(CLIENT.clientSecret);
  });

  test('is refused by bad JSON, by a foreign name and by two rules; create only keeps what is there', async () => {
    const engine = await start();
    const { provider, signIn } = engine;
    const call: TestEngine['call'] = (method, ...input) => engine.call(method, ...input);
    asAdmin(provider, 'kim');
    for (const [admin, words] of [
      ['{"description": {{.IDPFields.department}}}', /This is not JSON/],
      ['{"name": "{{.IDPFields.department}}"}', /It names RnD, but kim signs in/],
      ['{"permissions": ["{{.IDPFields.department}}"]}', /This is no permission of Gatehouse/],
      ['{"quota": "{{.Name}}"}', /There is no field "quota"/],
    ] as const) {
      const steps = [{ action: 'identity-check', sync: true, config: { admin } }];
      const { id } = await call('rules.save', { name: 'Bad', triggers: ['idp-login-admin'], steps });
      const saved = (await call('rules.list'))[0];
      // What the sample shows already is said when the rule is saved.
      if ((saved?.problems.length ?? 0) === 0) {
        expect(await signIn()).toMatchObject({ error: { code: 'bad_credentials' } });
        expect((await failures(engine))[0]?.[1]).toMatch(words);
      } else expect(saved?.problems[0]?.message).toMatch(words);
      await call('rules.delete', { id });
    }
    expect(await call('admins.list')).toEqual([]);
    await call('admins.save', { name: 'kim', permissions: ['events.read'] });
    const first = await saveCheck(engine, { mode: 'create only', admin: '{"permissions": ["*"]}' });
    expect(await signIn()).toMatchObject({ ok: true });
    expect(await call('admins.list')).toMatchObject([{ permissions: ['status', 'events.read'] }]);
    await saveCheck(engine, { admin: '{"description": "second"}' }, 'Accounts too');
    expect(await signIn()).toMatchObject({ error: { code: 'bad_credentials' } });
    expect((await failures(engine))[0]).toEqual(['kim', 'the rules "Accounts" and "Accounts too" would both check the account']);
    await call('rules.delete', { id: first });
    expect(await signIn()).toMatchObject({ ok: true });
    expect(await call('admins.list')).toMatchObject([{ description: 'second' }]);
  });

  test('has to be ended by the browser that began it, once, and goes out by the one connector', async () => {
    const engine = await start();
    const { provider, begin, post } = engine;
    const call: TestEngine['call'] = (method, ...input) => engine.call(method, ...input);
    asAdmin(provider, 'kim');
    await call('admins.save', { name: 'kim' });
    const { query, binding } = await begin();
    const { binding: foreign } = await begin();
    for (const body of [
      { query, binding: foreign },
      { query: query.replace(/state=[^&]+/, 'state=x'), binding },
      { query: '', binding },
    ])
      expect(await post(body)).toMatchObject({ error: { code: 'unauthenticated' } });
    expect(await post({ query, binding })).toMatchObject({ ok: true });
    expect(await post({ query, binding })).toMatchObject({ error: { code: 'unauthenticated' } });
    const denied = await begin();
    expect(await post({ ...denied, query: denied.query.replace(/code=[^&]+/, 'code=made-up') })).toMatchObject({
      error: { code: 'bad_credentials', message: expect.stringContaining('refused the sign-in') as string },
    });
    await call('settings.save', { outbound: { allowLoopback: false } });
    expect(await post({})).toMatchObject({ error: { code: 'outbound_refused' } });
    await call('settings.save', { outbound: { allowLoopback: true }, identity: { issuer: `${provider.issuer}/elsewhere` } });
    expect(await post({})).toMatchObject({ error: { code: 'outbound_failed' } });
    await call('settings.save', { identity: { enabled: false } });
    expect(await post({})).toMatchObject({ error: { code: 'not_found' } });
  });
});

test.each([
  ['both templates empty', {}, {}, 'steps.0.config.user', /Write a template/],
  ['static text that is no JSON', { user: '{"email": }' }, {}, 'steps.0.config.user', /This is not JSON/],
  ['an unknown field', { user: '{"colour": "red"}' }, {}, 'steps.0.config.user', /There is no field "colour"/],
  ['a file system of S3', { user: '{"filesystem": {"provider": 1}}' }, {}, 'steps.0.config.user', /filesystem.*local disks only/],
  ['an unknown permission', { admin: '{"permissions": ["add_users"]}' }, {}, 'steps.0.config.admin', /no permission of Gatehouse/],
  ['no waiting', { user: '{}' }, { sync: false }, 'steps.0.sync', /has to wait/],
] as const)('%s is said when the rule is saved', async (_, config, step, field, words) => {
  const { save } = await startRules({ start: false });
  const steps = [{ action: 'identity-check', sync: true, config, ...step }];
  const { problems } = await save({ triggers: ['idp-login'], steps });
  expect(problems).toEqual([{ field, message: expect.stringMatching(words) as string }]);
});

test('stands alone, at a sign-in with the identity provider, and in the rule itself', async () => {
  const { save } = await startRules({ start: false });
  const check = { action: 'identity-check', sync: true, config: { user: '{}' } };
  const wait = { action: 'wait', sync: true, config: { timeoutSeconds: 1 } };
  expect((await save({ triggers: ['upload'], steps: [check] })).problems).toMatchObject([{ field: 'steps.0.action' }]);
  expect((await save({ triggers: ['idp-login-user'], steps: [check, wait] })).problems).toMatchObject([{ field: 'steps.1.sync' }]);
  expect((await save({ triggers: ['idp-login-user'], steps: [check, check] })).problems).toMatchObject([{ field: 'steps.1.sync' }]);
});
