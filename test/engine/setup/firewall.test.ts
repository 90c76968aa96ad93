import { describe, expect, it } from 'vitest';
import { checkFirewall, firewallCommand, type FirewallServices, isOpenInUfw, openFirewall } from '../../../engine/setup/firewall.ts';

const PORTS = { sftp: 2022, ftp: 2121, passive: { from: 50_000, to: 50_099 } };
const UFW_ON = '# comment\nENABLED=yes\n';

/** Programs that cannot be run here: which command lines end with which code and output; all others are missing. */
function system(
  platform: NodeJS.Platform,
  programs: Record<string, { code: number; output?: string }>,
  files: Record<string, string> = {},
): FirewallServices & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    platform,
    asked,
    run: (file, args) => {
      const line = [file, ...args].join(' ');
      asked.push(line);
      const found = Object.entries(programs).find(([start]) => line.startsWith(start))?.[1];
      return Promise.resolve(found === undefined ? null : { code: found.code, output: found.output ?? '' });
    },
    readText: (path) => Promise.resolve(files[path] ?? ''),
  };
}

describe('the firewall check', () => {
  it.each<[string, FirewallServices, string, string]>([
    ['none', system('linux', {}), 'passed', 'Neither ufw nor firewalld'],
    ['firewalld, open', system('linux', { 'firewall-cmd': { code: 0 } }), 'passed', 'lets the ports in'],
    [
      'firewalld, one port closed',
      system('linux', { 'firewall-cmd --query-port=2121/tcp': { code: 1 }, 'firewall-cmd': { code: 0 } }),
      'failed',
      'does not let in: 2121.',
    ],
    ['ufw whose rules cannot be read', system('linux', {}, { '/etc/ufw/ufw.conf': UFW_ON }), 'warning', 'special rights'],
    [
      'ufw, closed',
      system('linux', {}, { '/etc/ufw/ufw.conf': UFW_ON, '/etc/ufw/user.rules': '*filter\n' }),
      'failed',
      'no rule for the ports 2022, 2121, 50000-50099',
    ],
    ['ufw that is off', system('linux', {}, { '/etc/ufw/ufw.conf': 'ENABLED=no\n' }), 'passed', 'Neither'],
    ['nftables', system('linux', { 'systemctl is-active --quiet nftables': { code: 0 } }), 'warning', 'only an administrator can read'],
    ['iptables', system('linux', {}, { '/proc/net/ip_tables_names': 'filter\n' }), 'warning', 'only an administrator can read'],
    ['Windows without a rule', system('win32', { 'netsh.exe': { code: 1 } }), 'failed', 'no rule for Gatehouse'],
    [
      'Windows with a rule',
      system('win32', { 'netsh.exe': { code: 0, output: 'Lokaler Port:   2022,2121,50000-50099\n' } }),
      'passed',
      'lets the ports in',
    ],
    ['Windows with an old rule', system('win32', { 'netsh.exe': { code: 0, output: 'LocalPort: 22\n' } }), 'failed', 'other ports'],
    ['macOS, off', system('darwin', { '/usr/libexec': { code: 0, output: 'Firewall is disabled. (State = 0)' } }), 'passed', 'off'],
    ['macOS, on', system('darwin', { '/usr/libexec': { code: 0, output: 'Firewall is enabled. (State = 1)' } }), 'warning', 'Allow'],
  ])('%s', async (_, services, state, words) => {
    const row = await checkFirewall(PORTS, services);
    expect(row.state).toBe(state);
    expect(row.message).toContain(words);
  });

  it('asks nothing where no protocol is on', async () => {
    const services = system('linux', {});
    expect(await checkFirewall({ passive: PORTS.passive }, services)).toMatchObject({ state: 'skipped' });
    expect(services.asked).toEqual([]);
  });

  it('finds ports in the rules of ufw, alone and in lists', () => {
    const rule = (ports: string): string => `### tuple ### allow tcp ${ports} 0.0.0.0/0 any 0.0.0.0/0 in comment=47\n`;
    expect(isOpenInUfw(rule('2022,2121,50000:50099'), PORTS)).toBe(true);
    expect(isOpenInUfw(rule('2022') + rule('2121'), { sftp: 2022, ftp: 2121 })).toBe(true);
    expect(isOpenInUfw(rule('22') + rule('2121'), { sftp: 2022 })).toBe(false);
    expect(isOpenInUfw(rule('2121'), { ftp: 2121, implicitTls: 990 })).toBe(false);
    expect(isOpenInUfw(rule('2022').replace('allow', 'deny'), { sftp: 2022 })).toBe(false);
  });
});

describe('opening the firewall', () => {
  it('asks firewalld for each port and to keep them', async () => {
    const services = system('linux', { 'firewall-cmd': { code: 0 } });
    expect(await openFirewall(PORTS, services)).toMatchObject({ state: 'passed' });
    expect(services.asked).toContain('firewall-cmd --add-port=2022/tcp --add-port=2121/tcp --add-port=50000-50099/tcp');
    expect(services.asked).toContain('firewall-cmd --runtime-to-permanent');
  });

  it('asks ufw for all ports with one question for rights', async () => {
    const services = system('linux', { pkexec: { code: 0 } }, { '/etc/ufw/ufw.conf': UFW_ON });
    expect(await openFirewall(PORTS, services)).toMatchObject({ state: 'passed' });
    expect(services.asked.filter((line) => line.startsWith('pkexec'))).toEqual([
      'pkexec ufw allow proto tcp from any to any port 2022,2121,50000:50099 comment Gatehouse',
    ]);
  });

  it('adds a rule on Windows, or changes the one that is there', () => {
    const script = (isThere: boolean): string | undefined => firewallCommand.windows({ sftp: 22 }, isThere).args.at(-1);
    expect(script(false)).toContain("'add','rule','name=Gatehouse','dir=in','action=allow','protocol=TCP','localport=22'");
    expect(script(true)).toContain("'set','rule','name=Gatehouse','new','localport=22'");
    expect(script(true)).toContain('-Verb RunAs');
  });

  it('says so when rights are refused or there is nothing to change', async () => {
    const refused = system('linux', { pkexec: { code: 126 } }, { '/etc/ufw/ufw.conf': UFW_ON });
    await expect(openFirewall(PORTS, refused)).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(openFirewall(PORTS, system('linux', {}))).rejects.toMatchObject({ code: 'unsupported' });
    await expect(openFirewall(PORTS, system('darwin', {}))).rejects.toMatchObject({ code: 'unsupported' });
  });
});
