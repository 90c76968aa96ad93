import { AppError } from '../contract/errors.ts';
import type { SecretRef } from '../contract/fields.ts';
import { SFTP_SECRETS, type SftpServer, sftpServerSchema } from '../contract/remote-server.ts';
import type { SecretStore } from '../store/secret-store.ts';

/** The server that a folder's row names; null for a folder of this machine. */
export function remoteOf({ remote }: { readonly remote: string | null }): SftpServer | null {
  return remote === null ? null : sftpServerSchema.parse(JSON.parse(remote));
}

/**
 * Throws `invalid_input` at the field for a reference to a secret that `before` does not hold: whoever may edit folders could else send any
 * stored secret to a server of their choice.
 */
export function requireOwnSecrets(server: SftpServer, before: SftpServer | null): void {
  const known = refsOf(before);
  for (const field of SFTP_SECRETS) {
    const value = server[field];
    if (typeof value !== 'string' && !known.has(value.secret))
      throw new AppError('invalid_input', 'This refers to a secret of something else. Enter the secret itself.', {
        field: `remote.${field}`,
      });
  }
}

/** The server as it is kept: texts sealed, and what it no longer refers to deleted. Inside the caller's transaction. */
export function sealServer(
  server: SftpServer | null,
  before: SftpServer | null,
  secrets: Pick<SecretStore, 'put' | 'remove'>,
): SftpServer | null {
  const sealed =
    server === null ? null : mapSecrets(server, (value) => (typeof value !== 'string' || value === '' ? value : secrets.put(value)));
  const kept = refsOf(sealed);
  for (const secret of refsOf(before)) if (!kept.has(secret)) secrets.remove({ secret });
  return sealed;
}

/** The server with its secrets in the clear. Throws `secret_unreadable`. */
export function openServer(server: SftpServer, secrets: Pick<SecretStore, 'get'>) {
  const clear = (value: string | SecretRef): string => (typeof value === 'string' ? value : secrets.get(value));
  const { password, privateKey, passphrase } = server;
  return {
    ...server,
    protocol: 'sftp' as const,
    password: clear(password),
    privateKey: clear(privateKey),
    passphrase: clear(passphrase),
  };
}

function mapSecrets(server: SftpServer, change: (value: string | SecretRef) => string | SecretRef): SftpServer {
  return {
    ...server,
    password: change(server.password),
    privateKey: change(server.privateKey),
    passphrase: change(server.passphrase),
  };
}

function refsOf(server: SftpServer | null): Set<number> {
  if (server === null) return new Set();
  return new Set(SFTP_SECRETS.map((field) => server[field]).flatMap((value) => (typeof value === 'string' ? [] : [value.secret])));
}
