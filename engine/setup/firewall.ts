import { readFile } from 'node:fs/promises';
import { AppError } from '../contract/errors.ts';
import type { CheckRow } from '../contract/methods/setup.ts';
import { checkRow } from './rows.ts';
import type { RunProgram } from './run-program.ts';

/** TCP ports that partners must reach. */
export type OpenPorts = {
  readonly sftp?: number | undefined;
  readonly ftp?: number | undefined;
  /** Where FTP begins with TLS. */
  readonly implicitTls?: number | undefined;
  /** Needed with `ftp` only. */
  readonly passive?: { readonly from: number; readonly to: number } | undefined;
};

export type FirewallServices = {
  readonly platform: NodeJS.Platform;
  readonly run: RunProgram;
  /** Text of a file; empty where it cannot be read. */
  readonly readText: (path: string) => Promise<string>;
};

/** Text of a file of the system; empty where it cannot be read. */
export const readSystemText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Name of the rule on Windows, and comment elsewhere; how it is found again. */
const RULE = 'Gatehouse';
/** A person reads a dialog and types a password meanwhile. */
const ELEVATION_WITHIN_MS = 120_000;

const row = checkRow('reach.firewall', 'Firewall of this machine');

const showRule = ['advfirewall', 'firewall', 'show', 'rule', `name=${RULE}`];

type Command = { readonly file: string; readonly args: readonly string[] };

/** `2022` and `50000-50099`, in the notation of the tool or of a sentence. */
export function portList({ sftp, ftp, implicitTls, passive }: OpenPorts, dash: string): string[] {
  const range = ftp !== undefined && passive !== undefined ? [`${passive.from}${dash}${passive.to}`] : [];
  return [...[sftp, ftp, implicitTls].filter((port) => port !== undefined).map(String), ...range];
}

/** Whether the machine's own firewall lets partners in, as far as it tells without special rights. Never rejects. */
export async function checkFirewall(ports: OpenPorts, services: FirewallServices): Promise<CheckRow> {
  if (portList(ports, '-').length === 0) return row.skipped('No protocol is on, so nothing has to come through.');
  switch (services.platform) {
    case 'linux':
      return checkLinux(ports, services);
    case 'win32':
      return checkWindows(ports, services.run);
    case 'darwin':
      return checkMac(services.run);
    default:
      return row.warning('The firewall of this system is unknown to Gatehouse. Make sure that it lets the ports in.');
  }
}

function fix(ports: OpenPorts): CheckRow['fix'] {
  const { sftp, ftp, implicitTls, passive } = ports;
  const value = {
    ...(sftp === undefined ? {} : { sftp }),
    ...(ftp === undefined ? {} : { ftp }),
    ...(implicitTls === undefined ? {} : { implicitTls }),
    ...(passive === undefined ? {} : { passive }),
  };
  return { id: 'firewall', title: 'Let partners through', value };
}

async function checkLinux(ports: OpenPorts, { run, readText }: FirewallServices): Promise<CheckRow> {
  if ((await run('firewall-cmd', ['--state']))?.code === 0) {
    const closed: string[] = [];
    for (const port of portList(ports, '-')) {
      if ((await run('firewall-cmd', [`--query-port=${port}/tcp`]))?.code !== 0) closed.push(port);
    }
    return closed.length === 0
      ? row.passed('firewalld runs and lets the ports in.')
      : row.failed(`firewalld runs and does not let in: ${closed.join(', ')}.`, fix(ports));
  }
  if (/^ENABLED=yes/m.test(await readText('/etc/ufw/ufw.conf'))) {
    const rules = await readText('/etc/ufw/user.rules');
    if (rules === '')
      return row.warning(
        'ufw is on; its rules can be read with special rights only. Let the ports in, if that was not done yet.',
        fix(ports),
      );
    return isOpenInUfw(rules, ports)
      ? row.passed('ufw is on and lets the ports in.')
      : row.failed(`ufw is on and has no rule for the ports ${portList(ports, '-').join(', ')}.`, fix(ports));
  }
  const isFiltered =
    (await readText('/proc/net/ip_tables_names')) !== '' || (await run('systemctl', ['is-active', '--quiet', 'nftables']))?.code === 0;
  if (isFiltered)
    return row.warning(
      `This machine filters packets by rules of its own (nftables or iptables), which only an administrator can read. They must let in TCP ${portList(ports, '-').join(', ')}.`,
    );
  return row.passed('Neither ufw nor firewalld is on, and no packet filter was found.');
}

