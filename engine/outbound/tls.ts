import { connect as connectTls, type TLSSocket } from 'node:tls';
import { isIP, type Socket } from 'node:net';
import { AppError } from '../contract/errors.ts';
import { plainWords } from './words.ts';

export type TlsTarget = {
  /** The name that the certificate has to be for. */
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the one certificate that is accepted, in any spelling; empty: one that a known authority signed for the name. */
  readonly fingerprint?: string;
  readonly allowInvalidCertificate?: boolean;
  readonly signal: AbortSignal;
};

/** TLS over a connected socket. Rejects with `outbound_failed`, with the socket ended, when the certificate is not the expected one. */
export async function secure(
  socket: Socket,
  { host, port, fingerprint = '', allowInvalidCertificate, signal }: TlsTarget,
): Promise<TLSSocket> {
  const isPinned = fingerprint !== '';
  const secured = connectTls({
    socket,
    ...(isIP(host) === 0 ? { servername: host } : { host }),
    rejectUnauthorized: !isPinned && allowInvalidCertificate !== true,
  });
  const abort = (): void => void secured.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.once('error', reject);
      secured.once('close', () => reject(new Error('closed')));
    });
    if (isPinned) requirePinned(secured, fingerprint, host);
    secured.on('error', () => undefined);
    return secured;
  } catch (error) {
    secured.on('error', () => undefined);
    secured.destroy();
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError('outbound_failed', `${host} port ${port} gives no trusted encryption: ${plainWords(error)}.`, { cause: error });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Throws `outbound_failed`, with the fingerprint that was shown, unless it is the expected one. */
export function requirePinned(secured: TLSSocket, fingerprint: string, host: string): void {
  const shown = secured.getPeerX509Certificate()?.fingerprint256 ?? '';
  if (plainFingerprint(shown) === plainFingerprint(fingerprint)) return;
  throw new AppError(
    'outbound_failed',
    `${host} shows another certificate than the expected one. Its SHA-256 is ${shown}: enter it only if its owner confirms it.`,
  );
}

/** Hexadecimal digits alone, since some programs write colons, spaces or `SHA256:` between and before them. */
function plainFingerprint(text: string): string {
  return text
    .replace(/^sha-?256[:=\s]*/i, '')
    .replace(/[^0-9a-f]/gi, '')
    .toLowerCase();
}
