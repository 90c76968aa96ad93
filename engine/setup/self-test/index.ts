import { createHash, randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { Change } from '../../accounts/service.ts';
import type { CheckRow } from '../../contract/methods/setup.ts';
import type { Settings } from '../../contract/settings.ts';
import { isLoopback } from '../../lib/address.ts';
import type { Listeners, PartnerProtocol } from '../../listeners.ts';
import { checkRow } from '../rows.ts';
import { type TestAccount, type TestAccountServices, withTestAccount } from './account.ts';
import { type OpenTestClient, type TestClient, TestFailure, wordsOf } from './client.ts';
import { ftpTestClient } from './ftp-client.ts';
import { sftpTestClient } from './sftp-client.ts';

export type SelfTestServices = TestAccountServices & {
  readonly listeners: Pick<Listeners, 'status' | 'hostKeys'>;
  readonly settings: () => Pick<Settings, 'sftp' | 'ftp'>;
  /** SHA-256 of the certificate of FTPS, `AB:CD:…`. */
  readonly certificate: () => Promise<string>;
  /** Addresses of this machine on its networks. */
  readonly lanAddresses: () => readonly string[];
  /** All rows, each time one of them has changed. */
  readonly publish: (rows: readonly CheckRow[]) => void;
};

/** One way in: a client, and the address and port it comes to. */
type Target = {
  readonly label: 'SFTP' | 'FTPS' | 'FTP';
  readonly protocol: PartnerProtocol;
  readonly host: string;
  readonly port: number;
  readonly open: OpenTestClient;
};

const GROUPS = { connect: 'connection', 'sign-in': 'sign-in', files: 'files' } as const;
type Group = keyof typeof GROUPS;

const FILE_BYTES = 64 * 1024;
/** For all the steps of one way in; single answers have limits of their own. */
const TARGET_WITHIN_MS = 60_000;
/** Addresses that are tried; a machine with many containers has dozens. */
const MOST_ADDRESSES = 8;

/**
 * Comes to the running servers as partners do: signs in with a real client over each protocol on loopback and on each address of the
 * machine, moves a file both ways, compares it and deletes it, and tries a wrong password. Three rows per way in. Rejects only when the
 * account for it cannot be made.
 */
export async function runSelfTest(services: SelfTestServices, by: Change): Promise<CheckRow[]> {
  const rows = new Map<string, CheckRow>();
  const set = (row: CheckRow): void => {
    rows.set(row.id, row);
    services.publish([...rows.values()]);
  };
  const { targets, notes } = await findTargets(services);
  for (const row of notes) rows.set(row.id, row);
  for (const target of targets) {
    for (const group of Object.keys(GROUPS) as Group[]) rows.set(rowId(target, group), rowOf(target, group).waiting('Waits for its turn.'));
  }
  services.publish([...rows.values()]);
  if (targets.length > 0) {
    await withTestAccount(services, by, async (account) => {
      for (const target of targets) await tryTarget(target, account, services, set);
    });
  }
  return [...rows.values()];
}

function rowId({ label, host }: Target, group: Group): string {
  return `${label}@${host}/${group}`;
}

function rowOf(target: Target, group: Group) {
  return checkRow(rowId(target, group), `${target.label} on ${target.host}: ${GROUPS[group]}`);
}

/** Every way in, and rows for listeners that cannot be tried. */
async function findTargets(services: SelfTestServices): Promise<{ targets: Target[]; notes: CheckRow[] }> {
  const targets: Target[] = [];
  const notes: CheckRow[] = [];
  const statuses = { sftp: services.listeners.status('sftp'), ftp: services.listeners.status('ftp') };
  for (const protocol of ['sftp', 'ftp'] as const) {
    const { state, host, port, error } = statuses[protocol];
    const row = checkRow(`${protocol}/listener`, protocol === 'sftp' ? 'SFTP' : 'FTP');
    if (state === 'failed')
      notes.push(row.failed(error ?? 'The server does not run.', { id: 'restart-listener', title: 'Try again', value: protocol }));
    if (state !== 'listening') continue;
    const hosts = hostsOf(host, services.lanAddresses());
    if (hosts.every(isLoopback))
      notes.push(
        isLoopback(host)
          ? row.warning(`It only listens on ${host}: nobody else can connect. Set its address to 0.0.0.0 for all of this machine.`)
          : row.warning('This machine is in no network: nobody else can connect. Plug in the cable or join the Wi-Fi.'),
      );
    for (const [label, open] of await clientsOf(protocol, services)) {
      targets.push(...hosts.map((at) => ({ label, protocol, host: at, port, open })));
    }
  }
  if (targets.length === 0 && notes.length === 0)
    notes.push(checkRow('listener', 'Servers').failed('No server is on. Switch on SFTP or FTP first.'));
  return { targets, notes };
}

/** Where a listener that is bound to `host` can be reached from this machine. */
function hostsOf(host: string, lanAddresses: readonly string[]): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  return ['127.0.0.1', ...lanAddresses.filter((address) => isIPv4(address)).slice(0, MOST_ADDRESSES)];
}

