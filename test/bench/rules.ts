import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { createPasswords } from '../../engine/accounts/passwords.ts';
import { effectiveAccount } from '../../engine/accounts/effective.ts';
import { createAccounts } from '../../engine/accounts/service.ts';
import { accountSettingsSchema } from '../../engine/contract/account.ts';
import type { StoredEvent } from '../../engine/contract/event.ts';
import { type RuleInput, ruleInputSchema } from '../../engine/contract/rule.ts';
import { settingsSchema } from '../../engine/contract/settings.ts';
import { createEventLog, SYSTEM } from '../../engine/events/log.ts';
import { systemClock } from '../../engine/lib/clock.ts';
import { createLogger, silentSink } from '../../engine/lib/log.ts';
import { createConnector } from '../../engine/outbound/connector.ts';
import { createRules, type Rules, type RulesServices } from '../../engine/rules/index.ts';
import { createMatcher } from '../../engine/rules/matcher.ts';
import { createMembers } from '../../engine/rules/members.ts';
import { openSecretStore } from '../../engine/store/secret-store.ts';
import { openStore } from '../../engine/store/index.ts';
import { createVfs } from '../../engine/vfs/index.ts';
import type { Session } from '../../engine/vfs/types.ts';
import { round, timed } from './events-log.ts';
import { type BenchOptions, type BenchRow, median } from './row.ts';

const RULES = 200;
const MATCHED = 20_000;
const UPLOADS_PER_SECOND = 1000;
const SECONDS = 60;
const TICK_MS = 5;
const PATIENCE_MS = 5000;
const LATENCIES = 400;
const LATENCY_EVERY_MS = 10;
const PAST_EVENTS = 10_000;

const BY = { actor: SYSTEM, batchId: null };
/** An action that needs no peer: what is measured is the way to it and its record. */
const NOTE = { action: 'set-variable', config: { name: 'path', value: '{{.VirtualPath}}' } };

/** Rules on a real store, log and tree; uploads come through a session of the vfs, so that no client takes a core. */
export async function benchRules({ parts }: Pick<BenchOptions, 'parts'>): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (parts.length > 0 && !parts.includes(name)) continue;
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-rules-'));
    const bench = await openRules(folder);
    try {
      const measured = await part(bench);
      for (const { name, value, unit } of measured) process.stderr.write(`${name}: ${String(value)} ${unit}\n`);
      rows.push(...measured);
    } finally {
      await bench.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return rows.map((row) => ({ ...row, name: `rules: ${row.name}` }));
}

const PARTS = { matching: benchMatching, uploads: benchUploads, latency: benchLatency, 'dry-run': benchDryRun } as const;

type Bench = Awaited<ReturnType<typeof openRules>>;

