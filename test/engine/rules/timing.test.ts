import { expect, test } from 'vitest';
import type { RuleLike } from '../../helpers/rules.ts';
import { startRules, type TestRules } from '../../helpers/rules.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { type HookServer, startHookServer } from '../../helpers/hook-server.ts';
import { put } from '../../helpers/vfs.ts';
import { eventually } from '../../helpers/eventually.ts';

const SECOND = 1000;

/** A rule that posts the names of what it gathered. */
function gatherer(server: HookServer, timing: RuleLike['timing'], more: Partial<RuleLike> = {}): RuleLike {
  return {
    triggers: ['upload'],
    timing,
    steps: [
      {
        action: 'http',
        config: {
          url: `${server.url}/`,
          body: '{{.Count}} files, {{.TotalSize}} bytes:{{range .Items}} {{.Name}}{{.VirtualPath}}{{end}}; last {{.ObjectName}}',
          idempotent: true,
        },
      },
    ],
    ...more,
  };
}

/** Moves the clock and gives what the server got, once nothing is queued or at work any more. */
async function after(engine: TestRules, server: HookServer, ms: number): Promise<readonly string[]> {
  engine.clock.advance(ms);
  engine.rules.tick();
  await engine.allRested();
  return server.bodies;
}

test('per session: one run at the sign-out sees all files', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save(gatherer(server, { per: 'session' }));
  const alice = await engine.login(engine.account('alice'));
  await put(alice, '/a', '1');
  await put(alice, '/b', '22');
  const again = await engine.login(engine.account('alice'));
  await put(again, '/c', '333');
  expect(await after(engine, server, 3600 * SECOND)).toEqual([]);
  expect((await engine.rules.runs({ limit: 5 })).map((run) => [run.state, run.items])).toEqual([
    ['waiting', 1],
    ['waiting', 2],
  ]);
  await alice.close('test');
  expect(await after(engine, server, 0)).toEqual(['2 files, 3 bytes: alice/a alice/b; last b']);
  await again.close('test');
  expect(await after(engine, server, 0)).toEqual([expect.any(String), '1 files, 3 bytes: alice/c; last c']);
});

test('per all sessions: one run when the last of them has ended', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save(gatherer(server, { per: 'all-sessions' }));
  const account = engine.account('alice');
  const [first, second] = [await engine.login(account), await engine.login(account)];
  await put(first, '/a', '1');
  await put(second, '/b', '2');
  await first.close('test');
  expect(await after(engine, server, 0)).toEqual([]);
  const other = await engine.login(engine.account('bob'));
  await second.close('test');
  expect(await after(engine, server, 0)).toEqual(['2 files, 2 bytes: alice/a alice/b; last b']);
  await other.close('test');
});

test('per batch: ten quiet seconds or the sign-out complete it', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save(gatherer(server, { per: 'batch' }));
  const session = await engine.login(engine.account('alice'));
  await put(session, '/a', '1');
  expect(await after(engine, server, 9 * SECOND)).toEqual([]);
  await put(session, '/b', '2');
  expect(await after(engine, server, 9 * SECOND)).toEqual([]);
  expect(await after(engine, server, SECOND)).toEqual(['2 files, 2 bytes: alice/a alice/b; last b']);
  await put(session, '/c', '3');
  await session.close('test');
  expect(await after(engine, server, 0)).toEqual([expect.any(String), '1 files, 1 bytes: alice/c; last c']);
});

test('after quiet: each event begins the pause anew, for each user apart', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save(gatherer(server, { per: 'quiet', quietSeconds: 60 }));
  const [alice, bob] = [await engine.login(engine.account('alice')), await engine.login(engine.account('bob'))];
  await put(alice, '/a', '1');
  await put(bob, '/x', '1');
  expect(await after(engine, server, 40 * SECOND)).toEqual([]);
  await put(alice, '/b', '2');
  expect(await after(engine, server, 20 * SECOND)).toEqual(['1 files, 1 bytes: bob/x; last x']);
  expect(await after(engine, server, 40 * SECOND)).toEqual([expect.any(String), '2 files, 2 bytes: alice/a alice/b; last b']);
});

test('a digest comes at its time of day, and what follows belongs to the next', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  // The clock stands at 12:00 UTC, which is 13:00 in Rome.
  await engine.save(gatherer(server, { per: 'digest', at: '18:30', zone: 'Europe/Rome' }));
  const session = await engine.login(engine.account('alice'));
  await put(session, '/a', '1');
  engine.clock.advance(3600 * SECOND);
  await put(session, '/b', '2');
  expect(await after(engine, server, 4.4 * 3600 * SECOND)).toEqual([]);
  expect(await after(engine, server, 0.1 * 3600 * SECOND)).toEqual(['2 files, 2 bytes: alice/a alice/b; last b']);
  await put(session, '/c', '3');
  expect(await after(engine, server, 23.9 * 3600 * SECOND)).toHaveLength(1);
  expect(await after(engine, server, 0.1 * 3600 * SECOND)).toEqual([expect.any(String), '1 files, 1 bytes: alice/c; last c']);
});

