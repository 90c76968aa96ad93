import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { connect, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { AppError } from '../contract/errors.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { type CertificateNames, selfSign } from './self-signed.ts';

/**
 * The server's TLS certificate: one that the administrator brought, else our own, ECDSA P-256, self-signed, made on first use. Partners
 * check our own once by its fingerprint, so it is made to last; nothing here ever replaces one unasked.
 */
export type ServerCertificate = {
  /** PEM: the server's own, then those of its authorities. Of a PFX the server's own only. */
  readonly cert: string;
  /** What tls.createSecureContext() takes. Secret. Node cannot take a PFX apart, so that one stays as it is. */
  readonly tls: { readonly cert: string; readonly key: string } | { readonly pfx: Buffer; readonly passphrase: string };
  /** SHA-256 of the certificate, as clients show it: `AB:CD:…`. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly validUntilMs: number;
};

/** A certificate with its key as a person hands them over: PEM texts, or a PFX (PKCS #12) file in base64 with its password. */
export type CertificateFiles = { readonly certificate: string; readonly key: string } | { readonly pfx: string; readonly password: string };

const CERTIFICATE_FILE = 'tls-certificate.pem';
const KEY_FILE = 'tls-key.pem';
/** CertificateFiles as JSON. One file, so that certificate and key change in one rename. */
const IMPORTED_FILE = 'tls-imported.json';
const OWNER_ONLY = 0o600;

/**
 * The certificate and key kept in `folder`, made if there is none; files with keys have mode 0600, whatever they had. Rejects with
 * `secret_unreadable` when what is there cannot be used: a new certificate would surprise every partner, so that is a person's decision.
 */
export async function loadOrCreateCertificate(
  folder: string,
  names: CertificateNames,
  clock: Clock = systemClock,
): Promise<ServerCertificate> {
  await mkdir(folder, { recursive: true });
  const imported = await readIfPresent(join(folder, IMPORTED_FILE));
  if (imported !== null) {
    await chmod(join(folder, IMPORTED_FILE), OWNER_ONLY);
    return readImported(imported);
  }
  const cert = await readIfPresent(join(folder, CERTIFICATE_FILE));
  const key = await readIfPresent(join(folder, KEY_FILE));
  if (key === null && cert !== null) {
    throw new AppError(
      'secret_unreadable',
      `The key ${KEY_FILE} is missing. Restore it from a backup, or delete ${CERTIFICATE_FILE} to make a new certificate.`,
    );
  }
  if (key === null || cert === null) {
    // The key is written first: a key alone is left by a crash in between and is used.
    const keyText = key ?? generateKey();
    if (key === null) await writeDurably(folder, KEY_FILE, keyText, OWNER_ONLY);
    const certText = selfSign(readOwnKey(keyText), names, clock.now());
    await writeDurably(folder, CERTIFICATE_FILE, certText, 0o644);
    return describeOwn(certText, keyText);
  }
  await chmod(join(folder, KEY_FILE), OWNER_ONLY);
  return describeOwn(cert, key);
}

/**
 * Checks a certificate that a person brings and keeps it in `folder` as the one to use from now on. Rejects with `invalid_input`, naming
 * the field, when it cannot be read, has expired, or does not belong to its key; what was used before then stays.
 */
export async function importCertificate(folder: string, files: CertificateFiles, clock: Clock = systemClock): Promise<ServerCertificate> {
  const checked = await readFiles(files);
  if (checked.validUntilMs <= clock.now()) {
    throw new AppError('invalid_input', 'This certificate has expired. Get a new one from where it came from.', { field: fieldOf(files) });
  }
  await mkdir(folder, { recursive: true });
  await writeDurably(folder, IMPORTED_FILE, JSON.stringify(files), OWNER_ONLY);
  return checked;
}

async function readImported(text: string): Promise<ServerCertificate> {
  try {
    // Written by importCertificate; anything else fails below.
    return await readFiles(JSON.parse(text) as CertificateFiles);
  } catch (cause) {
    throw new AppError(
      'secret_unreadable',
      `The imported certificate ${IMPORTED_FILE} is damaged. Import it again, or delete the file to go back to Gatehouse's own certificate.`,
      { cause },
    );
  }
}

function fieldOf(files: CertificateFiles): 'pfx' | 'certificate' {
  return 'pfx' in files ? 'pfx' : 'certificate';
}

function readFiles(files: CertificateFiles): Promise<ServerCertificate> {
  return 'pfx' in files
    ? readPfx(Buffer.from(files.pfx, 'base64'), files.password)
    : Promise.resolve(readPem(files.certificate, files.key));
}

function readPem(certificate: string, keyText: string): ServerCertificate {
  const key = readBroughtKey(keyText);
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(certificate);
  } catch (cause) {
    throw new AppError('invalid_input', 'This is no certificate. Give the PEM text that starts with -----BEGIN CERTIFICATE-----.', {
      field: 'certificate',
      cause,
    });
  }
  if (!leaf.checkPrivateKey(key)) {
    throw new AppError(
      'invalid_input',
      'The key does not belong to the certificate. In the file with several certificates the one of this server must come first.',
      { field: 'key' },
    );
  }
  const tls = { cert: certificate, key: keyText };
  try {
    createSecureContext(tls);
  } catch (cause) {
    throw new AppError(
      'invalid_input',
      'The certificate is not accepted for TLS: it may be too weak, or a certificate below it is damaged.',
      {
        field: 'certificate',
        cause,
      },
    );
  }
  return describe(leaf, certificate, tls);
}

function readBroughtKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    const words = /ENCRYPTED/.test(pem)
      ? 'The key is locked with a password. Give it unlocked, or use a PFX file with its password.'
      : 'This is no private key. Give the PEM text that starts with -----BEGIN PRIVATE KEY-----.';
    throw new AppError('invalid_input', words, { field: 'key', cause });
  }
}

