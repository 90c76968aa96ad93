import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startFtp } from '../ftp/ftp-server.ts';
import { RawClient } from '../ftp/raw-client.ts';
import { connect, namesIn, rawSftp } from '../sftp/raw-client.ts';
import { startSftp } from '../sftp/start-sftp.ts';

it('lists a folder of 10,000 files over both protocols', async () => {
  const [ftp, ssh] = [await startFtp(), await startSftp()];
  for (const home of [ftp.home, ssh.home()]) {
    mkdirSync(home, { recursive: true });
    for (let index = 0; index < 10_000; index++) writeFileSync(join(home, `file-${index}`), '');
  }
  const client = await RawClient.signedIn(ftp);
  for (const verb of ['MLSD', 'LIST', 'NLST'])
    expect((await client.download(verb)).data.toString().split('\r\n').filter(Boolean), verb).toHaveLength(10_000);
  const { sftp } = await rawSftp(await connect(ssh));
  expect(new Set(await namesIn(sftp, '/')).size).toBe(10_000);
});
