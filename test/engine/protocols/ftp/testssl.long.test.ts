import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { run } from '../../../helpers/run.ts';
import { startFtp } from './ftp-server.ts';

type Finding = { readonly id: string; readonly severity: string; readonly finding: string };

/** What testssl.sh found: all of it, and what it takes for a weakness. */
async function judge(...args: string[]): Promise<{ all: readonly Finding[]; weak: readonly string[] }> {
  const report = join(temporaryFolder(), 'report.json');
  const options = ['--quiet', '--color', '0', '--warnings', 'batch', '--jsonfile', report];
  await run('testssl', [...options, ...args], { timeoutMs: 10 * 60_000 });
  const all = JSON.parse(readFileSync(report, 'utf8')) as Finding[];
  const weak = all.filter(
    // What it says of its own openssl and of HTTP is no finding about this server.
    ({ id, severity }) => ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'WARN', 'FATAL'].includes(severity) && id !== 'engine_problem',
  );
  return { all, weak: weak.map(({ id, severity, finding }) => `${severity} ${id}: ${finding}`) };
}

it('testssl.sh finds no weakness in the protocols, ciphers and implementation of FTPS', async () => {
  const test = await startFtp({ implicitTlsPort: 0, limits: { connections: 200 } });
  const { all, weak } = await judge('-p', '-s', '-P', '-U', `127.0.0.1:${String(test.implicitTlsPort)}`);
  expect(weak).toEqual([]);
  const said = new Map(all.map(({ id, finding }) => [id, finding]));
  expect(said.get('TLS1')).toBe('not offered');
  expect(said.get('TLS1_2')).toBe('offered');
  expect(said.get('TLS1_3')).toMatch(/^offered/);
  // That the tests really ran.
  for (const id of ['heartbleed', 'ROBOT', 'secure_renego', 'secure_client_renego', 'SWEET32', 'LUCKY13', 'RC4'])
    expect(said.get(id), id).toMatch(/not vulnerable|supported/);
});

it('testssl.sh finds the same protocols after AUTH TLS', async () => {
  const test = await startFtp({ limits: { connections: 200 } });
  const { all, weak } = await judge('-p', '--starttls', 'ftp', `127.0.0.1:${test.port}`);
  expect(weak).toEqual([]);
  expect(all.find(({ id }) => id === 'TLS1_3')?.finding).toMatch(/^offered/);
});
