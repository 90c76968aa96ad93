import { defineTrigger, type TriggerDefinition } from '../contract/define.ts';
import type { StoredEvent } from '../contract/event.ts';

/**
 * The one registry of triggers (spec: rules, "Triggers"). Matching, save-time checks, wizard and docs are derived from it.
 * Adding a trigger is one entry here.
 */

const WRITES = new Set(['upload', 'overwrite', 'append']);

const ok = (event: StoredEvent): boolean => event.outcome === 'ok';
const operation = (event: StoredEvent): unknown => event.info['operation'];
const onFile = (event: StoredEvent, name: string): boolean => ok(event) && event.schema === 'USER' && operation(event) === name;
const failedTransfer = (event: StoredEvent, direction: string): boolean =>
  event.type === 'TRANSFER_FAILED' && event.info['direction'] === direction;
const isUpload = (event: StoredEvent): boolean =>
  (event.schema === 'USER' && WRITES.has(String(operation(event)))) || failedTransfer(event, 'upload');
const isDownload = (event: StoredEvent): boolean => event.type === 'ASSET_DOWNLOAD' || failedTransfer(event, 'download');
/** Whether an operation came so far that rules were asked: a refusal comes from permissions, or from the rules that were there then. */
const wasBegun = (event: StoredEvent): boolean => event.outcome !== 'denied';
/** Sign-ins to the console and the sessions of file actions are no visits. */
const isVisit = (event: StoredEvent): boolean => event.protocol !== null && event.origin === 'client';

/** Whom the identity provider vouched for, and as what; null for sign-ins of other kinds. */
export function identityOf({ type, info }: StoredEvent): { readonly login: 'user' | 'admin'; readonly name: string } | null {
  const identity = type === 'USER_LOGIN' ? info['identity'] : undefined;
  if (typeof identity !== 'object' || identity === null || Array.isArray(identity)) return null;
  const { login, name } = identity as { readonly login?: unknown; readonly name?: unknown };
  return (login === 'user' || login === 'admin') && typeof name === 'string' ? { login, name } : null;
}

/** What a partner does with a file or folder. */
const FILE = {
  group: 'files',
  failures: 'never',
  sync: 'never',
  hasUser: true,
  hasPath: true,
  hasSize: true,
  hasTarget: false,
  hasClient: true,
  hasSession: true,
} as const;

const SESSION = { ...FILE, group: 'sessions', hasPath: false, hasSize: false } as const;

const RECORD = { ...SESSION, group: 'records', hasClient: false, hasSession: false } as const;

/** A sign-in with the identity provider, which can wait for an account check. There may be no record of who it is yet. */
const IDENTITY = { ...SESSION, group: 'security', listensTo: ['USER_LOGIN'], sync: 'may', hasUser: false, hasSession: false } as const;

/** What stands before an operation, which goes on when the rule's sync actions have succeeded. No event tells of it yet. */
const BEFORE = { ...FILE, listensTo: [], matches: (): boolean => false, sync: 'must' } as const;
/** What nobody did: Gatehouse watches for it. */
const WATCH = { ...RECORD, group: 'watch', failures: 'only', matches: (): boolean => true } as const;

/** What no event sets off. */
const NO_EVENT = {
  ...RECORD,
  listensTo: [],
  matches: (): boolean => false,
  hasUser: false,
} as const;

