import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import type { StoredEvent } from '../../engine/contract/event.ts';
import type { Run, RunTrace } from '../../engine/contract/rule.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { seededRandom } from '../helpers/random.ts';
import type { RuleLike } from '../helpers/rules.ts';
import { type Serving, serve } from '../helpers/serve.ts';
import { type Effects, startReceivers } from './effect-receivers.ts';
import { allRuns, allUploads, type ClientRecord, uploadUntilBroken, verifyFiles } from './kill-harness.ts';

/**
 * How a kill finds them: queued and at work (all), waiting for a retry (`flaky`, `again`), in a delay (`delay`), waiting until something is
 * true (`until`), inside a flow (`flow`), and holding back an upload (`sync`, `refused`).
 */
const KINDS = ['once', 'safe', 'flaky', 'again', 'delay', 'until', 'mail', 'flow', 'sync', 'refused'] as const;
/** Kinds whose steps may not be repeated; the steps of all others may. */
const AT_MOST_ONCE = new Set(['once', 'again', 'mail']);
/** What a partner waits for. */
const HOLDING = new Set(['sync', 'refused', 'connect']);
/** Gather all uploads. */
const GATHERING = ['per session', 'per batch', 'per quiet'] as const;
const OPEN = ['queued', 'running', 'waiting'] as const;
/** A sign-in takes no longer. */
const MOST_MS = 5000;
/** Long enough for what is quiet to be over, and for the slowest retry. */
const DRAIN_MS = 120_000;

/** What the runs came to, for the report. */
export type RulesKilled = { readonly uploads: number; readonly runs: number; readonly states: Readonly<Record<string, number>> };

/**
 * Kills a server whose rules are at work `times` times at random moments, some of them right after its start, and judges what each run
 * did by the records of the servers that it called. `seed` makes the moments repeatable as far as the machine lets them be.
 */
export async function killRules(times: number, seed: number): Promise<RulesKilled> {
  const effects = await startReceivers();
  const dataFolder = join(temporaryFolder(), 'data');
  const record: ClientRecord = { sent: new Map(), acknowledged: new Set(), refused: new Set() };
  const random = seededRandom(seed);
  let gatehouse = await serve(dataFolder);
  onTestFinished(() => gatehouse.kill());
  await prepare(gatehouse, effects);
  for (let round = 0; round < times; round++) {
    const isEarly = random() < 0.15;
    // Now and then while the sign-in is still waited for, else a while after the first upload: a busy machine is slow to come to it.
    const waitsForUploads = random() < 0.8;
    const begun = Promise.withResolvers<null>();
    const load = isEarly
      ? Promise.resolve()
      : uploadUntilBroken(gatehouse.sftp, record, (worker, index) => {
          begun.resolve(null);
          const kind = KINDS[Math.floor(random() * KINDS.length)] ?? 'once';
          const path = `/${kind}-${String(round)}-${String(worker)}-${String(index)}`;
          return { path, content: Buffer.from(path), pauseMs: random() * 120 };
        });
    if (!isEarly && waitsForUploads) await Promise.race([begun.promise, pause(MOST_MS)]);
    await pause(isEarly ? random() * 100 : 50 + random() * 550);
    await gatehouse.kill();
    await load;
    gatehouse = await serve(dataFolder);
  }
  const runs = await eventually(() => restedRuns(gatehouse), DRAIN_MS);
  await verifyFiles(gatehouse, join(dataFolder, 'exchange', 'acme'), record);
  const uploads = await allUploads(gatehouse);
  verifyRefusals(uploads, record);
  const traces = await tracesOf(gatehouse, runs);
  for (const trace of traces) verifyRun(trace, effects);
  verifyMatches(uploads, traces);
  verifyBatches(uploads, traces, effects);
  await verifySignIns(gatehouse, traces);
  await gatehouse.terminate();
  return { uploads: uploads.length, runs: runs.length, states: countStates(runs) };
}

