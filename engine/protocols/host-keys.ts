import { createHash, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ParsedKey } from 'ssh2';
import { AppError } from '../contract/errors.ts';
import { sshUtils } from './sftp/ssh2.ts';

/** One of the server's own keys. `privateKey` is a secret: it goes to the SSH server and nowhere else. */
export type HostKey = {
  /** Name of RFC 4253, 6.6: `ssh-ed25519` or `ssh-rsa`. */
  readonly algorithm: string;
  /** OpenSSH's format. */
  readonly privateKey: string;
  /** One line as in `known_hosts`, without the host. */
  readonly publicKey: string;
  /** As OpenSSH shows it: `SHA256:` and base64 without padding. */
  readonly sha256: string;
  /** As older clients show it: 16 pairs of hexadecimal digits with colons. */
  readonly md5: string;
};

const generateKeyPair = promisify(
  (kind: 'ed25519' | 'rsa', done: (error: Error | null, keys: { private: string; public: string }) => void) => {
    if (kind === 'rsa') sshUtils.generateKeyPair('rsa', { bits: 3072, comment: 'gatehouse' }, done);
    else sshUtils.generateKeyPair('ed25519', { comment: 'gatehouse' }, done);
  },
);

/** Both fingerprints of a public key blob (RFC 4253, 6.6), in the forms in which clients show them. */
export function keyFingerprints(blob: Uint8Array): { readonly sha256: string; readonly md5: string } {
  const sha256 = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  const md5 = createHash('md5')
    .update(blob)
    .digest('hex')
    .replace(/..(?=.)/g, '$&:');
  return { sha256: `SHA256:${sha256}`, md5 };
}

/** Reads a private key without a passphrase. Throws AppError `invalid_input`: a damaged key is never replaced silently, clients would warn of an attack. */
function parseHostKey(text: string, file: string): HostKey {
  const parsed: ParsedKey | Error | undefined = [sshUtils.parseKey(text)].flat()[0];
  if (parsed === undefined || parsed instanceof Error || !parsed.isPrivateKey()) {
    throw new AppError(
      'invalid_input',
      `The host key ${file} cannot be read. Restore it from a backup, or delete it: then a new one is made, and clients will ask about it.`,
    );
  }
  const blob = parsed.getPublicSSH();
  return { algorithm: parsed.type, privateKey: text, publicKey: `${parsed.type} ${blob.toString('base64')}`, ...keyFingerprints(blob) };
}

/** Puts `text` under a name that must not exist yet; false when somebody was faster. The name never shows half a key. */
async function publish(folder: string, file: string, text: string): Promise<boolean> {
  const temporary = join(folder, `.${file}.${randomUUID()}`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(temporary, join(folder, file));
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function loadOrCreate(folder: string, file: string, kind: 'ed25519' | 'rsa'): Promise<HostKey> {
  const path = join(folder, file);
  const existing = await readFile(path, 'utf8').catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  });
  if (existing !== null) {
    // A restored backup often comes back readable by all.
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
    return parseHostKey(existing, file);
  }
  const text = await generateReadable(kind);
  return (await publish(folder, file, text)) ? parseHostKey(text, file) : loadOrCreate(folder, file, kind);
}

/** ssh2 1.17 writes about one Ed25519 key in 400 in a form that nobody can read, itself included (measured: 8 of 3,000). */
async function generateReadable(kind: 'ed25519' | 'rsa'): Promise<string> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const { private: text } = await generateKeyPair(kind);
    if (!([sshUtils.parseKey(text)].flat()[0] instanceof Error)) return text;
  }
  throw new AppError('internal', 'No host key could be made.');
}

/**
 * The server's keys out of `folder`, made there (mode 0600) where they are missing: Ed25519, and with `compatibility` an RSA key of
 * 3,072 bits besides. Rejects with AppError `invalid_input` for a file that is not a key, `folder_not_writable` when none can be made.
 */
export async function loadHostKeys(folder: string, compatibility: boolean): Promise<readonly HostKey[]> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const ed25519 = await loadOrCreate(folder, 'ssh_host_ed25519_key', 'ed25519');
    return compatibility ? [ed25519, await loadOrCreate(folder, 'ssh_host_rsa_key', 'rsa')] : [ed25519];
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('folder_not_writable', 'The host keys cannot be read or made. Check that Gatehouse may write its data folder.', {
      cause: thrown,
    });
  }
}
