import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from '../../../helpers/eventually.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { run } from '../../../helpers/run.ts';

export type Pebble = {
  readonly directoryUrl: string;
  /** PEM of whom to trust as the authority's own address. */
  readonly ca: string;
  /** Where it asks its questions. */
  readonly challengePort: number;
  /** Ends it: from then on nobody answers. */
  stop(): void;
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}

/** Let's Encrypt's own test authority; every name leads to this machine. */
export async function startPebble(): Promise<Pebble> {
  const folder = temporaryFolder();
  const [port, challengePort, dnsPort, managementPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const certificate = join(folder, 'cert.pem');
  const privateKey = join(folder, 'key.pem');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', privateKey];
  await run('openssl', [
    'req',
    '-x509',
    ...key,
    '-out',
    certificate,
    '-days',
    '2',
    '-subj',
    '/CN=pebble',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  ]);
  const config = join(folder, 'pebble.json');
  const listenAddress = `127.0.0.1:${port}`;
  writeFileSync(
    config,
    JSON.stringify({
      pebble: { listenAddress, managementListenAddress: '', certificate, privateKey, httpPort: challengePort, tlsPort: 5001 },
    }),
  );
  const off = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', ''];
  const names = spawn('pebble-challtestsrv', [...off, '-dns01', `127.0.0.1:${dnsPort}`, '-management', `127.0.0.1:${managementPort}`], {
    stdio: 'ignore',
  });
  const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' };
  const authority = spawn('pebble', ['-config', config, '-dnsserver', `127.0.0.1:${dnsPort}`], { env, stdio: 'ignore' });
  onTestFinished(() => {
    names.kill('SIGKILL');
    authority.kill('SIGKILL');
  });
  const directoryUrl = `https://${listenAddress}/dir`;
  const { stdout: ca } = await run('cat', [certificate]);
  await eventually(async () => {
    const { code, stderr } = await run('curl', ['-sS', '--fail', '--cacert', certificate, directoryUrl]);
    if (code !== 0) throw new Error(stderr);
  });
  return { directoryUrl, ca, challengePort, stop: () => void authority.kill('SIGKILL') };
}