async function readPfx(pfx: Buffer, passphrase: string): Promise<ServerCertificate> {
  const tls = { pfx, passphrase };
  let context: SecureContext;
  try {
    context = createSecureContext(tls);
  } catch (cause) {
    throw pfxProblem(cause);
  }
  const leaf = await shownCertificate(context);
  return describe(leaf, leaf.toString(), tls);
}

function pfxProblem(cause: unknown): AppError {
  const { message, code } = cause as NodeJS.ErrnoException;
  if (/mac verify/i.test(message))
    return new AppError('invalid_input', 'The password does not open this PFX file. Enter the one it was made with.', {
      field: 'password',
      cause,
    });
  if (code === 'ERR_CRYPTO_UNSUPPORTED_OPERATION')
    return new AppError(
      'invalid_input',
      'This PFX file is encrypted in an old way (RC2). Export it again with AES-256, or give the certificate as PEM.',
      { field: 'pfx', cause },
    );
  return new AppError('invalid_input', 'This PFX file cannot be read or holds no private key. Export it again together with its key.', {
    field: 'pfx',
    cause,
  });
}

/** The certificate that a server with this context shows: asked by a handshake in memory, as a context does not tell. */
function shownCertificate(context: SecureContext): Promise<X509Certificate> {
  const [near, far] = duplexPair();
  const server = new TLSSocket(far, { isServer: true, secureContext: context });
  const client = connect({ socket: near, rejectUnauthorized: false });
  return new Promise<X509Certificate>((resolve, reject) => {
    client.once('secureConnect', () => {
      const shown = client.getPeerX509Certificate();
      if (shown === undefined) reject(pfxProblem(new Error('the server showed no certificate')));
      else resolve(shown);
    });
    for (const side of [server, client]) side.on('error', (error) => reject(pfxProblem(error)));
  }).finally(() => {
    client.destroy();
    server.destroy();
  });
}

function describe(leaf: X509Certificate, cert: string, tls: ServerCertificate['tls']): ServerCertificate {
  return { cert, tls, fingerprint: leaf.fingerprint256, validUntilMs: Date.parse(leaf.validTo) };
}

function describeOwn(cert: string, key: string): ServerCertificate {
  const privateKey = readOwnKey(key);
  try {
    const leaf = new X509Certificate(cert);
    if (leaf.checkPrivateKey(privateKey)) return describe(leaf, cert, { cert, key });
  } catch (error) {
    throw unusable(error);
  }
  throw unusable();
}

function readOwnKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw unusable(error);
  }
}

function unusable(cause?: unknown): AppError {
  return new AppError(
    'secret_unreadable',
    `${CERTIFICATE_FILE} and ${KEY_FILE} are damaged or do not belong together. Restore both from a backup, or delete both to make new ones.`,
    { cause },
  );
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('secret_unreadable', 'The TLS certificate or its key cannot be read. Check the permissions in the data folder.', {
      cause: error,
    });
  }
}

async function writeDurably(folder: string, name: string, text: string, mode: number): Promise<void> {
  const temporary = join(folder, `${name}.${randomBytes(6).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, name));
}

function generateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
