import { expect, test } from 'vitest';
import { startMailServer } from '../../helpers/mail-server.ts';
import { BY, startRules, type TestRules } from '../../helpers/rules.ts';

const DAY_MS = 86_400_000;

async function startWithMail(): Promise<{ engine: TestRules; mail: Awaited<ReturnType<typeof startMailServer>> }> {
  const engine = await startRules();
  const mail = await startMailServer();
  Object.assign(engine.settings.mail, { host: '127.0.0.1', port: mail.port, security: 'none', from: 'gate@example.com' });
  return { engine, mail };
}

const inDays = ({ clock }: TestRules, days: number): string => new Date(clock.now() + days * DAY_MS).toISOString();

test('user expiration check lists and mails who expires, and later actions see it in .Results', async () => {
  const { engine, mail } = await startWithMail();
  engine.account('soon', { expiresAt: inDays(engine, 3), email: 'soon@example.com' });
  engine.account('over', { expiresAt: inDays(engine, -2) });
  engine.account('later', { expiresAt: inDays(engine, 90), email: 'later@example.com' });
  engine.account('never');
  engine.account('off', { expiresAt: inDays(engine, 1), enabled: false });
  const rule = await engine.save({
    triggers: ['on-demand'],
    steps: [
      { action: 'user-expiration-check', config: { days: 7, mailUsers: true } },
      {
        action: 'email',
        config: {
          to: ['office@example.com'],
          subject: 'x',
          text: '{{range .Results}}{{.User}} {{.Action}} {{.Days}}: {{.Reason}};{{end}}',
        },
      },
    ],
  });
  const [started] = await engine.rules.run(rule.id, undefined, BY);
  const trace = await engine.rested(started?.id ?? 0);
  expect(trace).toMatchObject({ state: 'done' });
  expect(trace.steps[0]?.detail).toEqual({
    results: [
      { action: 'listed', user: 'over', reason: 'the account has expired', days: -2 },
      { action: 'mailed', user: 'soon', reason: 'the account expires soon', days: 3 },
    ],
  });
  expect(mail.received.map(({ subject, text }) => [subject, text?.trim()])).toEqual([
    [`Your account soon expires on ${inDays(engine, 3).slice(0, 10)}`, expect.stringContaining('From then on you cannot sign in.')],
    ['x', 'over listed -2: the account has expired;soon mailed 3: the account expires soon;'],
  ]);
});

test('a user who cannot be mailed keeps no other from it, and the check fails with what it found', async () => {
  const { engine, mail } = await startWithMail();
  engine.account('a', { expiresAt: inDays(engine, 1), email: 'not an address' });
  engine.account('b', { expiresAt: inDays(engine, 1), email: 'b@example.com' });
  const step = await engine.tryAction('user-expiration-check', { days: 7, mailUsers: true, users: ['A', 'b*'] });
  expect(step).toMatchObject({
    state: 'failed',
    detail: {
      results: [
        { user: 'a', action: 'listed' },
        { user: 'b', action: 'mailed' },
      ],
    },
  });
  expect(step.error).toContain('Not every user could be told. a: ');
  expect(mail.received).toHaveLength(1);
});

test('user inactivity check switches off, then deletes; finding some is no failure', async () => {
  const engine = await startRules();
  for (const username of ['idle', 'busy', 'spared']) engine.account(username);
  engine.clock.advance(31 * DAY_MS);
  engine.store.tables.accounts.signedIn(engine.account('busy').id, engine.clock.now());
  const check = () => engine.tryAction('user-inactivity-check', { disableAfterDays: 30, deleteAfterDays: 60, users: ['idle', 'busy'] });
  expect((await check()).detail).toEqual({ results: [{ action: 'disabled', user: 'idle', reason: 'never signed in', days: 31 }] });
  expect((await check()).detail).toEqual({ results: [] });
  engine.clock.advance(30 * DAY_MS);
  expect((await check()).detail).toEqual({ results: [{ action: 'deleted', user: 'idle', reason: 'never signed in', days: 61 }] });
  expect(engine.store.tables.accounts.all().map(({ username, enabled }) => [username, enabled])).toEqual([
    ['busy', true],
    ['spared', true],
  ]);
  expect((await engine.recorded('OBJECT_DELETE')).map(({ origin, _user }) => [origin, _user])).toEqual([['rule', null]]);
});

test.each([
  [{}, 'Give at least one'],
  [{ disableAfterDays: 30, deleteAfterDays: 30 }, 'Accounts are deleted later'],
])('saving an inactivity check with %j is refused', async (config, words) => {
  const engine = await startRules();
  const { problems } = await engine.save({ triggers: ['on-demand'], steps: [{ action: 'user-inactivity-check', config }] });
  expect(problems[0]?.message).toContain(words);
});

test('suspend or enable account', async () => {
  const engine = await startRules();
  engine.account('Alice');
  const set = (username: string, state: string) => engine.tryAction('suspend-account', { username, state });
  expect(await set('alice', 'suspend')).toMatchObject({ state: 'done', detail: { username: 'Alice', enabled: false } });
  expect(await set('alice', 'suspend')).toMatchObject({ state: 'done' });
  expect(await set('alice', 'enable')).toMatchObject({ state: 'done', detail: { enabled: true } });
  expect(await set('nobody', 'enable')).toMatchObject({ state: 'failed', error: 'There is no account nobody.' });
});

test('password expiration check finds passwords that end soon, by the setting or the account', async () => {
  const { engine, mail } = await startWithMail();
  engine.settings.passwords.expireDays = 90;
  const made = (username: string, ageDays: number, changes = {}): void => {
    const account = { ...engine.account(username, { ...changes, passwordChangedAt: inDays(engine, -ageDays) }), passwordHash: 'x' };
    engine.store.tables.accounts.update(account.id, account);
  };
  made('fresh', 1);
  made('soon', 88, { email: 'soon@example.com' });
  made('over', 100);
  made('expired-account', 100, { expiresAt: inDays(engine, -1) });
  expect((await engine.tryAction('password-expiration-check', { days: 7, mailUsers: true })).detail).toEqual({
    results: [
      { action: 'listed', user: 'over', reason: 'the password has expired', days: -10 },
      { action: 'mailed', user: 'soon', reason: 'the password expires soon', days: 2 },
    ],
  });
  expect(mail.received[0]?.subject).toBe('Your password for soon expires in 2 days');
});

test('block or unblock address', async () => {
  const engine = await startRules();
  const act = (config: Record<string, unknown>) => engine.tryAction('block-address', config);
  expect(await act({ address: '203.0.113.7', minutes: 60, reason: 'scan' })).toMatchObject({
    state: 'done',
    detail: { until: inDays(engine, 1 / 24) },
  });
  expect(engine.store.tables.bans.all()).toMatchObject([{ address: '203.0.113.7', by: 'rule', reason: 'scan' }]);
  expect(await act({ address: '203.0.113.7', minutes: 0 })).toMatchObject({ state: 'done', detail: { until: null } });
  expect(await act({ address: '203.0.113.7', do: 'unblock' })).toMatchObject({ detail: { unblocked: true } });
  expect(await act({ address: '203.0.113.7', do: 'unblock' })).toMatchObject({ state: 'done', detail: { unblocked: false } });
  expect(await act({ address: '{{.IP}}' })).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('no single address') as string,
  });
});