/** Whether /etc/ufw/user.rules holds an `allow` tuple for each port: `### tuple ### allow tcp 2022,2121,50000:50099 0.0.0.0/0 any …`. */
export function isOpenInUfw(rules: string, ports: OpenPorts): boolean {
  const open = [...rules.matchAll(/^### tuple ### allow (?:any|tcp) (\S+) /gm)].flatMap(([, list = '']) => list.split(','));
  return portList(ports, ':').every((port) => open.includes(port));
}

async function checkWindows(ports: OpenPorts, run: RunProgram): Promise<CheckRow> {
  const found = await run('netsh.exe', showRule);
  if (found === null) return row.warning('The Windows firewall could not be asked. Make sure that it lets the ports in.', fix(ports));
  if (found.code !== 0) return row.failed('The Windows firewall has no rule for Gatehouse yet: nobody else can connect.', fix(ports));
  // The words around them are translated, the ports are not.
  const listed = new Set(found.output.match(/\d+(?:-\d+)?/g));
  return portList(ports, '-').every((port) => listed.has(port))
    ? row.passed('The Windows firewall has a rule that lets the ports in.')
    : row.failed('The rule in the Windows firewall is for other ports.', fix(ports));
}

async function checkMac(run: RunProgram): Promise<CheckRow> {
  const state = await run('/usr/libexec/ApplicationFirewall/socketfilterfw', ['--getglobalstate']);
  return state !== null && /State = 0/.test(state.output)
    ? row.passed('The firewall of macOS is off.')
    : row.warning(
        'macOS asks once whether Gatehouse may accept connections: choose Allow. Later this is changed under System Settings, Network, Firewall.',
      );
}

/**
 * Makes the firewall let the ports in; the system asks the person for an administrator's rights. Resolves with how it is then. Rejects with
 * `unsupported` where Gatehouse knows no way, `permission_denied` when it was not allowed or did not work.
 */
export async function openFirewall(ports: OpenPorts, services: FirewallServices): Promise<CheckRow> {
  const commands = await commandsFor(ports, services);
  if (commands.length === 0 || portList(ports, '-').length === 0)
    throw new AppError('unsupported', 'Gatehouse cannot change the firewall of this machine. Let the TCP ports in by hand.');
  for (const { file, args } of commands) {
    const done = await services.run(file, args, ELEVATION_WITHIN_MS);
    if (done?.code !== 0)
      throw new AppError(
        'permission_denied',
        'The firewall was not changed: it was not allowed, or the tool for it is missing. Try again as an administrator, or let the ports in by hand.',
      );
  }
  const after = await checkFirewall(ports, services);
  // ufw's rules can still not be read; it said that it took them.
  return after.state === 'warning' ? row.passed('The firewall was told to let the ports in.') : after;
}

async function commandsFor(ports: OpenPorts, { platform, run, readText }: FirewallServices): Promise<Command[]> {
  if (platform === 'win32') {
    const isThere = (await run('netsh.exe', showRule))?.code === 0;
    return [firewallCommand.windows(ports, isThere)];
  }
  if (platform !== 'linux') return [];
  if ((await run('firewall-cmd', ['--state']))?.code === 0) return firewallCommand.firewalld(ports);
  return /^ENABLED=yes/m.test(await readText('/etc/ufw/ufw.conf')) ? [firewallCommand.ufw(ports)] : [];
}

/** The programs that open the ports. Their arguments are lists, made of numbers and fixed words only. */
export const firewallCommand = {
  ufw: (ports: OpenPorts): Command => ({
    file: 'pkexec',
    args: ['ufw', 'allow', 'proto', 'tcp', 'from', 'any', 'to', 'any', 'port', portList(ports, ':').join(','), 'comment', RULE],
  }),
  /** firewalld asks for rights itself. */
  firewalld: (ports: OpenPorts): Command[] => [
    { file: 'firewall-cmd', args: portList(ports, '-').map((port) => `--add-port=${port}/tcp`) },
    { file: 'firewall-cmd', args: ['--runtime-to-permanent'] },
  ],
  /** netsh through Windows' own question for rights, asked once. */
  windows(ports: OpenPorts, isThere: boolean): Command {
    const open = `localport=${portList(ports, '-').join(',')}`;
    const args = isThere
      ? ['set', 'rule', `name=${RULE}`, 'new', open]
      : ['add', 'rule', `name=${RULE}`, 'dir=in', 'action=allow', 'protocol=TCP', open];
    const list = ['advfirewall', 'firewall', ...args].map((arg) => `'${arg}'`).join(',');
    const script = `$p = Start-Process -FilePath netsh.exe -Verb RunAs -WindowStyle Hidden -Wait -PassThru -ArgumentList ${list}; exit $p.ExitCode`;
    return { file: 'powershell.exe', args: ['-NoProfile', '-NonInteractive', '-Command', script] };
  },
} as const;
