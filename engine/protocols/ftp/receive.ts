import { toAppError } from '../../contract/errors.ts';
import type { Upload } from '../../vfs/types.ts';
import { BrokenTransfer, brokenFor } from './broken-transfer.ts';
import type { DataChannel } from './data-channel.ts';
import type { Pace } from './pace.ts';
import type { Watch } from './transfer.ts';

/**
 * Writes what arrives on `channel` into `upload` from `startAt` on, reading ahead while a write runs, as much as `pace` allows. Resolves with the count once the
 * peer ended its side in order (FIN, with TLS close_notify) and all is written. Otherwise what came is written still, so that it can be
 * resumed, and it rejects: with BrokenTransfer, or with the AppError of `upload.write`. No write runs any more when it settles.
 */
export function receive(channel: DataChannel, upload: Upload, startAt: number, pace: Pace, watch: Watch): Promise<number> {
  const { stream } = channel;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let beingWritten: readonly Buffer[] = [];
  let position = startAt;
  let writing = false;
  let tcpEnded = false;
  let over: 'open' | 'in order' | Error = 'open';

  channel.keepBytes((bytes) => [held, beingWritten].some((buffers) => buffers.some(({ buffer }) => buffer === bytes)));
  return new Promise((resolve, reject) => {
    const write = (): void => {
      const buffers = held;
      const at = position;
      position += heldBytes;
      beingWritten = buffers;
      held = [];
      heldBytes = 0;
      writing = true;
      watch.waiting(upload.write(buffers, at)).then(
        () => {
          writing = false;
          beingWritten = [];
          proceed();
        },
        (error: unknown) => {
          stream.destroy();
          reject(toAppError(error));
        },
      );
    };
    const proceed = (): void => {
      if (writing) return;
      if (heldBytes >= pace.piece || (over !== 'open' && heldBytes > 0)) write();
      else if (over === 'in order') resolve(position - startAt);
      else if (over !== 'open') reject(over);
      if (stream.isPaused() && over === 'open') {
        stream.resume();
        checkOrder();
      }
    };
    const end = (how: 'in order' | Error): void => {
      if (over !== 'open') return;
      over = how;
      if (how !== 'in order') stream.destroy();
      proceed();
    };
    // The FIN came, all was decrypted and read, and a turn later there is still no close_notify.
    const checkOrder = (): void => {
      if (!tcpEnded) return;
      setImmediate(() => {
        if (over === 'open' && stream.readableLength === 0 && !stream.isPaused()) {
          end(
            new BrokenTransfer(
              'connection_lost',
              'The data connection ended without a TLS close_notify: the file may be incomplete. Send it again or resume.',
            ),
          );
        }
      });
    };
    const lost = (): void => {
      if (over === 'open') end(brokenFor('connection_lost'));
    };

    stream.on('data', (chunk: Buffer) => {
      held.push(chunk);
      heldBytes += chunk.length;
      watch.moved(chunk.length);
      if (heldBytes >= pace.held) stream.pause();
      proceed();
      checkOrder();
    });
    const peerEnded = (): void => {
      // Ours ends at once: clients that close TLS in both directions wait for it before they read the reply.
      stream.end();
      end('in order');
    };
    stream.once('end', peerEnded);
    stream.on('error', lost);
    stream.once('close', lost);
    channel.onTcpEnd(() => {
      tcpEnded = true;
      checkOrder();
    });
    // An empty upload may have ended together with its handshake.
    if (stream.readableEnded) peerEnded();
    else if (stream.destroyed) lost();
    else stream.resume();
  });
}
