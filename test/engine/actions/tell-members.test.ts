import { expect, test } from 'vitest';
import type { Account } from '../../../engine/contract/account.ts';
import { startMailServer } from '../../helpers/mail-server.ts';
import { BY, startRules, type TestRules } from '../../helpers/rules.ts';
import { put } from '../../helpers/vfs.ts';

/** bob's /shared is alice's and carol's /prices; dora is nobody's, erik may not list it, gus has no address. */
async function startOffice(alice = 'alice@example.com'): Promise<TestRules> {
  const engine = await startRules();
  engine.store.tables.folders.insert({ name: 'prices', description: '', path: 'prices', remote: null, quotaBytes: 0, quotaFiles: 0 }, 0);
  const at = (path: string): Pick<Account, 'folders'> => ({ folders: [{ path, folder: 'prices', countsInAccount: false }] });
  engine.account('bob', { email: 'bob@example.com', ...at('/shared') });
  engine.account('alice', { email: alice, ...at('/prices') });
  engine.account('carol', { email: 'carol@example.com', ...at('/a/b') });
  engine.account('dora', { email: 'dora@example.com' });
  engine.account('erik', { email: 'erik@example.com', ...at('/prices'), permissions: { '/': ['*'], '/prices': ['upload'] } });
  engine.account('gus', at('/prices'));
  return engine;
}

async function upload(engine: TestRules, path: string): Promise<void> {
  const session = await engine.login(engine.account('bob'));
  await put(session, path, 'x');
  await session.close('closed');
}

const rule = (config: Record<string, unknown> = {}) => ({ triggers: ['upload'], steps: [{ action: 'tell-members', config }] });

test('tell members: everybody else who sees the folder gets a message of their own, with where they see it; the one who acted gets none', async () => {
  const { port, received } = await startMailServer();
  const engine = await startOffice();
  Object.assign(engine.settings.mail, { host: '127.0.0.1', port, security: 'none', from: 'gate@example.com' });
  await engine.save(rule({ text: 'For {{.Recipient.Name}}, {{.Recipient.Email}}: {{.Name}}, {{.VirtualPath}}' }));
  await upload(engine, '/shared/list.csv');
  await upload(engine, '/own.csv');
  const runs = await engine.allRested();
  expect(runs.map(({ steps }) => steps[0]?.detail)).toEqual([
    { mailed: ['alice', 'carol'], withoutAddress: ['gus'] },
    { mailed: [], withoutAddress: [] },
  ]);
  expect(received.map(({ to, subject, text }) => [[to].flat()[0]?.text, subject, text?.trim()])).toEqual([
    ['alice@example.com', 'list.csv: upload by bob', 'For alice, alice@example.com: bob, /shared/list.csv\n\n/prices/list.csv'],
    ['carol@example.com', 'list.csv: upload by bob', 'For carol, carol@example.com: bob, /shared/list.csv\n\n/a/b/list.csv'],
  ]);
  expect((await engine.recorded('EMAIL_SENT')).map(({ info }) => info)).toMatchObject([
    { recipients: ['alice@example.com'] },
    { recipients: ['carol@example.com'] },
  ]);
});

test('tell members: one message that cannot be sent keeps no other from being sent, and what cannot work is said', async () => {
  const { port, received } = await startMailServer();
  const engine = await startOffice('no address');
  await engine.save(rule({ text: 'Hello', sayWhere: false }));
  const failed = async (): Promise<string | null | undefined> => {
    await upload(engine, '/shared/list.csv');
    return (await engine.allRested()).at(-1)?.steps[0]?.error;
  };
  expect(await failed()).toContain('No mail server is set up');
  Object.assign(engine.settings.mail, { host: '127.0.0.1', port, security: 'none', from: 'gate@example.com' });
  expect(await failed()).toMatch(/^Not everybody could be told\. alice: /);
  expect(received.map(({ text }) => text?.trim())).toEqual(['Hello']);
  engine.settings.rules.reverse = false;
  expect(await failed()).toContain('switched off for all rules');
  engine.settings.rules.reverse = true;
  const tested = await engine.rules.testAction({ action: 'tell-members', config: {} }, BY);
  expect([tested.state, tested.error]).toEqual(['failed', 'There is no event, so there is no folder whose members could be told.']);
});
