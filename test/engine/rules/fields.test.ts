import { expect, test } from 'vitest';
import { SYSTEM } from '../../../engine/events/log.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import { startRules, type TestRules } from '../../helpers/rules.ts';
import { names, put } from '../../helpers/vfs.ts';

/** Records that an administrator created the account. */
async function recordCreated(engine: TestRules, username: string): Promise<void> {
  const { id } = engine.account(username, { email: `${username}@example.com` });
  await engine.events.record({
    type: 'OBJECT_INSERT',
    info: { operation: 'create', new: username },
    actor: { ...SYSTEM, userId: 77, userName: 'admin', origin: 'console' },
    object: { schema: 'BASE', type: 'user' },
    objectId: id,
    objectVersion: 1,
  });
}

test('of a changed account templates see who did it, on whom, and the account itself', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save({
    triggers: ['record-add'],
    conditions: { records: ['user'] },
    steps: [
      {
        action: 'http',
        config: {
          url: server.url,
          body: '{{.Event}} {{.ObjectType}} {{.ObjectName}} by {{.Name}}: {{.Email}} {{.Object.User.Username}} {{.Object.User.Status}} {{.VirtualPath}}|',
        },
      },
    ],
  });
  await recordCreated(engine, 'alice');
  await engine.allRested();
  expect(server.bodies).toEqual(['add user alice by admin: alice@example.com alice 1 |']);
});

test('file actions act in the tree of the account that was created, not of who created it', async () => {
  const engine = await startRules();
  const admin = await engine.login(engine.account('admin'));
  await put(admin, '/welcome.txt', 'of the administrator');
  const alice = await engine.login(engine.account('alice'));
  await put(alice, '/welcome.txt', 'of alice');
  await engine.save({
    triggers: ['record-add'],
    conditions: { records: ['user'] },
    steps: [{ action: 'rename', config: { pairs: [{ source: '/welcome.txt', target: '/read me.txt' }] } }],
  });
  await recordCreated(engine, 'alice');
  expect((await engine.allRested()).map((run) => run.state)).toEqual(['done']);
  expect([await names(alice, '/'), await names(admin, '/')]).toEqual([['read me.txt'], ['welcome.txt']]);
});

test('of a refused sign-in templates see the name that was tried, and why', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save({
    triggers: ['login-failed'],
    steps: [{ action: 'http', config: { url: server.url, body: '{{.Event}} {{.Name}} {{.IP}} {{.Status}} {{index .Errors 0}}' } }],
  });
  await engine.events.record({
    type: 'LOGIN_FAILED',
    info: { method: 'password', login: 'root', reason: 'unknown user' },
    actor: { ...SYSTEM, ip: '203.0.113.9', protocol: 'SFTP', origin: 'client' },
    outcome: 'denied',
  });
  await engine.allRested();
  expect(server.bodies).toEqual(['login-failed root 203.0.113.9 2 unknown user']);
});
