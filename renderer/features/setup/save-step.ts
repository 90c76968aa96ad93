import { AppError } from '../../../engine/contract/errors.ts';
import type { CheckRow } from '../../../engine/contract/methods/setup.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { PARTNER_TEMPLATES } from '../../forms/partner/templates.ts';
import type { Console } from '../../stores/console.ts';
import { setupText } from '../../text/setup.ts';
import { type Answers, isPort, type StepId, usesFtp, wantedPorts } from './answers.ts';

/** What a step is saved with beside the answers. */
export type StepContext = {
  readonly console: Pick<Console, 'client' | 'queries' | 'shell'>;
  readonly answers: Answers;
  readonly setup: Output<'setup.get'>;
  /** Generated for the first partner; in memory only. */
  readonly password: string;
  /** Ids of failed rows of the self-test that do not keep it from going live. */
  readonly ignored: readonly string[];
  readonly selfTest: readonly CheckRow[];
};

/**
 * What each step does when it is left forwards: it puts its answers into the settings and resolves with answers that follow from that.
 * Rejects with an AppError, whose field names the answer that it is about.
 */
export const saveStep: Readonly<Record<StepId, (context: StepContext) => Promise<Partial<Answers>>>> = {
  folder: saveFolder,
  protocols: saveProtocols,
  identity: saveIdentity,
  reach: saveReach,
  partner: savePartner,
  alerts: saveAlerts,
  check: goLive,
};

function wrong(field: string, message: string): AppError {
  return new AppError('invalid_input', message, { field });
}

async function saveFolder({ console: { client, queries }, answers: { folder } }: StepContext): Promise<Partial<Answers>> {
  const { rows } = await client.call('setup.checkFolder', { path: folder, create: true });
  queries.invalidate('setup.checkFolder');
  const failed = rows.find(({ state }) => state === 'failed');
  if (failed !== undefined) throw wrong('folder', failed.message);
  await client.call('settings.save', { exchange: { folder } });
  return {};
}

async function saveProtocols({ console: { client }, answers, setup: { done } }: StepContext): Promise<Partial<Answers>> {
  const { sftp, plainFtp, plainUnderstood, sftpPort, ftpPort, passiveFrom, passiveTo } = answers;
  const ftp = usesFtp(answers);
  if (!sftp && !ftp) throw wrong('protocols', setupText.protocols.chooseOne);
  if (plainFtp && !plainUnderstood) throw wrong('plainFtp', setupText.protocols.tick);
  if (sftp && !isPort(sftpPort)) throw wrong('sftp', setupText.protocols.missingPort);
  if (ftp && !isPort(ftpPort)) throw wrong('ftp', setupText.protocols.missingPort);
  if (ftp && !(isPort(passiveFrom) && isPort(passiveTo))) throw wrong('passive', setupText.protocols.missingPort);
  const { rows } = await client.call('setup.checkPorts', wantedPorts(answers));
  const failed = rows.find(({ state }) => state === 'failed');
  if (failed !== undefined) throw wrong(failed.id, failed.message);
  // Before the first going live nothing is switched on; later a change counts at once.
  const enabled = (on: boolean): { enabled?: boolean } => (done ? { enabled: on } : {});
  await client.call('settings.save', {
    sftp: { ...(sftp ? { port: sftpPort } : {}), ...enabled(sftp) },
    ftp: { ...(ftp ? { port: ftpPort, passiveFrom, passiveTo, requireTls: !plainFtp } : {}), ...enabled(ftp) },
  });
  return {};
}

async function saveIdentity({ console: { client }, answers }: StepContext): Promise<Partial<Answers>> {
  const name = answers.name.trim();
  if (name === '') throw wrong('name', setupText.identity.nameMissing);
  await client.call('settings.save', { server: { name } });
  return { name };
}

async function saveReach({ console: { client }, answers, setup: { settings } }: StepContext): Promise<Partial<Answers>> {
  const { fromInternet } = answers;
  const publicName = fromInternet ? answers.publicName.trim() : '';
  const { publicAddress } = settings.ftp;
  // FTP has to announce it to peers outside. An address that somebody set otherwise stays.
  const follows = publicAddress === '' || publicAddress === settings.server.publicName;
  await client.call('settings.save', {
    server: { fromInternet, publicName },
    ...(follows ? { ftp: { publicAddress: publicName } } : {}),
  });
  return { publicName: answers.publicName.trim() };
}

async function savePartner({ console: { client, queries }, answers, password }: StepContext): Promise<Partial<Answers>> {
  const { partner } = answers;
  if (partner.saved) return {};
  const company = partner.company.trim();
  const { username, template, signIn, key } = partner;
  if (company === '') throw wrong('company', setupText.partner.companyMissing);
  if (username === '') throw wrong('username', setupText.partner.usernameMissing);
  if (signIn === 'key' && key.trim() === '') throw wrong('publicKeys', setupText.partner.keyMissing);
  const accounts = await client.call('accounts.list');
  if (accounts.some((account) => account.username.toLowerCase() === username.toLowerCase()))
    throw wrong('username', setupText.partner.taken);
  await client.call('accounts.save', {
    username,
    displayName: company,
    permissions: { '/': [...PARTNER_TEMPLATES[template]] },
    ...(signIn === 'key' ? { publicKeys: [{ label: '', key: key.trim() }] } : { password }),
  });
  queries.invalidate('accounts.');
  return { partner: { ...partner, company, key: '', saved: true } };
}

async function saveAlerts({ console: { client, shell }, answers }: StepContext): Promise<Partial<Answers>> {
  const { newFiles, quietHours, startAtSignIn, preventSleep } = answers;
  await client.call('settings.save', {
    notifications: { newFiles, quietHours },
    ...(shell.startAtSignIn === null ? {} : { desktop: { startAtSignIn, preventSleep } }),
  });
  return {};
}

async function goLive({ console: { client }, setup: { done }, selfTest, ignored }: StepContext): Promise<Partial<Answers>> {
  if (done) return {};
  if (selfTest.length === 0 || selfTest.some(({ state }) => state === 'waiting' || state === 'running'))
    throw wrong('check', setupText.check.unfinished);
  if (selfTest.some(({ id, state }) => state === 'failed' && !ignored.includes(id))) throw wrong('check', setupText.check.blocked);
  await client.call('setup.goLive');
  return {};
}

/** Switches the chosen servers on for the test, or all of them off again. */
export async function switchServers({ client }: Pick<Console, 'client'>, answers: Answers, on: boolean): Promise<void> {
  await client.call('settings.save', { sftp: { enabled: on && answers.sftp }, ftp: { enabled: on && usesFtp(answers) } });
}