async function clientsOf(protocol: PartnerProtocol, services: SelfTestServices): Promise<(readonly [Target['label'], OpenTestClient])[]> {
  if (protocol === 'sftp') return [['SFTP', sftpTestClient((await services.listeners.hostKeys()).map(({ sha256 }) => sha256))]];
  const ftps = ['FTPS', ftpTestClient(await services.certificate())] as const;
  return services.settings().ftp.requireTls ? [ftps] : [ftps, ['FTP', ftpTestClient(null)]];
}

async function tryTarget(target: Target, account: TestAccount, services: SelfTestServices, set: (row: CheckRow) => void): Promise<void> {
  const row = (group: Group): ReturnType<typeof checkRow> => rowOf(target, group);
  let at: Group = 'connect';
  let client: TestClient | undefined;
  const late = AbortSignal.timeout(TARGET_WITHIN_MS);
  late.addEventListener('abort', () => void client?.end());
  try {
    set(row('connect').running('Connects …'));
    const login = { host: target.host, port: target.port, ...account };
    client = await target.open(login, () => {
      set(row('connect').passed(connectedWords(target)));
      at = 'sign-in';
      set(row('sign-in').running('Signs in …'));
    });
    await expectRefusal(target, { ...login, password: `${account.password}x` });
    set(row('sign-in').passed('Signed in; a wrong password was refused.'));
    at = 'files';
    set(row('files').running('Moves a file …'));
    await moveFile(client);
    set(row('files').passed('A file of 64 KiB was sent, listed, fetched, found unchanged and deleted.'));
  } catch (error) {
    const failure = error instanceof TestFailure ? error : new TestFailure('broken', wordsOf(error), error);
    const words = late.aborted ? 'It took longer than a minute.' : failureWords(target, at, failure);
    set(row(at).failed(words, fixFor(target, at, failure, services)));
    const groups = Object.keys(GROUPS) as Group[];
    for (const later of groups.slice(groups.indexOf(at) + 1)) set(row(later).skipped('Not tried, because of the failure before.'));
  } finally {
    await client?.end();
  }
}

function connectedWords({ label, host }: Target): string {
  const proven = { SFTP: 'the host key is ours', FTPS: 'the connection is encrypted with our certificate', FTP: 'not encrypted' }[label];
  const reach = isLoopback(host) ? '' : ' It came from this machine itself: a firewall may still stop others.';
  return `Connected; ${proven}.${reach}`;
}

async function expectRefusal(target: Target, login: Parameters<OpenTestClient>[0]): Promise<void> {
  let client: TestClient;
  try {
    client = await target.open(login, () => undefined);
  } catch (error) {
    if (error instanceof TestFailure && error.kind === 'refused') return;
    throw error;
  }
  await client.end();
  throw new TestFailure('broken', 'A wrong password was accepted.');
}

async function moveFile(client: TestClient): Promise<void> {
  const name = `self-test-${randomBytes(6).toString('hex')}.bin`;
  const content = randomBytes(FILE_BYTES);
  await client.put(name, content);
  if (!(await client.list()).includes(name)) throw new TestFailure('broken', 'The file that was sent does not stand in the list.');
  if (sha256(await client.get(name)) !== sha256(content)) throw new TestFailure('broken', 'The file came back changed.');
  await client.remove(name);
  if ((await client.list()).includes(name)) throw new TestFailure('broken', 'The deleted file still stands in the list.');
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function failureWords({ label, host, port }: Target, at: Group, { kind, message }: TestFailure): string {
  if (kind === 'unreachable') return `Nobody answers on ${host} port ${port} (${message}).`;
  if (kind === 'foreign') return `${message} Stop that program, or give Gatehouse another port.`;
  if (kind === 'refused') return 'The server refused the test account. Look into the activity for the reason.';
  const step = at === 'files' && label !== 'SFTP' ? ' FTP needs its data ports too: check that no firewall closes them.' : '';
  return `${message.replace(/\.?$/, '.')}${step}`;
}

/** A connection that works on loopback only points at the firewall. */
function fixFor(
  { host, label, protocol, port }: Target,
  at: Group,
  { kind }: TestFailure,
  { settings }: SelfTestServices,
): CheckRow['fix'] {
  const isBlocked = !isLoopback(host) && (kind === 'unreachable' || (at === 'files' && label !== 'SFTP'));
  if (!isBlocked) return null;
  const { passiveFrom: from, passiveTo: to } = settings().ftp;
  return {
    id: 'firewall',
    title: 'Let partners through',
    value: protocol === 'sftp' ? { sftp: port } : { ftp: port, passive: { from, to } },
  };
}
