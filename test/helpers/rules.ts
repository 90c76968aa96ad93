import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Progress } from '../../engine/contract/push.ts';
import { type Rule, type RuleInput, ruleInputSchema, type RuleStep, type RunTrace } from '../../engine/contract/rule.ts';
import { type Settings, settingsSchema } from '../../engine/contract/settings.ts';
import { SYSTEM } from '../../engine/events/log.ts';
import { createLogger, type LogSink, silentSink } from '../../engine/lib/log.ts';
import { createAdmins } from '../../engine/accounts/admins.ts';
import { effectiveAccount } from '../../engine/accounts/effective.ts';
import { mountsOf } from '../../engine/accounts/mounts.ts';
import { createMailCodes } from '../../engine/accounts/mail-codes.ts';
import { createPasswords } from '../../engine/accounts/passwords.ts';
import { createAddressLists } from '../../engine/accounts/defender/address-lists.ts';
import { createDefender } from '../../engine/accounts/defender/index.ts';
import { createAccounts } from '../../engine/accounts/service.ts';
import { type Connector, createConnector } from '../../engine/outbound/connector.ts';
import { createFolderTrees } from '../../engine/partners/folder-trees.ts';
import { createRules, type Rules, type RulesServices } from '../../engine/rules/index.ts';
import { createPgpKeys, type PgpKeys } from '../../engine/settings/pgp-keys.ts';
import { openSecretStore } from '../../engine/store/secret-store.ts';
import type { z } from 'zod';
import { eventually } from './eventually.ts';
import { startVfs, type TestVfs } from './vfs.ts';

export type TestRules = TestVfs & {
  readonly rules: Rules;
  readonly pgpKeys: PgpKeys;
  /** What consoles would have been told of long actions. */
  readonly progress: readonly Progress[];
  readonly connector: Connector;
  /** What rules raised, in order. */
  readonly notices: Parameters<RulesServices['notify']>[0][];
  /** Changed in place by tests. Loopback is allowed from the start: that is where the tests' servers are. */
  readonly settings: Settings;
  /** Saves a rule; everything but triggers and steps has a default. */
  readonly save: (input: RuleLike) => Promise<Rule>;
  /** Runs one action by hand, without an event, and gives its last attempt as the trace shows it. */
  readonly tryAction: (action: string, config: Record<string, unknown>, step?: Partial<RuleStep>) => Promise<RunTrace['steps'][number]>;
  /** The run's trace once it has come to rest: ended, or waiting for a retry. */
  readonly rested: (runId: number) => Promise<RunTrace>;
  /** Traces of all runs, oldest first, once none is queued or at work. */
  readonly allRested: () => Promise<RunTrace[]>;
};

export type RuleLike = Partial<z.input<typeof ruleInputSchema>> & Pick<z.input<typeof ruleInputSchema>, 'triggers' | 'steps'>;

/** Who changes something in tests that do not care. */
export const BY = { actor: SYSTEM, batchId: null };

let count = 0;

export function ruleInput(rule: RuleLike): RuleInput {
  return ruleInputSchema.parse({ name: `Rule ${++count}`, ...rule });
}

/** A saved rule as the input that saves it again. */
export function asInput(rule: Rule): RuleInput {
  return ruleInputSchema.strip().parse(rule);
}

type Options = {
  dataFolder?: string;
  start?: boolean;
  ownPorts?: number[];
  resolve?: (host: string) => Promise<readonly string[]>;
  logSink?: LogSink;
};

/** Rules on a real store, log and vfs. With `dataFolder`, on what an earlier call left behind; `start: false` leaves the queue at rest. */
export async function startRules(options: Options = {}): Promise<TestRules> {
  const base = await startVfs({
    ...(options.dataFolder === undefined ? {} : { dataFolder: options.dataFolder }),
    decide: (operation) => rules.gate.decide(operation),
    holdsUploads: () => rules.gate.holdsUploads(),
  });
  const { store, events, clock, vfs, exchange, dataFolder } = base;
  const settings = settingsSchema.parse({ outbound: { allowLoopback: true } });
  const connector = createConnector({
    settings: () => settings.outbound,
    isOwnPort: (port) => options.ownPorts?.includes(port) ?? false,
    ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
  });
  const treesOf: RulesServices['vfs']['treesOf'] = (account) => [
    { path: '/', place: join(exchange, account.home) },
    ...mountsOf(store, effectiveAccount(store, account), { dataFolder: join(dataFolder, 'data'), exchangeFolder: exchange }),
  ];
  const secrets = openSecretStore(dataFolder, store.tables.secrets);
  const pgpKeys = createPgpKeys({ store, secrets, events, clock });
  const progress: Progress[] = [];
  const notices: TestRules['notices'] = [];
  const rules: Rules = createRules({
    store,
    events,
    clock,
    log: createLogger(options.logSink ?? silentSink, 'rules'),
    settings: () => settings,
    secrets,
    pgpKeys,
    accounts: createAccounts({
      store,
      events,
      clock,
      passwords: createPasswords(),
      folders: () => ({ dataFolder, exchangeFolder: exchange }),
    }),
    admins: createAdmins({
      store,
      events,
      clock,
      passwords: createPasswords(),
      twoFactor: { isOn: () => false, remove: () => Promise.resolve(), forget: () => undefined },
      isReachable: () => false,
    }),
    defender: createDefender({
      store,
      events,
      clock,
      log: createLogger(silentSink, 'defender'),
      lists: createAddressLists({ store, events, clock }),
      settings: () => settings.defender,
    }),
    vfs: { openSession: (identity) => vfs.openSession(identity), treesOf },
    virtualFolders: createFolderTrees({
      store,
      vfs,
      folders: () => ({ dataFolder: join(dataFolder, 'data'), exchangeFolder: exchange }),
      secrets,
      connector,
    }),
    connector,
    mailCodes: createMailCodes({ clock }),
    // Tests of these start a whole engine.
    upkeep: { backup: () => Promise.reject(new Error('not part of this test')), rotateLog: () => false },
    progress: (step) => progress.push(step),
    notify: (notice) => void notices.push(notice),
    exchangeFolders: () => [exchange],
  });
  onTestFinished(() => rules.park(0));
  if (options.start !== false) await rules.start();

  const rested = (runId: number): Promise<RunTrace> =>
    eventually(async () => {
      const trace = await rules.trace(runId);
      if (['queued', 'running'].includes(trace.state)) throw new Error(`run ${String(runId)} is ${trace.state}`);
      return trace;
    });
  return {
    ...base,
    rules,
    pgpKeys,
    progress,
    connector,
    notices,
    settings,
    save: (input) => rules.save(ruleInput(input), BY),
    rested,
    async tryAction(action, config, step = {}) {
      const rule = await rules.save(ruleInput({ triggers: ['on-demand'], steps: [{ ...step, action, config }] }), BY);
      if (rule.problems.length > 0) throw new Error(`the rule is incomplete: ${JSON.stringify(rule.problems)}`);
      const [run] = await rules.run(rule.id, undefined, BY);
      const last = (await rested(run?.id ?? 0)).steps.at(-1);
      if (last === undefined) throw new Error('the run has no step');
      return last;
    },
    async allRested() {
      await events.flush();
      const runs = await rules.runs({ limit: 1000 });
      return await Promise.all(runs.reverse().map((run) => rested(run.id)));
    },
  };
}
