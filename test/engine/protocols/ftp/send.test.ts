import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { outgoingPlain } from '../../../../engine/protocols/ftp/data-channel.ts';
import { sendFile } from '../../../../engine/protocols/ftp/send.ts';
import type { Download } from '../../../../engine/vfs/types.ts';

test('a transfer that is broken off in the moment of its end ends as broken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = connect(address.port, '127.0.0.1');
  onTestFinished(() => void client.destroy());
  const [socket] = (await once(server, 'connection')) as [Socket];
  const end = socket.end.bind(socket);
  // As an ABOR in the same turn: destroyed, and the event that tells of it has not come.
  socket.end = ((done: () => void) => {
    socket.destroy();
    return end(done);
  }) as Socket['end'];
  const empty: Pick<Download, 'size' | 'read'> = { size: 0, read: () => Promise.resolve(0) };
  const watch = { moved: () => undefined, waiting: <T>(work: Promise<T>) => work };
  await expect(
    sendFile(outgoingPlain(socket), empty as Download, { from: 0, to: null }, { piece: 1024, held: 2048 }, watch),
  ).rejects.toMatchObject({
    reason: 'connection_lost',
  });
});