async function prepare(gatehouse: Serving, { url, mailPort }: Effects): Promise<void> {
  await gatehouse.call('accounts.save', { username: 'acme', password: 'correct horse' });
  await gatehouse.call('settings.save', {
    outbound: { allowLoopback: true },
    mail: { host: '127.0.0.1', port: mailPort, security: 'none', from: 'gatehouse@example.com' },
  });
  const call = (step: number, more: { query?: string; idempotent?: boolean; body?: string } = {}) => {
    const { query = '', idempotent = true, body = '{{.VirtualPath}}' } = more;
    return { action: 'http', config: { method: 'POST', url: `${url}/{{.Run}}/${String(step)}${query}`, body, idempotent } };
  };
  const retries = { retries: 5, retryDelaySeconds: 1 };
  const delay = { action: 'wait', config: { timeoutSeconds: 1 } };
  const until = {
    action: 'wait',
    config: { timeoutSeconds: 60, until: '{{.Now.After (.Timestamp.Add 1500000000)}}' },
  };
  const mail = {
    action: 'email',
    config: { to: ['office@example.com'], subject: '{{.Run}}/0 {{.VirtualPath}}', text: '{{.VirtualPath}}' },
  };
  const flow = await gatehouse.call('flows.save', { name: 'Two calls', steps: [call(1), call(2)] });
  const steps: Readonly<Record<(typeof KINDS)[number], RuleLike['steps']>> = {
    once: [call(0, { idempotent: false }), call(1, { idempotent: false })],
    safe: [call(0), call(1)],
    flaky: [{ ...call(0, { query: '?first-fails' }), ...retries }, call(1)],
    again: [{ ...call(0, { query: '?first-fails', idempotent: false }), ...retries }],
    delay: [delay, call(1)],
    until: [until, call(1)],
    mail: [mail],
    flow: [{ action: 'run-flow', config: { flow: flow.id } }],
    sync: [{ ...call(0), sync: true }, call(1)],
    refused: [{ ...call(0, { query: '?always-fails' }), sync: true, stopOnFailure: true }, call(1), { ...call(2), failureAction: true }],
  };
  const save = async (name: string, rule: RuleLike): Promise<void> => {
    const { problems } = await gatehouse.call('rules.save', { name, pauseAfterFailures: 0, ...rule });
    expect([name, problems]).toEqual([name, []]);
  };
  for (const kind of KINDS)
    await save(kind, { triggers: ['upload'], conditions: { names: [{ pattern: `${kind}-*` }] }, steps: steps[kind] });
  for (const name of GATHERING) {
    const per = name === 'per session' ? 'session' : name === 'per batch' ? 'batch' : 'quiet';
    const list = call(0, { body: '{{range .Items}}{{.VirtualPath}} {{end}}' });
    await save(name, { triggers: ['upload'], timing: { per, quietSeconds: 5 }, steps: [list] });
  }
  await save('connect', { triggers: ['connect'], steps: [{ ...call(0), sync: true }, call(1)] });
  await save('each minute', {
    triggers: ['schedule'],
    schedule: { cron: ['* * * * *'], catchUp: true, overlap: 'allow' },
    steps: [call(0)],
  });
}

async function restedRuns(gatehouse: Serving): Promise<Run[]> {
  for (const state of OPEN) expect(await gatehouse.call('runs.list', { state, limit: 5 })).toEqual([]);
  const runs = await allRuns(gatehouse);
  // The clock may have started one meanwhile.
  expect(runs.filter(({ state }) => OPEN.some((open) => open === state))).toEqual([]);
  return runs;
}

async function tracesOf(gatehouse: Serving, runs: readonly Run[]): Promise<RunTrace[]> {
  const traces: RunTrace[] = [];
  for (let from = 0; from < runs.length; from += 20) {
    traces.push(...(await Promise.all(runs.slice(from, from + 20).map(({ id }) => gatehouse.call('runs.get', { id })))));
  }
  return traces;
}

/** A rule refused what it had to, and nothing else; what it refused never came to be. */
function verifyRefusals(uploads: readonly StoredEvent[], { acknowledged, refused }: ClientRecord): void {
  const isWrong = (path: string): boolean => path.startsWith('/refused-');
  expect([...acknowledged].filter(isWrong)).toEqual([]);
  expect([...refused].filter((path) => !isWrong(path))).toEqual([]);
  expect(uploads.map(({ path }) => path ?? '').filter(isWrong)).toEqual([]);
}

