import { describe, expect, it } from 'vitest';
import { ADAPTERS, hasOperation } from './adapters.ts';
import { CLIENTS, type ClientEntry, type ClientId, clientsPage, OPERATIONS, type Operation } from './matrix.ts';
import { RUN, setUp } from './operations.ts';

/** Not at every commit, since it takes long; the long suite runs every cell of the matrix. */
const LONG_OPERATIONS: readonly Operation[] = ['parallel', 'abort'];
/** Programs that the round meets over another protocol, and that the tests of FTP and SFTP run by themselves. */
const LONG_CLIENTS: readonly ClientId[] = [
  'paramiko',
  'curlFtp',
  'curlFtpsImplicit',
  'lftpFtp',
  'lftpFtps',
  'rcloneFtps',
  'ftplib',
  'ftplibTls13',
];

const ids = Object.keys(CLIENTS) as ClientId[];
const operations = Object.keys(OPERATIONS) as Operation[];

it.each(ids.filter((id) => !LONG_CLIENTS.includes(id)))('%s does its round', async (id) => {
  const { without }: ClientEntry = CLIENTS[id];
  const situation = await setUp(id);
  for (const operation of operations) {
    if (!LONG_OPERATIONS.includes(operation) && without[operation] === undefined) await RUN[operation](situation, true);
  }
});

describe.each(ids)('%s', (id) => {
  const entry: ClientEntry = CLIENTS[id];

  it('has the operations that the matrix declares, and no others', () => {
    const client = ADAPTERS[id]({ port: 1, username: 'nobody', password: 'x' });
    for (const operation of operations) expect(hasOperation(client, operation), operation).toBe(entry.without[operation] === undefined);
  });
});

it('docs/clients.md says what the matrix declares (renew it with -u)', async () => {
  await expect(clientsPage()).toMatchFileSnapshot('../../../../docs/clients.md');
});
