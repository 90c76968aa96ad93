import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AppError } from '../contract/errors.ts';
import type { CheckRow } from '../contract/methods/setup.ts';
import type { Settings } from '../contract/settings.ts';
import { listenFailure } from '../lib/port-owner.ts';
import type { Listeners, PartnerProtocol } from '../listeners.ts';
import { checkRow } from './rows.ts';

export type PortCheckServices = {
  readonly settings: () => Pick<Settings, 'sftp' | 'ftp'>;
  readonly listeners: Pick<Listeners, 'status'>;
  readonly platform: NodeJS.Platform;
};

export type WantedPorts = {
  readonly sftp?: number | undefined;
  readonly ftp?: number | undefined;
  /** Where FTP begins with TLS. */
  readonly implicitTls?: number | undefined;
  /** Both ends belong to the range. */
  readonly passive?: { readonly from: number; readonly to: number } | undefined;
};

/** The ports that a partner connects to first. */
type Door = PartnerProtocol | 'implicitTls';

const DOORS = ['sftp', 'ftp', 'implicitTls'] as const satisfies readonly Door[];
/** What is offered first where a port cannot be had. */
const ALTERNATIVES: Readonly<Record<Door, number>> = { sftp: 2022, ftp: 2121, implicitTls: 2990 };
const LABELS: Readonly<Record<Door, string>> = { sftp: 'SFTP', ftp: 'FTP', implicitTls: 'FTP with implicit TLS' };
const LAST_PORT = 65_535;
/** Alternatives that are tried, one after the other. */
const MOST_ALTERNATIVES = 50;
/** Of a larger passive range so many ports are tried, evenly spread. */
const MOST_PROBES = 256;
const FEW_PASSIVE_PORTS = 10;

/**
 * Whether these ports can be had, found out by listening on each for a moment; those that Gatehouse itself listens on count as had. One row
 * per port and one for the range, with `use-port` or `use-passive` as the remedy where another one is free.
 */
export async function checkPorts(wanted: WantedPorts, services: PortCheckServices): Promise<CheckRow[]> {
  const rows: CheckRow[] = [];
  for (const door of DOORS) {
    const port = wanted[door];
    if (port !== undefined) rows.push(await checkPort(door, port, wanted, services));
  }
  if (wanted.passive !== undefined) rows.push(await checkPassive(wanted.passive, wanted, services));
  return rows;
}

async function checkPort(door: Door, port: number, wanted: WantedPorts, services: PortCheckServices): Promise<CheckRow> {
  const row = checkRow(door, `${LABELS[door]} port ${port}`);
  const { host } = services.settings()[door === 'sftp' ? 'sftp' : 'ftp'];
  const offer = async (): Promise<CheckRow['fix']> => {
    const free = await freePort(door, host, wanted);
    return free === null ? null : { id: 'use-port', title: `Use port ${free}`, value: free };
  };
  const earlier = DOORS.slice(0, DOORS.indexOf(door)).find((other) => wanted[other] === port);
  if (earlier !== undefined)
    return row.failed(`${LABELS[earlier]} is to have this port already. Each needs one of its own.`, await offer());
  const holder = holderOf(port, services);
  if (holder === door) return row.passed(`Gatehouse listens on port ${port}.`);
  if (holder !== null) return row.failed(`Gatehouse itself offers ${LABELS[holder]} on this port. Choose another one.`, await offer());
  const failure = await tryPort(host, port);
  if (failure === null) return row.passed(`Port ${port} is free.`);
  const note = failure.code === 'permission_denied' ? privilegedNote(services.platform) : '';
  return row.failed(`${failure.message}${note}`, failure.code === 'address_unavailable' ? null : await offer());
}

/** Which of our own listeners has this port now. */
function holderOf(port: number, { listeners, settings }: PortCheckServices): Door | null {
  return (
    DOORS.find((door) => {
      const status = listeners.status(door === 'sftp' ? 'sftp' : 'ftp');
      return status.state === 'listening' && (door === 'implicitTls' ? settings().ftp.implicitTlsPort : status.port) === port;
    }) ?? null
  );
}

function privilegedNote(platform: NodeJS.Platform): string {
  return platform === 'linux' ? ' An administrator can allow it for all programs with: sysctl net.ipv4.ip_unprivileged_port_start=21' : '';
}

/** Listens for a moment. Null: the port is free. */
async function tryPort(host: string, port: number): Promise<AppError | null> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return null;
  } catch (error) {
    return await listenFailure(error, host, port);
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
}

async function freePort(door: Door, host: string, wanted: WantedPorts): Promise<number | null> {
  const first = ALTERNATIVES[door];
  const isSpokenFor = (port: number): boolean =>
    Object.values(wanted).some((use) => (typeof use === 'number' ? use === port : use !== undefined && port >= use.from && port <= use.to));
  for (let port = first; port < first + MOST_ALTERNATIVES; port++) {
    if (!isSpokenFor(port) && (await isFree(host, port))) return port;
  }
  return null;
}

async function isFree(host: string, port: number): Promise<boolean> {
  return (await tryPort(host, port)) === null;
}

async function checkPassive(
  range: { readonly from: number; readonly to: number },
  wanted: WantedPorts,
  services: PortCheckServices,
): Promise<CheckRow> {
  const { from, to } = range;
  const row = checkRow('passive', `FTP data ports ${from} to ${to}`);
  if (from > to) return row.failed('The last port is below the first. Exchange them.');
  const clash = DOORS.find((door) => {
    const port = wanted[door];
    return port !== undefined && port >= from && port <= to;
  });
  if (clash !== undefined) return row.failed(`The ${LABELS[clash]} port lies in this range. Choose another range, such as 50000 to 50099.`);
  const { host } = services.settings().ftp;
  const { tried, taken } = await probeRange(host, from, to);
  const count = to - from + 1;
  if (taken.length === tried) {
    const offered = await freeRange(host, Math.max(count, FEW_PASSIVE_PORTS));
    return row.failed(
      'None of these ports can be had. Choose another range.',
      offered === null ? null : { id: 'use-passive', title: `Use ports ${offered.from} to ${offered.to}`, value: offered },
    );
  }
  const free =
    count === tried ? `${tried - taken.length} of ${count} ports are free` : `${tried - taken.length} of ${tried} ports tried are free`;
  if (taken.length > 0)
    return row.warning(
      `${free}; other programs hold ${taken.slice(0, 5).join(', ')}${taken.length > 5 ? ' …' : ''}. Gatehouse passes over those.`,
    );
  if (count < FEW_PASSIVE_PORTS)
    return row.warning(
      `${free}. Each transfer that runs needs one: with so few, partners wait for one another. Take ${FEW_PASSIVE_PORTS} or more.`,
    );
  return row.passed(`${free}.`);
}

async function probeRange(host: string, from: number, to: number): Promise<{ tried: number; taken: number[] }> {
  const count = to - from + 1;
  const tried = Math.min(count, MOST_PROBES);
  const taken: number[] = [];
  for (let index = 0; index < tried; index++) {
    const port = from + Math.floor((index * count) / tried);
    if (!(await isFree(host, port))) taken.push(port);
  }
  return { tried, taken };
}

/** A range of `count` ports from 50000 on, all of those tried free. */
async function freeRange(host: string, count: number): Promise<{ from: number; to: number } | null> {
  for (let from = 50_000; from + count - 1 <= LAST_PORT; from += Math.max(count, 1000)) {
    const to = from + count - 1;
    if ((await probeRange(host, from, to)).taken.length === 0) return { from, to };
  }
  return null;
}
