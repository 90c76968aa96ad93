import type { ActionId, ACTIONS } from './catalog.ts';
import { runAskForCode } from './ask-for-code/run.ts';
import { runBackup } from './backup/run.ts';
import { runCommand } from './command/run.ts';
import { runCompress } from './compress/run.ts';
import { runCopy } from './copy/run.ts';
import { runCreateFolders } from './create-folders/run.ts';
import { runDelete } from './delete/run.ts';
import { runDesktopNotification } from './desktop-notification/run.ts';
import { runEmail } from './email/run.ts';
import { runEnsureHome } from './ensure-home/run.ts';
import { runExtract } from './extract/run.ts';
import { runFetch } from './fetch/run.ts';
import { runHttp } from './http/run.ts';
import { runIcap } from './icap/run.ts';
import { runIdentityCheck } from './identity-check/run.ts';
import { runImap } from './imap/run.ts';
import { runPathExists } from './path-exists/run.ts';
import { runPgpDecrypt } from './pgp-decrypt/run.ts';
import { runPgpEncrypt } from './pgp-encrypt/run.ts';
import { runPgpSign } from './pgp-sign/run.ts';
import { runPgpVerify } from './pgp-verify/run.ts';
import { runPush } from './push/run.ts';
import { runRename } from './rename/run.ts';
import { runRotateLog } from './rotate-log/run.ts';
import { runRetentionCheck } from './retention-check/run.ts';
import { runUserExpirationCheck } from './user-expiration-check/run.ts';
import { runUserInactivityCheck } from './user-inactivity-check/run.ts';
import { runSuspendAccount } from './suspend-account/run.ts';
import { runTellMembers } from './tell-members/run.ts';
import { runMetadataCheck } from './metadata-check/run.ts';
import { runSetMetadata } from './set-metadata/run.ts';
import { runPasswordExpirationCheck } from './password-expiration-check/run.ts';
import { runTransferQuotaReset } from './transfer-quota-reset/run.ts';
import { runBlockAddress } from './block-address/run.ts';
import { runFolderQuotaReset } from './folder-quota-reset/run.ts';
import { runUserQuotaReset } from './user-quota-reset/run.ts';
import { runServeFile } from './serve-file/run.ts';
import { runRunFlow } from './run-flow/run.ts';
import { runSetVariable } from './set-variable/run.ts';
import { runStopRun } from './stop-run/run.ts';
import { runWait } from './wait/run.ts';
import { runWriteFile } from './write-file/run.ts';
import type { AnyRunner, Runner } from './runner.ts';

/** What each action of the catalogue does; an action without a runner, or the other way round, does not compile. */
const RUNNERS = {
  http: runHttp,
  email: runEmail,
  command: runCommand,
  copy: runCopy,
  rename: runRename,
  delete: runDelete,
  'create-folders': runCreateFolders,
  'path-exists': runPathExists,
  'ensure-home': runEnsureHome,
  'write-file': runWriteFile,
  compress: runCompress,
  extract: runExtract,
  'pgp-encrypt': runPgpEncrypt,
  'pgp-decrypt': runPgpDecrypt,
  'pgp-sign': runPgpSign,
  'pgp-verify': runPgpVerify,
  backup: runBackup,
  'rotate-log': runRotateLog,
  'user-quota-reset': runUserQuotaReset,
  'folder-quota-reset': runFolderQuotaReset,
  'block-address': runBlockAddress,
  'transfer-quota-reset': runTransferQuotaReset,
  'password-expiration-check': runPasswordExpirationCheck,
  icap: runIcap,
  imap: runImap,
  'set-metadata': runSetMetadata,
  'metadata-check': runMetadataCheck,
  'suspend-account': runSuspendAccount,
  'tell-members': runTellMembers,
  'user-inactivity-check': runUserInactivityCheck,
  'user-expiration-check': runUserExpirationCheck,
  'retention-check': runRetentionCheck,
  'serve-file': runServeFile,
  'ask-for-code': runAskForCode,
  'identity-check': runIdentityCheck,
  push: runPush,
  fetch: runFetch,
  wait: runWait,
  'run-flow': runRunFlow,
  'set-variable': runSetVariable,
  'stop-run': runStopRun,
  'desktop-notification': runDesktopNotification,
} satisfies { [Id in ActionId]: Runner<(typeof ACTIONS)[Id]> };

/** The runner of an action, for a configuration that the same entry's schema has parsed. */
export function runnerOf(id: ActionId): AnyRunner {
  return RUNNERS[id] as unknown as AnyRunner;
}