export const TRIGGERS = {
  upload: defineTrigger({
    ...FILE,
    title: 'A file was uploaded',
    listensTo: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED'],
    matches: isUpload,
    failures: 'when-asked',
    reverse: true,
    eventName: 'upload',
    sync: 'may',
    description: 'A partner wrote a new file, replaced one or appended to one, and it is complete under its final name.',
  }),
  'pre-upload': defineTrigger({
    ...BEFORE,
    title: 'Before a file is uploaded',
    before: 'upload',
    asked: { types: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED'], matches: (event) => isUpload(event) && wasBegun(event) },
    eventName: 'pre-upload',
    description:
      'A partner wants to write a file. Success of the sync actions allows it, failure refuses it. The size is that of the file to be replaced, else 0.',
  }),
  'first-upload': defineTrigger({
    ...FILE,
    title: 'A partner uploaded for the first time',
    listensTo: ['OBJECT_INSERT', 'OBJECT_UPDATE'],
    matches: (event) => ok(event) && isUpload(event),
    firstOf: 'upload',
    eventName: 'first-upload',
    description: "The first complete upload in an account's life.",
  }),
  download: defineTrigger({
    ...FILE,
    title: 'A file was downloaded',
    listensTo: ['ASSET_DOWNLOAD', 'TRANSFER_FAILED'],
    matches: isDownload,
    failures: 'when-asked',
    reverse: true,
    eventName: 'download',
    description: 'A partner closed a file that it had read, to the end or partly.',
  }),
  'pre-download': defineTrigger({
    ...BEFORE,
    title: 'Before a file is downloaded',
    before: 'download',
    asked: { types: ['ASSET_DOWNLOAD', 'TRANSFER_FAILED'], matches: (event) => isDownload(event) && wasBegun(event) },
    eventName: 'pre-download',
    description:
      'A partner wants to read a file. Success of the sync actions allows it, failure refuses it; the action "Serve another file" gives another one instead.',
  }),
  'first-download': defineTrigger({
    ...FILE,
    title: 'A partner downloaded for the first time',
    listensTo: ['ASSET_DOWNLOAD'],
    matches: (event) => ok(event) && isDownload(event),
    firstOf: 'download',
    eventName: 'first-download',
    description: "The first download in an account's life.",
  }),
  delete: defineTrigger({
    ...FILE,
    title: 'A file was deleted',
    listensTo: ['OBJECT_DELETE'],
    matches: (event) => onFile(event, 'delete'),
    reverse: true,
    eventName: 'delete',
    description: 'A partner deleted a file. Removed folders do not count.',
  }),
  'pre-delete': defineTrigger({
    ...BEFORE,
    title: 'Before a file is deleted',
    before: 'delete',
    asked: { types: ['OBJECT_DELETE'], matches: (event) => onFile(event, 'delete') },
    eventName: 'pre-delete',
    description:
      'A partner wants to delete a file. Success of the sync actions allows it, failure refuses it; a file that they moved away counts as deleted.',
  }),
  rename: defineTrigger({
    ...FILE,
    title: 'A file or folder was renamed',
    listensTo: ['OBJECT_UPDATE'],
    matches: (event) => onFile(event, 'rename'),
    reverse: true,
    eventName: 'rename',
    hasSize: false,
    hasTarget: true,
    description:
      'A partner renamed or moved a file or folder. Path conditions look at its old path, target path conditions at the new one.',
  }),
  copy: defineTrigger({
    ...FILE,
    title: 'A file was copied',
    listensTo: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED'],
    matches: (event) => (event.schema === 'USER' && operation(event) === 'copy') || failedTransfer(event, 'copy'),
    failures: 'when-asked',
    eventName: 'copy',
    description: 'A file was copied inside the tree. The path is that of the copy.',
  }),
  ssh_cmd: defineTrigger({
    ...FILE,
    title: 'A command was run over SSH',
    listensTo: ['SSH_COMMAND', 'TRANSFER_FAILED'],
    matches: (event) => event.type === 'SSH_COMMAND' || failedTransfer(event, 'ssh_cmd'),
    failures: 'when-asked',
    eventName: 'ssh_cmd',
    description: 'A partner ran one of the built-in commands: md5sum, sha1sum, sha256sum, sha512sum, cd or pwd.',
  }),
  mkdir: defineTrigger({
    ...FILE,
    title: 'A folder was made',
    listensTo: ['OBJECT_INSERT'],
    matches: (event) => onFile(event, 'mkdir'),
    reverse: true,
    eventName: 'mkdir',
    hasSize: false,
    description: 'A partner made a folder.',
  }),
  rmdir: defineTrigger({
    ...FILE,
    title: 'A folder was removed',
    listensTo: ['OBJECT_DELETE'],
    matches: (event) => onFile(event, 'rmdir'),
    eventName: 'rmdir',
    hasSize: false,
    description: 'A partner removed an empty folder.',
  }),
  error: defineTrigger({
    ...FILE,
    title: 'Something went wrong for a partner',
    listensTo: ['TRANSFER_FAILED', 'RESOURCE_NOT_AVAILABLE'],
    matches: () => true,
    failures: 'only',
    eventName: 'error',
    hasSize: false,
    description: 'A transfer failed, broke off or met a full quota or disk, or a partner asked for what is missing or not allowed.',
  }),
  connect: defineTrigger({
    ...SESSION,
    title: 'A partner signed in',
    listensTo: ['USER_LOGIN'],
    matches: (event) => ok(event) && isVisit(event),
    eventName: 'connect',
    sync: 'may',
    description: 'A partner signed in over SFTP or FTP.',
  }),
  'pre-login': defineTrigger({
    ...SESSION,
    title: 'Before a partner is let in',
    listensTo: [],
    matches: () => false,
    before: 'login',
    asked: { types: ['USER_LOGIN'], matches: (event) => ok(event) && isVisit(event) },
    sync: 'must',
    eventName: 'pre-login',
    hasSession: false,
    description:
      'Somebody showed the right password or key of an account. Success of the sync actions lets it in, failure refuses it. Actions never see the password.',
  }),
  disconnect: defineTrigger({
    ...SESSION,
    title: 'A partner left',
    listensTo: ['USER_LOGOUT'],
    matches: isVisit,
    eventName: 'disconnect',
    description: "A partner's session ended, by sign-out or by a lost connection.",
  }),
  'login-failed': defineTrigger({
    ...SESSION,
    title: 'A sign-in failed',
    listensTo: ['LOGIN_FAILED'],
    matches: () => true,
    failures: 'only',
    eventName: 'login-failed',
    hasUser: false,
    hasSession: false,
    description:
      'Somebody was refused at the sign-in. User conditions look at the name that was tried, whether there is such an account or not.',
  }),
  'record-add': defineTrigger({
    ...RECORD,
    title: 'A record was created',
    listensTo: ['OBJECT_INSERT'],
    matches: (event) => ok(event) && event.schema === 'BASE' && operation(event) === 'create',
    eventName: 'add',
    description: 'An account, rule or other record was created. User conditions look at who did it, name conditions at the record.',
  }),
  'record-update': defineTrigger({
    ...RECORD,
    title: 'A record was changed',
    listensTo: ['OBJECT_UPDATE', 'BASE_CONFIG_UPDATE'],
    matches: (event) => ok(event) && event.schema === 'BASE' && (event.type === 'BASE_CONFIG_UPDATE' || operation(event) === 'update'),
    eventName: 'update',
    description: 'An account, rule, the settings or another record was changed.',
  }),
  'record-delete': defineTrigger({
    ...RECORD,
    title: 'A record was deleted',
    listensTo: ['OBJECT_DELETE'],
    matches: (event) => ok(event) && event.schema === 'BASE',
    eventName: 'delete',
    hasUser: false,
    description: 'An account, rule or other record was deleted.',
  }),
  share: defineTrigger({
    ...RECORD,
    title: 'A share was created',
    group: 'partner',
    listensTo: ['SHARE'],
    matches: (event) => ok(event) && event.info['event'] === 'created',
    eventName: 'share',
    description: 'Somebody shared files or a folder. User conditions look at who did it.',
  }),
  disclaimer: defineTrigger({
    ...SESSION,
    title: 'A partner accepted the notice',
    group: 'partner',
    listensTo: ['USER_ACCEPTED_MESSAGE'],
    matches: ok,
    eventName: 'disclaimer',
    description: 'A partner accepted the notice that is shown at the sign-in. What was filled in is in .Custom.',
  }),
  'site-command': defineTrigger({
    ...SESSION,
    title: 'A partner sent a SITE command',
    group: 'partner',
    listensTo: ['SITE_COMMAND'],
    matches: ok,
    eventName: 'site',
    description: 'A partner sent a SITE command over FTP. Command and arguments are in .Custom.command and .Custom.args.',
  }),
  custom: defineTrigger({
    ...SESSION,
    title: 'A message of a script or form',
    group: 'partner',
    listensTo: ['CUSTOM'],
    matches: ok,
    eventName: 'custom',
    description: 'A script, form or partner handed in an event of its own. Its fields are in .Custom.',
  }),
  problem: defineTrigger({
    ...RECORD,
    title: 'A problem was reported',
    group: 'partner',
    listensTo: ['PROBLEM'],
    matches: () => true,
    failures: 'always',
    eventName: 'problem',
    hasUser: false,
    description: 'A partner reported a problem, or Gatehouse met one that needs an administrator. The words are in .Problem.Message.',
  }),
  'ip-blocked': defineTrigger({
    ...SESSION,
    title: 'An address was blocked',
    group: 'security',
    listensTo: ['IP_BLOCKED'],
    matches: () => true,
    failures: 'always',
    eventName: 'IP Blocked',
    hasUser: false,
    hasSession: false,
    description: 'The defender or a person blocked an address. The names that were tried are in .Custom.logins.',
  }),
  certificate: defineTrigger({
    ...RECORD,
    title: 'The certificate was renewed, or could not be',
    group: 'security',
    listensTo: ['CERTIFICATE'],
    matches: () => true,
    failures: 'always',
    eventName: 'Certificate renewal',
    hasUser: false,
    description: 'The certificate in use is another one (.Status is 1) or has to be replaced (.Status is 2). .Name holds its domains.',
  }),
  'idp-login': defineTrigger({
    ...IDENTITY,
    title: 'Somebody signed in with the identity provider',
    matches: (event) => ok(event) && identityOf(event) !== null,
    eventName: 'IDP login',
    description: 'Somebody signed in with the identity provider. Its claims are in .IDPFields; user conditions look at the name.',
  }),
  'idp-login-user': defineTrigger({
    ...IDENTITY,
    title: 'A partner signed in with the identity provider',
    matches: (event) => ok(event) && identityOf(event)?.login === 'user',
    eventName: 'IDP login user',
    description: 'Somebody signed in with the identity provider who is no administrator there.',
  }),
  'idp-login-admin': defineTrigger({
    ...IDENTITY,
    title: 'An administrator signed in with the identity provider',
    matches: (event) => ok(event) && identityOf(event)?.login === 'admin',
    eventName: 'IDP login admin',
    description: 'Somebody signed in with the identity provider who is an administrator there.',
  }),
  'file-overdue': defineTrigger({
    ...WATCH,
    title: 'A file is late',
    listensTo: ['FILE_OVERDUE'],
    watches: 'overdue',
    eventName: 'file-overdue',
    hasPath: true,
    description: 'A file that has to be in a folder at a time of day has not come. The path is the folder and the pattern.',
  }),
  'quota-threshold': defineTrigger({
    ...WATCH,
    title: 'A partner has used much of its storage',
    listensTo: ['QUOTA_WARNING'],
    // Those of virtual folders are of nobody.
    matches: ({ info }) => info['folder'] === undefined,
    watches: 'quotaPercent',
    eventName: 'quota-threshold',
    description: 'An account has used a share of its storage; once, and again only after it was well below.',
  }),
  'disk-threshold': defineTrigger({
    ...WATCH,
    title: 'The disk is nearly full',
    listensTo: ['DISK_WARNING'],
    watches: 'diskFreePercent',
    eventName: 'disk-threshold',
    hasUser: false,
    description: 'Little of the disk with the exchange folder is free; once, and again only after there was room.',
  }),
  schedule: defineTrigger({
    ...NO_EVENT,
    title: 'At set times',
    group: 'time',
    eventName: 'Schedule',
    description: 'The clock reached a time of the schedule. Actions in a tree of files run for every user that the rule names.',
  }),
  'on-demand': defineTrigger({
    ...NO_EVENT,
    title: 'By hand',
    group: 'by-hand',
    eventName: 'On demand',
    description:
      'Somebody started the rule in the console or through the API. Actions in a tree of files run for every user that the rule names.',
  }),
} as const satisfies Record<string, TriggerDefinition>;

export type TriggerId = keyof typeof TRIGGERS;

/** Whether neither an event nor an operation sets it off: a clock or a hand does. */
export function hasNoEvent({ listensTo, before }: TriggerDefinition): boolean {
  return listensTo.length === 0 && before === undefined;
}

/** The registry's entry, undefined for an id that it does not have. */
export function findTrigger(id: string): TriggerDefinition | undefined {
  return isTriggerId(id) ? TRIGGERS[id] : undefined;
}

/** True for the ids of this registry; a saved rule may name one that a newer program knew. */
export function isTriggerId(id: string): id is TriggerId {
  return Object.hasOwn(TRIGGERS, id);
}
