import type { ActionDefinition } from '../contract/define.ts';
import { askForCode } from './ask-for-code/definition.ts';
import { backup } from './backup/definition.ts';
import { command } from './command/definition.ts';
import { compress } from './compress/definition.ts';
import { copy } from './copy/definition.ts';
import { createFolders } from './create-folders/definition.ts';
import { deleteFiles } from './delete/definition.ts';
import { desktopNotification } from './desktop-notification/definition.ts';
import { email } from './email/definition.ts';
import { ensureHome } from './ensure-home/definition.ts';
import { extract } from './extract/definition.ts';
import { fetchFiles } from './fetch/definition.ts';
import { http } from './http/definition.ts';
import { icap } from './icap/definition.ts';
import { identityCheck } from './identity-check/definition.ts';
import { imap } from './imap/definition.ts';
import { pathExists } from './path-exists/definition.ts';
import { pgpDecrypt } from './pgp-decrypt/definition.ts';
import { pgpEncrypt } from './pgp-encrypt/definition.ts';
import { pgpSign } from './pgp-sign/definition.ts';
import { pgpVerify } from './pgp-verify/definition.ts';
import { push } from './push/definition.ts';
import { rename } from './rename/definition.ts';
import { rotateLog } from './rotate-log/definition.ts';
import { retentionCheck } from './retention-check/definition.ts';
import { userExpirationCheck } from './user-expiration-check/definition.ts';
import { userInactivityCheck } from './user-inactivity-check/definition.ts';
import { suspendAccount } from './suspend-account/definition.ts';
import { tellMembers } from './tell-members/definition.ts';
import { metadataCheck } from './metadata-check/definition.ts';
import { setMetadata } from './set-metadata/definition.ts';
import { passwordExpirationCheck } from './password-expiration-check/definition.ts';
import { transferQuotaReset } from './transfer-quota-reset/definition.ts';
import { blockAddress } from './block-address/definition.ts';
import { folderQuotaReset } from './folder-quota-reset/definition.ts';
import { userQuotaReset } from './user-quota-reset/definition.ts';
import { serveFile } from './serve-file/definition.ts';
import { runFlow } from './run-flow/definition.ts';
import { setVariable } from './set-variable/definition.ts';
import { stopRun } from './stop-run/definition.ts';
import { wait } from './wait/definition.ts';
import { writeFile } from './write-file/definition.ts';

/**
 * The one registry of actions (spec: actions). Validation, wizard, sentences, templates, secrets and docs/actions.md are derived from it.
 * Adding an action is one folder, one line here and one in runners.ts.
 */
export const ACTIONS = {
  http,
  email,
  command,
  copy,
  rename,
  delete: deleteFiles,
  'create-folders': createFolders,
  'path-exists': pathExists,
  'ensure-home': ensureHome,
  'write-file': writeFile,
  compress,
  extract,
  'pgp-encrypt': pgpEncrypt,
  'pgp-decrypt': pgpDecrypt,
  'pgp-sign': pgpSign,
  'pgp-verify': pgpVerify,
  backup,
  'rotate-log': rotateLog,
  'user-quota-reset': userQuotaReset,
  'folder-quota-reset': folderQuotaReset,
  'block-address': blockAddress,
  'transfer-quota-reset': transferQuotaReset,
  'password-expiration-check': passwordExpirationCheck,
  icap,
  imap,
  'set-metadata': setMetadata,
  'metadata-check': metadataCheck,
  'suspend-account': suspendAccount,
  'tell-members': tellMembers,
  'user-inactivity-check': userInactivityCheck,
  'user-expiration-check': userExpirationCheck,
  'retention-check': retentionCheck,
  'serve-file': serveFile,
  'ask-for-code': askForCode,
  'identity-check': identityCheck,
  push,
  fetch: fetchFiles,
  wait,
  'run-flow': runFlow,
  'set-variable': setVariable,
  'stop-run': stopRun,
  'desktop-notification': desktopNotification,
} as const satisfies Record<string, unknown>;

export type ActionId = keyof typeof ACTIONS;

/** True for the ids of this registry. */
export function isActionId(id: string): id is ActionId {
  return Object.hasOwn(ACTIONS, id);
}

/** The registry's entry, undefined for an id that it does not have. Its functions take what its own `config` has parsed. */
export function findAction(id: string): ActionDefinition | undefined {
  // The entries differ in the type of their configuration; whoever looks one up by a text has parsed with that entry's schema.
  const entries: Readonly<Record<string, unknown>> = ACTIONS;
  return isActionId(id) ? (entries[id] as ActionDefinition) : undefined;
}