test('a digest that is due does not slip to the next day because another event came', async () => {
  const server = await startHookServer();
  const engine = await startRules({ start: false });
  await engine.save(gatherer(server, { per: 'digest', at: '12:30' }));
  const session = await engine.login(engine.account('alice'));
  await put(session, '/a', '1');
  engine.clock.advance(3600 * SECOND);
  await put(session, '/b', '2');
  await engine.rules.start();
  expect(await after(engine, server, 0)).toEqual(['2 files, 2 bytes: alice/a alice/b; last b']);
});

test('what a rule does after the session has ended waits for no further end of it', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save({
    triggers: ['upload'],
    timing: { per: 'session' },
    steps: [{ action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/copies/{{.ObjectName}}' }] } }],
  });
  for (const per of ['session', 'all-sessions', 'batch'] as const)
    await engine.save(gatherer(server, { per }, { triggers: ['copy'], includeRuleEvents: true }));
  const session = await engine.login(engine.account('alice'));
  await put(session, '/a', '1');
  await session.close('test');
  await eventually(() => expect(server.bodies).toHaveLength(3));
});

test('a rule on sign-outs per all sessions runs once, at the last of them', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save({
    triggers: ['disconnect'],
    timing: { per: 'all-sessions' },
    steps: [{ action: 'http', config: { url: server.url, body: '{{.Count}}' } }],
  });
  const account = engine.account('alice');
  const [first, second] = [await engine.login(account), await engine.login(account)];
  await first.close('test');
  expect(await after(engine, server, 0)).toEqual([]);
  await second.close('test');
  await eventually(() => expect(server.bodies).toEqual(['2']));
});

test('a batch that is full starts, and the rest becomes a further one', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save(gatherer(server, { per: 'quiet' }, { steps: [{ action: 'http', config: { url: `${server.url}/{{.Count}}` } }] }));
  const { id } = engine.account('alice');
  for (let index = 0; index < 1001; index++) {
    void engine.events.record({
      type: 'OBJECT_INSERT',
      info: { operation: 'upload' },
      actor: {
        sessionId: null,
        userId: id,
        userName: 'alice',
        ip: null,
        protocol: 'SFTP',
        client: null,
        origin: 'client',
        causedBy: null,
      },
      object: { schema: 'USER', type: 'file' },
      path: `/${String(index)}`,
      bytes: 1,
    });
  }
  await engine.events.flush();
  await eventually(() => expect(server.got).toEqual(['POST /1000']));
  await after(engine, server, 120 * SECOND);
  expect(server.got).toEqual(['POST /1000', 'POST /1']);
});

test('batches survive a kill: those of a session start with the next engine, the others keep their time', async () => {
  const server = await startHookServer();
  const dataFolder = temporaryFolder();
  const before = await startRules({ dataFolder });
  await before.save(gatherer(server, { per: 'session' }, { name: 'session' }));
  await before.save(gatherer(server, { per: 'digest', at: '18:00' }, { name: 'digest' }));
  const session = await before.login(before.account('alice'));
  await put(session, '/a', '1');
  await put(session, '/b', '2');
  await before.rules.park(0);
  await before.store.close();

  const engine = await startRules({ dataFolder });
  expect(await after(engine, server, 0)).toEqual(['2 files, 2 bytes: alice/a alice/b; last b']);
  expect(await after(engine, server, 6 * 3600 * SECOND)).toHaveLength(2);
});

test('a batch that was interrupted at work keeps its files', async () => {
  const server = await startHookServer();
  const dataFolder = temporaryFolder();
  const before = await startRules({ dataFolder });
  await before.save(gatherer(server, { per: 'session' }));
  const session = await before.login(before.account('alice'));
  await put(session, '/a', '1');
  server.holdNext();
  await session.close('test');
  await eventually(() => expect(server.got).toHaveLength(1));
  await before.rules.park(0);
  await before.store.close();
  const engine = await startRules({ dataFolder });
  await engine.allRested();
  expect(server.bodies.at(-1)).toBe('1 files, 1 bytes: alice/a; last a');
});

test('an event whose transaction fails leaves nothing in a batch', async () => {
  const server = await startHookServer();
  const engine = await startRules();
  await engine.save(gatherer(server, { per: 'session' }, { triggers: ['mkdir'] }));
  engine.events.onInsert((event) => {
    if (event.path === '/refused') throw new Error('the disk is full');
  });
  const session = await engine.login(engine.account('alice'));
  await session.mkdir('/fine');
  await session.mkdir('/refused').catch(() => undefined);
  await session.close('test');
  expect(await after(engine, server, 0)).toEqual(['1 files, 0 bytes: alice/fine; last fine']);
});
