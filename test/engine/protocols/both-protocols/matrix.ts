/** What real clients do with this server: the declaration from which the suite is run and docs/clients.md is made. */

/** In the order of the page's columns. */
export const OPERATIONS = {
  upload: 'upload',
  download: 'download',
  resumeUpload: 'resume an upload',
  resumeDownload: 'resume a download',
  rename: 'rename',
  remove: 'delete',
  folders: 'folders',
  oddNames: 'odd names',
  parallel: '10 at once',
  abort: 'killed in an upload',
} as const;

export type Operation = keyof typeof OPERATIONS;

/** Which listener of the server the client comes to. */
export type Listener = 'sftp' | 'ftp' | 'ftpsImplicit';

export type ClientEntry = {
  readonly label: string;
  readonly over: string;
  readonly listener: Listener;
  /** Needs the older algorithms of the setting. */
  readonly compatibility?: true;
  /** Operations that this client does not have, each with the reason. Every other one works. */
  readonly without: Partial<Readonly<Record<Operation, string>>>;
};

const SCP_COPIES = 'scp only copies';
const RCLONE_SKIPS = 'rclone sends or fetches a file anew instead';

export const CLIENTS = {
  openSshSftp: { label: 'OpenSSH sftp', over: 'SFTP', listener: 'sftp', without: {} },
  openSshScp: {
    label: 'OpenSSH scp',
    over: 'SFTP',
    listener: 'sftp',
    without: { resumeUpload: SCP_COPIES, resumeDownload: SCP_COPIES, rename: SCP_COPIES, remove: SCP_COPIES, folders: SCP_COPIES },
  },
  psftp: { label: 'PuTTY psftp', over: 'SFTP', listener: 'sftp', without: {} },
  lftpSftp: { label: 'lftp', over: 'SFTP', listener: 'sftp', without: {} },
  curlSftp: { label: 'curl', over: 'SFTP, compatibility profile', listener: 'sftp', compatibility: true, without: {} },
  rcloneSftp: {
    label: 'rclone',
    over: 'SFTP',
    listener: 'sftp',
    without: { resumeUpload: RCLONE_SKIPS, resumeDownload: RCLONE_SKIPS },
  },
  sshfs: { label: 'sshfs', over: 'SFTP', listener: 'sftp', without: {} },
  paramiko: { label: 'paramiko', over: 'SFTP', listener: 'sftp', without: {} },
  asyncssh: { label: 'asyncssh', over: 'SFTP', listener: 'sftp', without: {} },
  curlFtp: { label: 'curl', over: 'FTP', listener: 'ftp', without: {} },
  curlFtps: { label: 'curl', over: 'FTPS', listener: 'ftp', without: {} },
  curlFtpsImplicit: { label: 'curl', over: 'FTPS, implicit', listener: 'ftpsImplicit', without: {} },
  lftpFtp: { label: 'lftp', over: 'FTP', listener: 'ftp', without: {} },
  lftpFtps: { label: 'lftp', over: 'FTPS', listener: 'ftp', without: {} },
  lftpFtpsImplicit: { label: 'lftp', over: 'FTPS, implicit', listener: 'ftpsImplicit', without: {} },
  rcloneFtp: { label: 'rclone', over: 'FTP', listener: 'ftp', without: { resumeUpload: RCLONE_SKIPS, resumeDownload: RCLONE_SKIPS } },
  rcloneFtps: { label: 'rclone', over: 'FTPS', listener: 'ftp', without: { resumeUpload: RCLONE_SKIPS, resumeDownload: RCLONE_SKIPS } },
  ncftp: {
    label: 'NcFTP',
    over: 'FTP',
    listener: 'ftp',
    without: { resumeUpload: 'NcFTP 3.2.6 sends the whole file again behind the part that is there, to every server' },
  },
  ftplib: { label: 'Python ftplib', over: 'FTP', listener: 'ftp', without: {} },
  ftplibTls12: { label: 'Python ftplib', over: 'FTPS, TLS 1.2', listener: 'ftp', without: {} },
  ftplibTls13: { label: 'Python ftplib', over: 'FTPS, TLS 1.3', listener: 'ftp', without: {} },
} as const satisfies Record<string, ClientEntry>;

export type ClientId = keyof typeof CLIENTS;

/** docs/clients.md. */
export function clientsPage(): string {
  const operations = Object.entries(OPERATIONS) as [Operation, string][];
  const reasons: string[] = [];
  const rows = Object.values<ClientEntry>(CLIENTS).map(({ label, over, without }) => {
    const cells = operations.map(([operation]) => {
      const reason = without[operation];
      if (reason === undefined) return 'works';
      if (!reasons.includes(reason)) reasons.push(reason);
      return `no (${reasons.indexOf(reason) + 1})`;
    });
    return `| ${label} | ${over} | ${cells.join(' | ')} |`;
  });
  return `<!-- Made by the suite of client tests from its own declaration; edits are lost. -->

# Clients

What was tested with real clients, in the versions of Debian 12. Each "works" is a test: the client itself is run against the server, and
what lies on disk, what it fetched and what the log says are compared.

| Client | Over | ${operations.map(([, words]) => words).join(' | ')} |
|---|---|${operations.map(() => '---').join('|')}|
${rows.join('\n')}

${reasons.map((reason, index) => `${index + 1}. ${reason}.`).join('\n')}

- **odd names**: spaces, quotes, umlauts, Japanese, and the characters that shells, addresses and patterns take for something; each is sent,
  listed and found on disk under exactly its name.
- **10 at once**: ten of the client's processes send and fetch a file each at the same time.
- **compatibility profile**: the setting "Let old clients in". libssh2 before 1.11 (2023), with which Debian 12 builds curl, knows none of
  the strong profile's ways to protect a packet.
- **killed in an upload**: the client is killed; no half file stands under the final name, the log says that the transfer was aborted, and
  the file can be sent again.

Clients with windows (WinSCP, FileZilla, Cyberduck, the file managers of Windows and macOS) are not run here; the steps to try them by hand
are in test/manual.md.
`;
}
