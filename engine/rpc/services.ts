import type { ApiTokens } from '../accounts/api-tokens.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Output } from '../contract/rpc.ts';
import type { Rules } from '../rules/index.ts';
import type { SettingsService } from '../settings/service.ts';
import type { Reader } from '../store/reader.ts';

/** What the methods of the table are made of. */
export type RpcServices = {
  readonly accounts: Accounts;
  readonly tokens: ApiTokens;
  readonly settings: SettingsService;
  readonly rules: Pick<Rules, 'save' | 'list' | 'delete' | 'run' | 'runs' | 'trace' | 'retry'>;
  readonly reader: Reader;
  readonly status: () => Output<'server.status'> | Promise<Output<'server.status'>>;
};
