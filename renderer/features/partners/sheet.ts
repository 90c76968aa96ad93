import type { Account } from '../../../engine/contract/account.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import type { Settings } from '../../../engine/contract/settings.ts';
import { sheetText } from '../../text/partners.ts';

/** One way to the server, as the sheet states it. */
export type Door = {
  readonly protocol: 'SFTP' | 'FTPS';
  readonly port: number;
  readonly hosts: readonly { readonly host: string; readonly from: string }[];
};

/** Everything on the connection sheet; the password is not. */
export type Sheet = {
  readonly server: string;
  readonly doors: readonly Door[];
  readonly signIn: string;
  readonly hostKeys: Output<'server.status'>['hostKeys'];
  /** SHA-256 of the FTPS certificate; null while FTP is off. */
  readonly certificate: string | null;
};

/** The sheet of an account from what the engine says of itself. `lan`: addresses inside the office. */
export function makeSheet(
  account: Account,
  known: {
    readonly status: Output<'server.status'>;
    readonly server: Settings['server'];
    readonly lan: readonly string[];
    readonly certificate: string | undefined;
  },
): Sheet {
  const { status, server, lan, certificate } = known;
  const hosts = [
    ...(server.fromInternet && server.publicName !== '' ? [{ host: server.publicName, from: sheetText.hostOutside }] : []),
    ...lan.map((host) => ({ host, from: sheetText.hostInside })),
  ];
  const allowed = account.signIn.protocols;
  const may = (protocol: 'SFTP' | 'FTPS'): boolean => allowed.length === 0 || allowed.includes(protocol);
  const { sftp, ftp } = status.listeners;
  const doors: Door[] = [
    ...(sftp.state === 'listening' && may('SFTP') ? [{ protocol: 'SFTP' as const, port: sftp.port, hosts }] : []),
    ...(ftp.state === 'listening' && may('FTPS') && !account.signIn.requireKey
      ? [{ protocol: 'FTPS' as const, port: ftp.port, hosts }]
      : []),
  ];
  const hasKey = account.publicKeys.length > 0;
  return {
    server: server.name === '' ? (hosts[0]?.host ?? '') : server.name,
    doors,
    signIn:
      hasKey && account.hasPassword && !account.signIn.requireKey
        ? sheetText.signInBoth
        : hasKey
          ? sheetText.signInKey
          : sheetText.signInPassword,
    hostKeys: doors.some(({ protocol }) => protocol === 'SFTP') ? status.hostKeys : [],
    certificate: doors.some(({ protocol }) => protocol === 'FTPS') ? (certificate ?? null) : null,
  };
}

/** `sftp://user@host:port/`; IPv6 addresses in brackets. */
export function sftpLink(username: string, { hosts, port }: Door): string {
  return `sftp://${encodeURIComponent(username)}@${bracketed(hosts[0]?.host ?? '')}:${port}/`;
}

/** WinSCP's session URL, which holds the host key's fingerprint so that nobody has to compare it (winscp.net, session_url). */
export function winScpLink(username: string, door: Door, hostKeys: Sheet['hostKeys']): string {
  const key = hostKeys.find(({ type }) => type === 'ssh-ed25519') ?? hostKeys[0];
  if (key === undefined) return sftpLink(username, door);
  const print = `${key.type}-255-${key.sha256
    .replace(/^SHA256:/, '')
    .replaceAll('+', '-')
    .replaceAll('/', '_')}`;
  return `sftp://${encodeURIComponent(username)};fingerprint=${print}@${bracketed(door.hosts[0]?.host ?? '')}:${door.port}/`;
}

export function openSshCommand(username: string, { hosts, port }: Door): string {
  return `sftp -P ${port} ${username}@${hosts[0]?.host ?? ''}`;
}

/** A Host block for ~/.ssh/config. */
export function openSshConfig(username: string, { hosts, port }: Door, alias: string): string {
  return [`Host ${alias}`, `  HostName ${hosts[0]?.host ?? ''}`, `  Port ${port}`, `  User ${username}`].join('\n');
}

/** The sheet as plain text, for a mail. */
export function sheetAsText(account: Account, sheet: Sheet): string {
  return [
    `${sheetText.title}: ${sheet.server}`,
    '',
    ...sheet.doors.flatMap(({ protocol, port, hosts }) => [
      protocol,
      ...hosts.map(({ host, from }) => `  ${sheetText.host}: ${host} (${from})`),
      `  ${sheetText.port}: ${port}`,
      '',
    ]),
    `${sheetText.user}: ${account.username}`,
    `${sheetText.signIn}: ${sheet.signIn}`,
    ...(sheet.hostKeys.length === 0
      ? []
      : ['', sheetText.fingerprints, ...sheet.hostKeys.map(({ type, sha256, md5 }) => `  ${type}\n    ${sha256}\n    MD5:${md5}`)]),
    ...(sheet.certificate === null ? [] : ['', `${sheetText.certificate}: ${sheet.certificate}`]),
    '',
    sheetText.noPassword,
  ].join('\n');
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
