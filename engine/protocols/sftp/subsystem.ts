import type { Socket } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';
import type { Logger } from '../../lib/log.ts';
import type { AbortReason, Session } from '../../vfs/types.ts';
import { StayAwake } from '../stay-awake.ts';
import { SftpConversation } from './conversation.ts';
import { MalformedPacket } from './packets.ts';
import { isExchangingKeys } from './ssh2.ts';

/**
 * Replies that the peer has not taken may fill this much before nothing more is read for it, on the socket and, where the channel's
 * window is closed, in front of it. Enough to keep a fast client busy, little beside the 64 MiB that a session may take.
 */
const MOST_UNSENT_BYTES = 2 * 1024 * 1024;

export type SubsystemOptions = {
  readonly channel: ServerChannel;
  readonly connection: Connection;
  readonly socket: Socket;
  readonly session: Session;
  readonly log: Logger;
  readonly now: () => number;
  readonly isStopping: () => boolean;
  /** Told of every byte moved, for the next key exchange. */
  readonly onBytes: (count: number) => void;
  /** The client has got so far. */
  readonly reached: (stage: 'listed' | 'transferred') => void;
  /** The channel's orderly or forced end; called once. */
  readonly onEnd: () => void;
};

/** A running `sftp` subsystem. */
export type Subsystem = {
  /** Ends it without waiting for the client. Idempotent; never rejects. */
  abandon(reason: AbortReason): Promise<void>;
  /** SSH's EOF or CLOSE, or TCP's FIN came: from now on a lost connection is that of a client that had left in order. */
  left(): void;
  /** The socket drained or keys were exchanged. */
  wireMoved(): void;
  /** What came from the client and waits in the channel, as it was read. */
  holdsInput(): boolean;
};

/** Speaks SFTP on a channel that was accepted for the `sftp` subsystem, until either side ends it. */
export function startSubsystem(options: SubsystemOptions): Subsystem {
  const { channel, connection, socket, session, log } = options;
  let ended = false;
  let hasLeft = false;
  const awake = new StayAwake();

  const isCongested = (): boolean =>
    socket.writableLength > MOST_UNSENT_BYTES || channel.writableLength > MOST_UNSENT_BYTES || isExchangingKeys(connection);
  const conversation = new SftpConversation({
    session,
    log,
    now: options.now,
    isStopping: options.isStopping,
    reached: options.reached,
    onFlow: () => adjustInput(),
    wire: {
      write: (bytes, sent) => {
        options.onBytes(bytes.length);
        channel.write(bytes, () => {
          sent?.();
          if (channel.isPaused()) wireMoved();
        });
      },
      cork: () => socket.cork(),
      uncork: () => {
        socket.uncork();
        awake.replied();
      },
      isCongested,
    },
  });

  /** ssh2 re-opens the channel's window only while its stream flows, so pausing it stops the client after at most one window of 2 MiB. */
  function adjustInput(): void {
    if (ended) return;
    if (conversation.wantsInput) channel.resume();
    else channel.pause();
  }

  function wireMoved(): void {
    conversation.wireMoved();
    adjustInput();
  }

  async function abandon(reason: AbortReason): Promise<void> {
    if (!ended) {
      ended = true;
      options.onEnd();
      // What still lies in the stream is dropped, so that the channel's own end can come.
      channel.removeAllListeners('data').resume();
    }
    await conversation.abandon(hasLeft && reason === 'connection_lost' ? 'disconnected' : reason);
  }

  function leave(status: number): void {
    conversation.whenSent(() => {
      channel.exit(status);
      channel.end();
    });
  }

  channel.on('error', (error: Error) => {
    log.debug('An SFTP channel failed.', error);
    void abandon('connection_lost');
  });
  channel.stderr.on('error', () => void abandon('connection_lost'));
  channel.on('data', (chunk: Buffer) => {
    options.onBytes(chunk.length);
    awake.asked();
    try {
      conversation.receive(chunk);
    } catch (thrown) {
      if (!(thrown instanceof MalformedPacket)) log.error('The SFTP stream could not be read.', thrown);
      else log.info(`A client's SFTP stream is malformed and was ended: ${thrown.message}.`);
      leave(1);
      void abandon('error');
      return;
    }
    if (!conversation.wantsInput) channel.pause();
  });
  channel.once('end', () => {
    if (ended) return;
    void conversation.finish().then(() => leave(0));
  });
  channel.once('close', () => void abandon('connection_lost'));

  const left = (): void => {
    hasLeft = true;
  };
  return { abandon, left, wireMoved, holdsInput: () => channel.readableLength > 0 };
}
