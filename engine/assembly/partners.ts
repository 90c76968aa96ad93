import { join } from 'node:path';
import { type Admins, createAdmins } from '../accounts/admins.ts';
import { askedSignIn } from '../accounts/asked-sign-in.ts';
import { mailCodeQuestion } from '../accounts/code-answer.ts';
import { createMailCodes, type MailCodes } from '../accounts/mail-codes.ts';
import { createFolders, type Folders } from '../accounts/folders.ts';
import { createGroups, type Groups } from '../accounts/groups.ts';
import { visiblePath } from '../accounts/home.ts';
import { mountsOf } from '../accounts/mounts.ts';
import { createPasswords, type Passwords } from '../accounts/passwords.ts';
import { createRoles, type Roles } from '../accounts/roles.ts';
import { type Accounts, createAccounts } from '../accounts/service.ts';
import { createFurtherProof } from '../accounts/further-proof.ts';
import { createSignIn } from '../accounts/sign-in.ts';
import { createTwoFactor, type TwoFactor } from '../accounts/two-factor.ts';
import { createListeners, type Listeners } from '../listeners.ts';
import { createConnectionWatch } from '../partners/connection-watch.ts';
import { createLiveSessions, type LiveSessions } from '../partners/live-sessions.ts';
import { createVfs, type Vfs } from '../vfs/index.ts';
import type { Gate } from '../rules/gate.ts';
import type { Base } from './base.ts';
import { assembleDefence, type Defence } from './defence.ts';

/** The partners' side: who they are, the one session under every protocol, and the doors they come through. */
export type Partners = {
  readonly passwords: Passwords;
  readonly defence: Defence;
  readonly twoFactor: TwoFactor;
  readonly mailCodes: MailCodes;
  readonly accounts: Accounts;
  readonly admins: Admins;
  readonly groups: Groups;
  readonly roles: Roles;
  readonly virtualFolders: Folders;
  readonly vfs: Vfs;
  readonly liveSessions: LiveSessions;
  /** None is open yet. */
  readonly listeners: Listeners;
};

/** `gate` is asked when the first partner comes; it may be made later. */
export function assemblePartners(base: Base, gate: () => Gate): Partners {
  const { store, events, clock, effective, folders, publish } = base;
  const passwords = createPasswords();
  const defence = assembleDefence(base);
  const { defender } = defence;
  const accounts = createAccounts({ store, events, clock, passwords, folders, passwordRules: () => effective().passwords });
  const twoFactor = createTwoFactor({ store, secrets: base.secrets, events, clock });
  const admins = createAdmins({
    store,
    events,
    clock,
    passwords,
    twoFactor,
    passwordRules: () => effective().passwords,
    isReachable: () => effective().console.enabled,
  });
  const groups = createGroups({ store, events, clock, accounts, folders });
  const roles = createRoles({ store, events, clock, accounts });
  const virtualFolders = createFolders({ store, events, clock, accounts, folders, secrets: base.secrets });
  const vfs = createVfs({
    store,
    events,
    clock,
    log: base.logger('vfs'),
    settings: () => effective().uploads,
    requests: base.calls,
    transferBegan: () => liveSessions.transferBegan(),
    effective: (account) => accounts.effective(account),
    decide: (operation) => gate().decide(operation),
    holdsUploads: () => gate().holdsUploads(),
    homeOf: ({ home }) => visiblePath(home, folders()),
    mountsOf: (account) => mountsOf(store, account, folders()),
    sessionsPerAddress: () => effective().server.sessionsPerAddress,
  });
  const liveSessions = createLiveSessions({
    sessions: () => vfs.sessions(),
    transfersOf: (session) => session.transfers(),
    accounts: {
      byId(id) {
        const account = accounts.byId(id);
        return account === undefined ? undefined : accounts.effective(account);
      },
    },
    events,
    clock,
    expels: (address, protocol) => defender.expels(address, protocol),
    publish,
  });
  defender.onChange(() => liveSessions.endUnwelcome());
  accounts.onChange((account, change) => vfs.accountChanged(account, change === 'disabled' || change === 'deleted'));
  accounts.onChange(({ id }, change) => {
    if (change === 'deleted') twoFactor.forget({ kind: 'user', id });
  });
  accounts.onChange(() => liveSessions.endUnwelcome());

  const mailCodes = createMailCodes({ clock });
  const passwordDays = (): number => effective().passwords.expireDays;
  const listeners = createListeners({
    keysFolder: join(base.dataFolder, 'keys'),
    logSink: base.logSink,
    settings: effective,
    services: {
      ...askedSignIn(
        createSignIn({ store, events, passwords, clock, defender, passwordDays }),
        createFurtherProof({ store, events, clock, twoFactor, defender, accounts, passwords, passwordDays }),
        {
          events,
          letIn: (account, { protocol, address, client }, { method, ...shown }) =>
            gate().letIn({ account, protocol, address, client, method, origin: 'client', causedBy: null }, shown),
          codeQuestion: (attempt, account, ticket) =>
            mailCodeQuestion({ store, events, clock, defender, mailCodes }, attempt, account, ticket),
        },
      ),
      openSession: ({ account, protocol, address, client, method }) =>
        vfs.openSession({ account, protocol, address, client, method, origin: 'client', causedBy: null }),
      closedBecause: (address, protocol) => defender.refusal(address, protocol),
      reportOffence: (offence) => defender.report({ ...offence, login: null }),
      strangers: () => ({ most: effective().defender.mostStrangers, perSource: effective().defender.mostStrangersPerAddress }),
      progress: createConnectionWatch({ clock, publish, listened: base.push.hasListeners }),
    },
  });
  return { passwords, defence, twoFactor, mailCodes, accounts, admins, groups, roles, virtualFolders, vfs, liveSessions, listeners };
}
