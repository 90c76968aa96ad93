import type { ApiTokens } from '../accounts/api-tokens.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Output } from '../contract/rpc.ts';
import type { Rule, RuleInput, Run, RunState, RunTrace } from '../contract/rule.ts';
import type { Actor } from '../events/log.ts';
import type { SettingsService } from '../settings/service.ts';
import type { Reader } from '../store/reader.ts';

/** What rules and their runs offer to those who manage them. Unknown ids reject with `not_found`. */
export type RulesPort = {
  save(input: RuleInput, by: { readonly actor: Actor; readonly batchId: number | null }): Promise<Rule>;
  list(): Rule[] | Promise<Rule[]>;
  delete(id: number, by: { readonly actor: Actor; readonly batchId: number | null }): Promise<Rule>;
  /** Starts the rule by hand, on a past event where one is named. */
  run(id: number, eventId: number | undefined, by: { readonly actor: Actor; readonly batchId: number | null }): Promise<Run[]>;
  /** Newest first. */
  runs(filter: RunFilter): Run[] | Promise<Run[]>;
  trace(runId: number): RunTrace | Promise<RunTrace>;
  retry(runId: number, by: { readonly actor: Actor; readonly batchId: number | null }): Promise<Run>;
};

export type RunFilter = {
  readonly ruleId?: number | undefined;
  readonly eventId?: number | undefined;
  readonly state?: RunState | undefined;
  /** Only runs with a smaller id. */
  readonly before?: number | undefined;
  readonly limit: number;
};

/** What the methods of the table are made of. */
export type RpcServices = {
  readonly accounts: Accounts;
  readonly tokens: ApiTokens;
  readonly settings: SettingsService;
  readonly rules: RulesPort;
  readonly reader: Reader;
  readonly status: () => Output<'server.status'> | Promise<Output<'server.status'>>;
};
