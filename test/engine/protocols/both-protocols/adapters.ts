import { type Client, curl, lftp, openSshScp, openSshSftp, psftp, rclone, type Target } from '../../../helpers/clients.ts';
import { ncftp } from '../../../helpers/ncftp.ts';
import { asyncssh, ftplib, paramiko } from '../../../helpers/python-clients.ts';
import { sshfs } from '../../../helpers/sshfs.ts';
import type { ClientId, Operation } from './matrix.ts';

/** How each client of the matrix is run. */
export const ADAPTERS: Readonly<Record<ClientId, (target: Target) => Client>> = {
  openSshSftp,
  openSshScp,
  psftp,
  lftpSftp: (target) => lftp('sftp', target),
  curlSftp: (target) => curl('sftp', target),
  rcloneSftp: (target) => rclone('sftp', target),
  sshfs,
  paramiko,
  asyncssh,
  curlFtp: (target) => curl('ftp', target),
  curlFtps: (target) => curl('ftps-explicit', target),
  curlFtpsImplicit: (target) => curl('ftps-implicit', target),
  lftpFtp: (target) => lftp('ftp', target),
  lftpFtps: (target) => lftp('ftps-explicit', target),
  lftpFtpsImplicit: (target) => lftp('ftps-implicit', target),
  rcloneFtp: (target) => rclone('ftp', target),
  rcloneFtps: (target) => rclone('ftps-explicit', target),
  ncftp,
  ftplib: (target) => ftplib(null, target),
  ftplibTls12: (target) => ftplib('1.2', target),
  ftplibTls13: (target) => ftplib('1.3', target),
};

/** Whether the client has the operation at all; to be compared with what the matrix declares. */
export function hasOperation(client: Client, operation: Operation): boolean {
  switch (operation) {
    case 'resumeUpload':
      return client.resumePut !== undefined;
    case 'resumeDownload':
      return client.resumeGet !== undefined;
    case 'rename':
    case 'remove':
    case 'folders':
      return client.manage !== undefined;
    default:
      return true;
  }
}
