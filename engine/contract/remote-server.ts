import { z } from 'zod';
import { field } from './fields.ts';
import { hostName } from './server-fields.ts';

/** The ways to another server of files. */
export const REMOTE_PROTOCOLS = ['sftp', 'ftps', 'ftps-implicit', 'ftp'] as const;

const HOST_KEY = /^SHA256:[A-Za-z0-9+/]{43}=?$/;
const CERTIFICATE = /^(?:SHA-?256[:= ]*)?(?:[0-9A-Fa-f]{2}[: ]?){32}$/i;

/** Fields of the server that files are pushed to or fetched from; spread into the schema of an action. */
export const remoteServerFields = {
  protocol: field
    .select(REMOTE_PROTOCOLS, {
      title: 'Protocol',
      help: 'FTPS begins in the clear and encrypts before the sign-in; implicit: from the first byte. FTP sends the password as it is.',
    })
    .default('sftp'),
  host: hostName({ title: 'Server', help: 'Its name or address.' }),
  port: field.number({ title: 'Port', help: '0: the usual one.', min: 0, max: 65_535, ungrouped: true, more: true }).default(0),
  username: field.text({ title: 'User name' }).min(1, 'Enter the user name.').max(255),
  password: field.secret({ title: 'Password', help: 'Empty where a key is enough.' }).default(''),
  privateKey: field
    .secret({ title: 'Private key', multiline: true, help: 'SFTP only: in the form of OpenSSH or PEM.', more: true })
    .default(''),
  passphrase: field.secret({ title: 'Passphrase of the key', more: true }).default(''),
  fingerprint: field
    .text({
      title: 'Fingerprint',
      help: 'SFTP: of the host key, such as SHA256:…; a test shows it. FTPS: SHA-256 of the certificate; empty: one that a known authority signed.',
    })
    .max(255)
    .refine((text) => text === '' || HOST_KEY.test(text) || CERTIFICATE.test(text), {
      error: 'Enter SHA256: and what follows it, or the 64 hexadecimal digits of a certificate.',
    })
    .default(''),
};

/** A server of SFTP that a virtual folder lies on, without those of other protocols; the field of a secret is a text or a reference. */
export const sftpServerSchema = z.strictObject({
  host: remoteServerFields.host,
  port: remoteServerFields.port,
  username: remoteServerFields.username,
  password: remoteServerFields.password,
  privateKey: field.secret({ title: 'Private key', multiline: true, help: 'In the form of OpenSSH or PEM.', more: true }).default(''),
  passphrase: remoteServerFields.passphrase,
  fingerprint: field
    .text({ title: 'Fingerprint', help: 'Of the host key, such as SHA256:…; a test shows it.' })
    .max(255)
    .refine((text) => text === '' || HOST_KEY.test(text), { error: 'Enter SHA256: and what follows it.' })
    .default(''),
});
export type SftpServer = z.output<typeof sftpServerSchema>;

/** The fields of it that are secrets. */
export const SFTP_SECRETS = ['password', 'privateKey', 'passphrase'] as const;

type Pinned = { readonly protocol: (typeof REMOTE_PROTOCOLS)[number]; readonly fingerprint: string; readonly privateKey: unknown };

/** Whether the fingerprint is one of what this protocol shows. */
export function fitsProtocol({ protocol, fingerprint }: Pinned): boolean {
  if (fingerprint === '') return true;
  const isHostKey = HOST_KEY.test(fingerprint);
  // What is neither is told by the field itself.
  if (!isHostKey && !CERTIFICATE.test(fingerprint)) return true;
  return protocol === 'sftp' ? isHostKey : protocol !== 'ftp' && !isHostKey;
}

/** Keys are for SFTP. */
export function fitsKey({ protocol, privateKey }: Pinned): boolean {
  return protocol === 'sftp' || privateKey === '';
}

export const FINGERPRINT_ERROR = {
  error: 'SFTP takes the fingerprint of a host key (SHA256:…), FTPS that of a certificate (64 hexadecimal digits), FTP none.',
  path: ['fingerprint'],
};

export const KEY_ERROR = { error: 'Only SFTP signs in with a key. Enter a password.', path: ['privateKey'] };
