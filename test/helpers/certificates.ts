import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';
import { run } from './run.ts';

export type MadeCertificate = {
  readonly pem: { readonly certificate: string; readonly key: string };
  /** The key with a password on it. */
  readonly lockedKey: string;
  /** Base64, with the password it was asked for. */
  readonly pfx: { readonly pfx: string; readonly password: string };
  /** The same, without its key, and with the ciphers of old Windows versions. */
  readonly keylessPfx: string;
  readonly oldPfx: string;
};

/** A certificate as an authority would hand it over, in every form, made by OpenSSL; valid for `days` from now. */
export async function makeCertificate(options: {
  names: readonly [string, ...string[]];
  days?: number;
  password?: string;
}): Promise<MadeCertificate> {
  const { names, days = 365, password = '' } = options;
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder, name);
  const openssl = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await run('openssl', args);
    if (code !== 0) throw new Error(stderr);
  };
  const subject = ['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`];
  const key = ['-newkey', 'rsa:2048', '-noenc', '-keyout', file('key.pem')];
  await openssl('req', '-x509', ...key, '-out', file('certificate.pem'), '-days', String(days), ...subject);
  const passOut = ['-passout', `pass:${password}`];
  const pfx = (name: string, ...args: string[]): Promise<void> =>
    openssl('pkcs12', '-export', '-in', file('certificate.pem'), '-out', file(name), ...passOut, ...args);
  await pfx('new.pfx', '-inkey', file('key.pem'));
  await pfx('old.pfx', '-inkey', file('key.pem'), '-legacy');
  await pfx('keyless.pfx', '-nokeys');
  await openssl('pkey', '-in', file('key.pem'), '-aes256', '-passout', 'pass:locked', '-out', file('locked.pem'));
  const text = (name: string): string => readFileSync(file(name), 'utf8');
  const base64 = (name: string): string => readFileSync(file(name)).toString('base64');
  return {
    pem: { certificate: text('certificate.pem'), key: text('key.pem') },
    lockedKey: text('locked.pem'),
    pfx: { pfx: base64('new.pfx'), password },
    keylessPfx: base64('keyless.pfx'),
    oldPfx: base64('old.pfx'),
  };
}
