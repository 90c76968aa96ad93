import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFtp } from './ftp-server.ts';
import { RawClient } from './raw-client.ts';

describe('SITE', () => {
  it('changes modes and times in the forms that clients use', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.upload('STOR my file', 'x');
    const stat = (): { mode: number; mtime: string; atime: string } => {
      const { mode, mtime, atime } = statSync(join(test.home, 'my file'));
      return { mode: mode & 0o777, mtime: mtime.toISOString(), atime: atime.toISOString() };
    };
    expect(await client.command('SITE CHMOD 640 my file')).toMatch(/^200 /);
    expect(stat().mode).toBe(0o640);
    expect(await client.command('SITE UTIME 202501020304 my file')).toMatch(/^200 /);
    expect(stat().mtime).toBe('2025-01-02T03:04:00.000Z');
    expect(await client.command('site utime my file 20240101000000 20240202000001 20240303000000 UTC')).toMatch(/^200 /);
    expect(stat()).toMatchObject({ atime: '2024-01-01T00:00:00.000Z', mtime: '2024-02-02T00:00:01.000Z' });
    expect(await client.command('SITE HELP')).toMatch(/^214-[^]*SITE UTIME [^]*214 End$/);
  });

  it('records every command that is known, with how it ended, and no other', async () => {
    const test = await startFtp({ account: { permissions: { '/': ['list', 'upload', 'chmod'] } } });
    const client = await RawClient.signedIn(test);
    await client.upload('STOR a b', 'x');
    for (const [line, code] of [
      ['SITE chmod 600 a b', 200],
      ['SITE CHMOD 600 none', 550],
      ['SITE UTIME 20250102030405 a b', 550],
      ['SITE UTIME 20259902030405 a b', 501],
      ['SITE HELP', 214],
      // Not understood, so it asks for nothing.
      ['SITE CHMOD rwx a', 501],
      ['SITE UTIME', 501],
      ['SITE EXEC rm -rf', 504],
      ['SITE SYMLINK a b', 504],
      ['SITE', 501],
    ] as const) {
      expect(await client.code(line), line).toBe(code);
    }
    const events = await test.recorded('SITE_COMMAND');
    expect(events.map(({ info, outcome }) => [info['command'], info['args'], outcome])).toEqual([
      ['CHMOD', ['600', 'a b'], 'ok'],
      ['CHMOD', ['600', 'none'], 'failed'],
      ['UTIME', ['20250102030405', 'a b'], 'denied'],
      ['UTIME', ['20259902030405', 'a b'], 'failed'],
      ['HELP', [], 'ok'],
    ]);
    expect(events[0]).toMatchObject({ protocol: 'FTP', origin: 'client' });
  });
});
