import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Accounts, Change } from '../accounts/service.ts';
import { AppError } from '../contract/errors.ts';
import type { CheckRow } from '../contract/methods/setup.ts';
import type { Output, ParsedInput } from '../contract/rpc.ts';
import type { Settings } from '../contract/settings.ts';
import { SYSTEM } from '../events/log.ts';
import { invalidInput } from '../lib/invalid-input.ts';
import type { Logger } from '../lib/log.ts';
import { lanAddresses } from '../lib/own-addresses.ts';
import type { Listeners } from '../listeners.ts';
import type { SettingsService } from '../settings/service.ts';
import type { Store } from '../store/index.ts';
import { createDraft } from './draft.ts';
import { readSystemText, openFirewall } from './firewall.ts';
import { checkFolder } from './folder-check.ts';
import { checkPorts } from './port-check.ts';
import { checkReach, ownRouter, type RouterAccess } from './reach-check.ts';
import { runProgram, type RunProgram } from './run-program.ts';
import { removeLeftTestAccounts } from './self-test/account.ts';
import { runSelfTest } from './self-test/index.ts';

/** The set-up wizard's side of the engine; most of it serves the settings later, too. */
export type Setup = {
  get(): Output<'setup.get'>;
  /** See Draft.save. */
  saveDraft(answers: ParsedInput<'setup.saveDraft'>): Output<'setup.saveDraft'>;
  checkFolder(input: ParsedInput<'setup.checkFolder'>): Promise<CheckRow[]>;
  checkPorts(input: ParsedInput<'setup.checkPorts'>): Promise<CheckRow[]>;
  checkReach(input: ParsedInput<'setup.checkReach'>): Promise<CheckRow[]>;
  /**
   * Carries out the remedy of a row and resolves with the rows as they are then. Rejects with `invalid_input` for one that it does not know,
   * and with what went wrong.
   */
  fix(input: ParsedInput<'setup.fix'>, by: Change): Promise<CheckRow[]>;
  /** One at a time: who asks while one runs gets its rows. */
  selfTest(by: Change): Promise<CheckRow[]>;
  /** Ends the set-up and forgets the draft. Rejects with `conflict` while no server runs. */
  goLive(by: Change): Promise<void>;
  /** Removes what a self-test left that was cut short by a kill. For the start of the engine. Never rejects. */
  tidy(): Promise<void>;
};

export type SetupServices = {
  readonly store: Pick<Store, 'tables'>;
  readonly settings: Pick<SettingsService, 'get' | 'save'>;
  /** The settings with what this run overrides. */
  readonly effective: () => Settings;
  readonly accounts: Pick<Accounts, 'save' | 'delete' | 'list'>;
  readonly listeners: Pick<Listeners, 'status' | 'hostKeys' | 'apply'>;
  readonly folders: () => { readonly dataFolder: string; readonly exchangeFolder: string };
  /** SHA-256 of the certificate of FTPS. */
  readonly certificate: () => Promise<string>;
  /** Rows of the running self-test, for the consoles. */
  readonly publish: (rows: readonly CheckRow[]) => void;
  readonly log: Logger;
  /** What a test replaces: the router it asks, the programs of the system, its addresses. */
  readonly machine?: {
    readonly router?: RouterAccess;
    readonly run?: RunProgram;
    readonly readText?: (path: string) => Promise<string>;
    readonly lanAddresses?: () => readonly string[];
  };
};

const port = z.int().min(1).max(65_535);
const fixValues = {
  'create-folder': z.string().min(1).max(4096),
  'restart-listener': z.enum(['sftp', 'ftp']),
  firewall: z.strictObject({
    sftp: port.optional(),
    ftp: port.optional(),
    implicitTls: port.optional(),
    passive: z.strictObject({ from: port, to: port }).optional(),
  }),
};

export function createSetup(services: SetupServices): Setup {
  const { settings, effective, accounts, listeners, folders, machine = {} } = services;
  const platform = process.platform;
  const run = machine.run ?? runProgram;
  const ownAddresses = machine.lanAddresses ?? (() => lanAddresses().map(({ address }) => address));
  const system = { platform, run, readText: machine.readText ?? readSystemText };
  const router = machine.router ?? ownRouter(system);
  const draft = createDraft(services.store.tables.setupDraft);
  const testAccounts = { accounts, exchangeFolder: () => folders().exchangeFolder };
  let running: Promise<CheckRow[]> | undefined;

  function tryFolder(path: string, create: boolean): Promise<CheckRow[]> {
    const around = { platform, dataFolder: folders().dataFolder, homeFolder: homedir(), env: process.env };
    return checkFolder(path, create, { around, run });
  }

  async function selfTest(by: Change): Promise<CheckRow[]> {
    await removeLeftTestAccounts(testAccounts, by);
    return runSelfTest(
      {
        ...testAccounts,
        listeners,
        settings: effective,
        certificate: services.certificate,
        lanAddresses: ownAddresses,
        publish: services.publish,
      },
      by,
    );
  }

  async function fix({ id, value }: ParsedInput<'setup.fix'>, by: Change): Promise<CheckRow[]> {
    switch (id) {
      case 'create-folder':
        return tryFolder(read(fixValues[id], value), true);
      case 'restart-listener':
        // What goes wrong stands in the listener's own row.
        await listeners.apply(read(fixValues[id], value)).catch(() => undefined);
        return selfTestOnce(by);
      case 'firewall':
        return [await openFirewall(read(fixValues[id], value), system)];
      default:
        throw new AppError('invalid_input', 'This remedy is not one that the engine can carry out. Follow what the row says.', {
          field: 'id',
        });
    }
  }

  function selfTestOnce(by: Change): Promise<CheckRow[]> {
    running ??= selfTest(by).finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    get: () => ({
      done: settings.get().server.setUp,
      draft: draft.get(),
      suggestedFolder: join(homedir(), 'File Exchange'),
      dataFolder: folders().dataFolder,
      hostName: hostname(),
      platform: platform === 'win32' || platform === 'darwin' ? platform : 'linux',
      lanAddresses: [...ownAddresses()],
      settings: settings.get(),
    }),
    saveDraft: (answers) => draft.save(answers),
    checkFolder: ({ path, create }) => tryFolder(path, create),
    checkPorts: (wanted) => checkPorts(wanted, { settings: effective, listeners, platform }),
    checkReach({ fromInternet, publicName, sftp, ftp, implicitTls }) {
      const { passiveFrom: from, passiveTo: to } = effective().ftp;
      return checkReach(
        { fromInternet, publicName, ports: { sftp, ftp, implicitTls, passive: { from, to } } },
        { ...system, router, lanAddresses: ownAddresses },
      );
    },
    fix,
    selfTest: selfTestOnce,
    async goLive(by) {
      const statuses = [listeners.status('sftp'), listeners.status('ftp')];
      if (!statuses.some(({ state }) => state === 'listening')) {
        const reason = statuses.find(({ error }) => error !== null)?.error;
        throw new AppError('conflict', reason ?? 'No server is on yet, so nobody could connect. Switch on SFTP or FTP first.');
      }
      await settings.save({ server: { setUp: true } }, by);
      draft.clear();
    },
    async tidy() {
      await removeLeftTestAccounts(testAccounts, { actor: SYSTEM, batchId: null }).catch((error: unknown) =>
        services.log.warn('the account of an earlier self-test could not be removed', error),
      );
    },
  };
}

/** The value of a remedy. Throws `invalid_input` when it is not of its form. */
function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidInput(parsed.error);
  return parsed.data;
}