async function openRules(dataFolder: string) {
  const exchange = join(dataFolder, 'exchange');
  const settings = settingsSchema.parse({ outbound: { allowLoopback: true } });
  mkdirSync(exchange);
  const store = openStore(dataFolder);
  const log = createLogger(silentSink, 'bench');
  const clock = systemClock;
  const events = createEventLog({ store, clock, log });
  const vfs = createVfs({
    store,
    events,
    clock,
    log,
    decide: (operation) => rules.gate.decide(operation),
    holdsUploads: () => rules.gate.holdsUploads(),
    settings: () => settings.uploads,
    effective: (account) => effectiveAccount(store, account),
    homeOf: ({ home }) => join(exchange, home),
    mountsOf: () => [],
  });
  const accounts = createAccounts({
    store,
    events,
    clock,
    passwords: createPasswords(),
    folders: () => ({ dataFolder, exchangeFolder: exchange }),
  });
  const unused = (): never => {
    throw new Error('not part of this benchmark');
  };
  const treesOf: RulesServices['vfs']['treesOf'] = ({ home }) => [{ path: '/', place: join(exchange, home) }];
  const rules: Rules = createRules({
    store,
    events,
    clock,
    log,
    settings: () => settings,
    secrets: openSecretStore(dataFolder, store.tables.secrets),
    pgpKeys: { find: () => undefined, publicKey: unused, privateKey: unused },
    accounts,
    vfs: { openSession: (identity) => vfs.openSession(identity), treesOf },
    virtualFolders: { open: unused },
    connector: createConnector({ settings: () => settings.outbound, isOwnPort: () => false }),
    upkeep: { backup: unused, rotateLog: unused },
    admins: { get: () => undefined, save: unused },
    defender: { block: unused, unblock: unused },
    mailCodes: { issue: unused },
    progress: () => undefined,
    notify: () => undefined,
    exchangeFolders: () => [exchange],
  });
  await rules.start();
  const id = store.tables.accounts.insert(
    {
      ...accountSettingsSchema.parse({ username: 'alice', displayName: 'alice', home: 'alice', permissions: { '/': ['*'] } }),
      publicKeys: [],
      passwordHash: null,
      passwordChangedAt: null,
    },
    clock.now(),
  );
  const account = store.tables.accounts.byId(id)?.account;
  if (account === undefined) throw new Error('the account vanished');
  const session = await vfs.openSession({
    account,
    protocol: 'SFTP',
    address: '192.0.2.7',
    client: 'bench',
    method: 'password',
    origin: 'client',
    causedBy: null,
  });
  return {
    store,
    events,
    rules,
    session,
    matcher: createMatcher({
      store,
      clock,
      accounts,
      vfs: { openSession: unused, treesOf },
      members: createMembers({ accounts, vfs: { openSession: unused, treesOf } }),
      settings: () => settings,
    }),
    save: (rule: Partial<RuleInput>) =>
      rules.save(ruleInputSchema.parse({ name: 'rule', triggers: ['upload'], steps: [NOTE], ...rule }), BY),
    async close() {
      await session.close('closed');
      await rules.park(1000);
      events.close();
      await store.close();
    },
  };
}

async function put(session: Session, path: string): Promise<void> {
  const upload = await session.openWrite(path, { mode: 'replace', create: true });
  await upload.write([Buffer.from('x')], 0);
  await upload.finish();
}

/** An event that none of 200 rules takes, each of which looks at user, folder and name. */
async function benchMatching({ save, session, store, matcher }: Bench): Promise<BenchRow[]> {
  for (let index = 0; index < RULES; index++) {
    await save({
      name: `rule ${String(index)}`,
      conditions: ruleInputSchema.shape.conditions.parse({
        users: [{ pattern: `partner${String(index)}*` }],
        paths: [{ pattern: `/in/${String(index)}/**` }],
        names: [{ pattern: `*-${String(index)}.pdf` }],
      }),
    });
  }
  matcher.load(store.tables.rules.all());
  await put(session, '/report-of-the-day.pdf');
  const event = lastUpload(store.tables.events.get(store.tables.events.newestId()));
  const times: number[] = [];
  for (let turn = 0; turn < MATCHED; turn++) {
    const began = performance.now();
    matcher.onEvent(event);
    times.push((performance.now() - began) * 1000);
  }
  return [
    { name: `an event against ${String(RULES)} rules, median`, value: round(median(times), 1), unit: 'us', floor: 50, better: 'lower' },
  ];
}

function lastUpload(event: StoredEvent | undefined): StoredEvent {
  if (event?.type !== 'OBJECT_INSERT') throw new Error('the upload has left no event');
  return event;
}

