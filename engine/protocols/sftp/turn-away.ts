import type { Socket } from 'node:net';

/** RFC 4253, section 11.1 */
const SSH_MSG_DISCONNECT = 1;
const SSH_DISCONNECT_SERVICE_NOT_AVAILABLE = 7;
/** Unencrypted packets are padded to 8 bytes, with 4 at least (RFC 4253, section 6). */
const BLOCK_BYTES = 8;
const LEAST_PADDING_BYTES = 4;
/** How long a client that does not read may keep the connection. */
const PATIENCE_MS = 1000;

/**
 * Ends a connection before keys are exchanged, with a disconnect message whose words the client shows to its user. Only for sockets that
 * ssh2 has not been given. ASCII only.
 */
export function turnAway(socket: Socket, reason: string): void {
  socket.on('error', () => undefined);
  // What the client sends meanwhile is read, or TCP would reset the connection before it has read the reason.
  socket.resume();
  socket.write('SSH-2.0-Gatehouse\r\n');
  socket.end(disconnectMessage(reason));
  setTimeout(() => socket.destroy(), PATIENCE_MS).unref();
}

/** SSH_MSG_DISCONNECT as an unencrypted packet. */
function disconnectMessage(reason: string): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(SSH_MSG_DISCONNECT);
  head.writeUInt32BE(SSH_DISCONNECT_SERVICE_NOT_AVAILABLE, 1);
  head.writeUInt32BE(reason.length, 5);
  const noLanguage = Buffer.alloc(4);
  const payload = Buffer.concat([head, Buffer.from(reason, 'ascii'), noLanguage]);
  const lengths = 5;
  const padding = LEAST_PADDING_BYTES + ((BLOCK_BYTES - ((lengths + payload.length + LEAST_PADDING_BYTES) % BLOCK_BYTES)) % BLOCK_BYTES);
  const packet = Buffer.alloc(lengths + payload.length + padding);
  packet.writeUInt32BE(packet.length - 4);
  packet.writeUInt8(padding, 4);
  payload.copy(packet, lengths);
  return packet;
}
