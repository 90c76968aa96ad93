import type { ChecksumAlgorithm } from '../../../vfs/types.ts';
import type { SiteCommand } from './site-command.ts';

/** MD5, SHA1, SHA256 and SHA512 of a file, answered with the digits alone. */
export const checksumCommands: Readonly<Record<string, SiteCommand>> = {
  MD5: checksum('md5'),
  SHA1: checksum('sha1'),
  SHA256: checksum('sha256'),
  SHA512: checksum('sha512'),
};

function checksum(algorithm: ChecksumAlgorithm): SiteCommand {
  return {
    syntax: '<path>',
    parse: (path) => (path === '' ? null : [path]),
    run: (control, session, path = '') => control.interruptibly((signal) => session.checksum(control.path(path), algorithm, { signal })),
  };
}