/** Every attempt is in the trace and had its effect; only where a kill interrupted one it may have had none. */
function verifyRun(run: RunTrace, effects: Effects): void {
  const about = `run ${String(run.id)} of ${run.ruleName}, ${run.state}`;
  for (const [index, attempts] of Map.groupBy(run.steps, (step) => step.index)) {
    if (attempts.some(({ action }) => action !== 'http' && action !== 'email')) continue;
    const times = effects.times(run.id, index);
    const ended = attempts.filter(({ state }) => state === 'done' || state === 'failed').length;
    const unsure = attempts.filter(({ state }) => state === 'interrupted').length;
    const words = `${about}: step ${String(index)} arrived ${String(times)} times, ${attempts.map(({ state }) => state).join(', ')}`;
    expect(times, words).toBeGreaterThanOrEqual(ended);
    expect(times, words).toBeLessThanOrEqual(ended + unsure);
    // Nothing is begun again after an attempt of which nobody knows what it did.
    if (AT_MOST_ONCE.has(run.ruleName))
      expect(
        attempts.slice(0, -1).filter(({ state }) => state === 'interrupted'),
        words,
      ).toEqual([]);
  }
  if (HOLDING.has(run.ruleName) && run.eventId === null) verifyHolding(run, about);
  else verifyWhole(run, about);
}

/** A run whose effect was not held back or has come about: all of its steps were done, but for an interrupted one that must not be repeated. */
function verifyWhole(run: RunTrace, about: string): void {
  const last = [...Map.groupBy(run.steps, (step) => step.index).values()].map((attempts) => attempts.at(-1)?.state);
  const wasCut = AT_MOST_ONCE.has(run.ruleName) && last.includes('interrupted');
  expect(`${about}: ${last.join(', ')}`).toBe(
    `${about}: ${last.map((state) => (wasCut && state === 'interrupted' ? state : 'done')).join(', ')}`,
  );
  expect(about).toBe(`run ${String(run.id)} of ${run.ruleName}, ${wasCut ? 'interrupted' : 'done'}`);
}

/** What was held back did not come about: nothing that follows it was begun; failure actions were, where a step had failed. */
function verifyHolding(run: RunTrace, about: string): void {
  const stateOf = (index: number): string | undefined => run.steps.findLast((step) => step.index === index)?.state;
  expect([about, stateOf(1)]).toEqual([about, 'skipped']);
  const first = stateOf(0) ?? '';
  const isRefusal = run.ruleName === 'refused' && first === 'failed';
  expect(about).toBe(`run ${String(run.id)} of ${run.ruleName}, ${isRefusal ? 'failed' : 'interrupted'}`);
  // Also where the kill came before the answer: a step that it interrupted counts as failed.
  if (run.ruleName === 'refused' && ['failed', 'interrupted'].includes(first)) expect([about, stateOf(2)]).toEqual([about, 'done']);
}

/** Each upload set off its kind's rule once. */
function verifyMatches(uploads: readonly StoredEvent[], traces: readonly RunTrace[]): void {
  const kinds = new Set<string>(KINDS);
  const ran = traces
    .filter(({ ruleName, eventId }) => kinds.has(ruleName) && eventId !== null)
    .map((run) => `${String(run.eventId)} ${run.ruleName}`);
  expect(ran.sort()).toEqual(uploads.map(({ _id, path }) => `${String(_id)} ${path?.slice(1).split('-')[0] ?? ''}`).sort());
}

/** Each upload was gathered once by each rule that gathers. */
function verifyBatches(uploads: readonly StoredEvent[], traces: readonly RunTrace[], effects: Effects): void {
  const paths = uploads.map(({ path }) => path ?? '').sort();
  for (const name of GATHERING) {
    const gathered = traces.filter(({ ruleName }) => ruleName === name).flatMap(({ id }) => effects.body(id, 0).trim().split(' '));
    expect([name, gathered.sort()]).toEqual([name, paths]);
  }
}

/** Each sign-in was waited for by one run, which went on with it. */
async function verifySignIns(gatehouse: Serving, traces: readonly RunTrace[]): Promise<void> {
  const { events } = await gatehouse.call('events.search', { type: 'USER_LOGIN', limit: 1000 });
  const signIns = events.filter(({ protocol }) => protocol === 'SFTP').map(({ _id }) => _id);
  const released = traces.filter(({ ruleName, eventId }) => ruleName === 'connect' && eventId !== null).map(({ eventId }) => eventId ?? 0);
  expect(released.sort((a, b) => a - b)).toEqual(signIns.sort((a, b) => a - b));
}

function countStates(runs: readonly Run[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of runs) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