/** 1,000 uploads a second for a minute, each with a run: how many come in, and how far the runs are behind at the end. */
async function benchUploads({ save, session, store }: Bench): Promise<BenchRow[]> {
  await save({});
  const began = performance.now();
  const total = UPLOADS_PER_SECOND * SECONDS;
  let sent = 0;
  const waiting = new Set<Promise<void>>();
  while (sent < total && performance.now() - began < SECONDS * 1000 + PATIENCE_MS) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * UPLOADS_PER_SECOND));
    for (; sent < due && waiting.size < UPLOADS_PER_SECOND; sent++) {
      const upload: Promise<void> = put(session, `/${String(sent % 100)}-${String(sent)}.txt`).finally(() => waiting.delete(upload));
      waiting.add(upload);
    }
    await pause(TICK_MS);
  }
  await Promise.all(waiting);
  const rate = (sent / (performance.now() - began)) * 1000;
  const ended = endedRuns(store);
  const behind = sent - ended;
  return [
    {
      name: `uploads with a run each, for ${String(SECONDS)} s`,
      value: round(rate, 0),
      unit: '/s',
      floor: 0.98 * UPLOADS_PER_SECOND,
      better: 'higher',
    },
    { name: 'runs behind at the end of that', value: behind, unit: 'runs', floor: UPLOADS_PER_SECOND, better: 'lower' },
  ];
}

function endedRuns({ tables }: Bench['store']): number {
  return tables.runs.days(1, 0).reduce((sum, { ended }) => sum + ended, 0);
}

/** From the close of an upload to the request at an HTTP server in the same process. */
async function benchLatency({ save, session }: Bench): Promise<BenchRow[]> {
  const arrived = new Map<string, (at: number) => void>();
  const server = createServer((request, response) => {
    arrived.get(request.url ?? '')?.(performance.now());
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await save({
    steps: [
      ruleInputSchema.shape.steps.element.parse({ action: 'http', config: { url: `http://127.0.0.1:${String(port)}/{{.ObjectName}}` } }),
    ],
  });
  const times: number[] = [];
  for (let turn = 0; turn < LATENCIES; turn++) {
    const name = `${String(turn)}.txt`;
    const request = new Promise<number>((resolve) => arrived.set(`/${name}`, resolve));
    const upload = await session.openWrite(`/${name}`, { mode: 'replace', create: true });
    await upload.write([Buffer.from('x')], 0);
    const began = performance.now();
    await upload.finish();
    times.push((await request) - began);
    await pause(LATENCY_EVERY_MS);
  }
  server.closeAllConnections();
  server.close();
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor(part * (times.length - 1))] ?? Infinity;
  return [
    { name: 'close to HTTP request, p50', value: round(at(0.5)), unit: 'ms', floor: 10, better: 'lower' },
    { name: 'close to HTTP request, p99', value: round(at(0.99)), unit: 'ms', floor: 50, better: 'lower' },
  ];
}

/** An unsaved rule on 10,000 uploads of the past, and what else the loop can do meanwhile. */
async function benchDryRun({ events, rules }: Bench): Promise<BenchRow[]> {
  const actor = { ...SYSTEM, userId: 1, userName: 'alice', protocol: 'SFTP', origin: 'client' } as const;
  for (let from = 0; from < PAST_EVENTS; from += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        events.record({
          type: 'OBJECT_INSERT',
          object: { schema: 'USER', type: 'file' },
          info: { operation: 'upload', atomic: true, resumed: false },
          actor,
          path: `/in/${String(from + index)}.pdf`,
          bytes: 1,
        }),
      ),
    );
  }
  const rule = ruleInputSchema.parse({
    name: 'tried',
    triggers: ['upload'],
    conditions: { names: [{ pattern: '*7.pdf' }] },
    steps: [NOTE],
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const took = await timed(async () => {
    const found = await rules.test({ rule, days: 7, limit: PAST_EVENTS, samples: 50 });
    if (found.considered !== PAST_EVENTS) throw new Error(`${String(found.considered)} events were looked at`);
  });
  delay.disable();
  return [
    { name: `dry run over ${String(PAST_EVENTS)} events`, value: round(took, 0), unit: 'ms', floor: 1000, better: 'lower' },
    { name: 'longest pause of the loop in that', value: round(delay.max / 1e6, 1), unit: 'ms', floor: 20, better: 'lower' },
  ];
}
