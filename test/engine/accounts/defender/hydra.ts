import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { curl, openSshSftp, type Target } from '../../../helpers/clients.ts';
import { startTestEngine } from '../../../helpers/engine.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { run } from '../../../helpers/run.ts';

/** The real password breaker with a list that holds the right password last. */
async function hydra(scheme: 'ssh' | 'ftp', port: number, passwords: readonly string[]): Promise<string> {
  const list = join(temporaryFolder(), 'passwords');
  writeFileSync(list, `${passwords.join('\n')}\n`);
  const { stdout, stderr } = await run('hydra', ['-I', '-t', '4', '-l', 'acme', '-P', list, '-s', String(port), `${scheme}://127.0.0.1`], {
    timeoutMs: 60_000,
  });
  return stdout + stderr;
}

const WRONG = Array.from({ length: 40 }, (_, n) => `guess-${n}`);

/** Walks a break-in with hydra from its first guess to the block, and the partner back in. */
export async function breakIn(scheme: 'ssh' | 'ftp'): Promise<void> {
  const engine = await startTestEngine();
  await engine.call('accounts.save', { username: 'acme', password: 'the right one' });
  const port = (scheme === 'ssh' ? engine.sftp : engine.ftp) ?? 0;
  const target: Target = { port, username: 'acme', password: 'the right one' };
  const list = () => (scheme === 'ssh' ? openSshSftp(target) : curl('ftp', target)).list('/');

  // This machine and its LAN are spared, whatever they try.
  await hydra(scheme, port, WRONG.slice(0, 20));
  expect(await engine.call('defender.list')).toEqual({ blocked: [], watched: [] });

  await engine.call('settings.save', { defender: { spareLan: false } });
  expect(await hydra(scheme, port, [...WRONG, 'the right one'])).not.toContain('password: the right one');
  const { blocked } = await engine.call('defender.list');
  expect(blocked).toMatchObject([{ address: '127.0.0.1', protocol: scheme === 'ssh' ? 'SFTP' : 'FTP', logins: ['acme'], by: 'defender' }]);
  const { events } = await engine.call('events.search', { type: 'IP_BLOCKED' });
  expect(events).toMatchObject([{ ipv4_address: '127.0.0.1', info: { network: '127.0.0.1', score: 15 } }]);

  const refused = await list();
  expect(refused.code).not.toBe(0);
  // curl and sftp -q keep the reason to themselves; the wire has it.
  const spoken = await run('timeout', ['5', 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3`]);
  expect(spoken.stdout).toContain('Your address is blocked for another 30 minutes. Ask the administrator.');

  await engine.call('defender.unblock', { address: '127.0.0.1' });
  expect(await list()).toMatchObject({ code: 0 });
}
