import { describe, expect, test } from 'vitest';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { demoMethods } from '../../../renderer/demo/methods.ts';
import { createWorld } from '../../../renderer/demo/world.ts';
import { makeSheet, openSshCommand, openSshConfig, sftpLink, sheetAsText, winScpLink } from '../../../renderer/features/partners/sheet.ts';

const world = createWorld(Date.UTC(2026, 10, 20), 'full');
const status = await demoMethods(world, () => undefined)['server.status']({});
const [acme, brandt] = world.accounts;
if (acme === undefined || brandt === undefined) throw new Error('the demo has partners');
const server = { ...settingsSchema.parse({}).server, name: 'Example Office', fromInternet: true, publicName: 'files.example.com' };
const known = { status, server, lan: ['192.168.1.20', 'fd00::2'], certificate: 'AB:CD' };

describe('the connection sheet', () => {
  test('states both doors, outside address first, with fingerprints', () => {
    const sheet = makeSheet(acme, known);
    expect(sheet.doors.map(({ protocol, port }) => [protocol, port])).toEqual([
      ['SFTP', 2022],
      ['FTPS', 2121],
    ]);
    expect(sheet.doors[0]?.hosts.map(({ host }) => host)).toEqual(['files.example.com', '192.168.1.20', 'fd00::2']);
    expect(sheet.certificate).toBe('AB:CD');
    expect(sheet.signIn).toBe('Password');
  });

  test('leaves out doors that the partner may not use', () => {
    expect(makeSheet(brandt, known).doors.map(({ protocol }) => protocol)).toEqual(['SFTP']);
    const ftpsOnly = { ...acme, signIn: { ...acme.signIn, protocols: ['FTPS' as const] } };
    expect(makeSheet(ftpsOnly, known)).toMatchObject({ doors: [{ protocol: 'FTPS' }], hostKeys: [] });
  });

  test('has no door while the servers are off', () => {
    const off = {
      ...status,
      listeners: {
        ...status.listeners,
        sftp: { ...status.listeners.sftp, state: 'off' as const },
        ftp: { ...status.listeners.ftp, state: 'off' as const },
      },
    };
    expect(makeSheet(acme, { ...known, status: off }).doors).toEqual([]);
  });

  test('gives addresses and commands that programs take', () => {
    const sheet = makeSheet(acme, { ...known, server: { ...server, fromInternet: false } });
    const [door] = sheet.doors;
    if (door === undefined) throw new Error('SFTP is on');
    expect(sftpLink('acme', door)).toBe('sftp://acme@192.168.1.20:2022/');
    expect(sftpLink('acme', { ...door, hosts: [{ host: 'fd00::2', from: '' }] })).toBe('sftp://acme@[fd00::2]:2022/');
    expect(openSshCommand('acme', door)).toBe('sftp -P 2022 acme@192.168.1.20');
    expect(openSshConfig('acme', door, 'gatehouse')).toBe('Host gatehouse\n  HostName 192.168.1.20\n  Port 2022\n  User acme');
    expect(winScpLink('acme', door, sheet.hostKeys)).toMatch(/^sftp:\/\/acme;fingerprint=ssh-ed25519-255-[\w-]+@192\.168\.1\.20:2022\/$/);
  });

  test('as text holds everything but a password', () => {
    const text = sheetAsText(acme, makeSheet(acme, known));
    for (const part of ['files.example.com', '2022', 'acme', 'SHA256:', 'MD5:', 'AB:CD', 'The password is not on this sheet'])
      expect(text).toContain(part);
  });
});
