import { describe, expect, it } from 'vitest';
import { AppError, ERROR_CODES, type ErrorCode } from '../../../../engine/contract/errors.ts';
import { longname } from '../../../../engine/protocols/sftp/longname.ts';
import { openIntent } from '../../../../engine/protocols/sftp/open-flags.ts';
import { OpenFlag } from '../../../../engine/protocols/sftp/packet-types.ts';
import { statusOf } from '../../../../engine/protocols/sftp/status.ts';
import type { FileStat } from '../../../../engine/vfs/types.ts';

const { READ, WRITE, APPEND, CREAT, TRUNC, EXCL } = OpenFlag;

describe('openIntent', () => {
  it.each([
    ['get', READ, { kind: 'read', creates: 'never' }],
    ['EXCL without CREAT, for reading', READ | EXCL, { kind: 'read', creates: 'never' }],
    ['a lock over sshfs', READ | CREAT, { kind: 'read', creates: 'missing', fileMode: 0o640 }],
    ['a new lock', READ | CREAT | EXCL, { kind: 'read', creates: 'always', fileMode: 0o640 }],
    [
      'put of OpenSSH',
      WRITE | CREAT | TRUNC,
      { kind: 'write', readable: false, options: { mode: 'replace', create: true, fileMode: 0o640 } },
    ],
    [
      'reput of OpenSSH',
      WRITE | CREAT | APPEND,
      { kind: 'write', readable: false, options: { mode: 'append', create: true, fileMode: 0o640 } },
    ],
    [
      'resume of WinSCP and lftp',
      WRITE | CREAT,
      { kind: 'write', readable: false, options: { mode: 'modify', create: true, fileMode: 0o640 } },
    ],
    ['a change in place', READ | WRITE, { kind: 'write', readable: true, options: { mode: 'modify', create: false, fileMode: 0o640 } }],
    [
      'a new file only',
      WRITE | CREAT | EXCL,
      { kind: 'write', readable: false, options: { mode: 'modify', create: true, exclusive: true, fileMode: 0o640 } },
    ],
    [
      'emptying what is there',
      WRITE | TRUNC,
      { kind: 'write', readable: false, options: { mode: 'replace', create: false, fileMode: 0o640 } },
    ],
    ['EXCL without CREAT', WRITE | EXCL, { kind: 'write', readable: false, options: { mode: 'modify', create: false, fileMode: 0o640 } }],
    ['APPEND alone', APPEND, { kind: 'write', readable: false, options: { mode: 'append', create: false, fileMode: 0o640 } }],
  ])('translates %s', (_what, flags, intent) => {
    expect(openIntent(flags, 0o640)).toEqual(intent);
  });

  it.each([0, CREAT, READ | TRUNC, READ | CREAT | TRUNC])('refuses flags %i', (flags) => {
    expect(() => openIntent(flags, undefined)).toThrow(AppError);
  });

  it('has an answer for every combination', () => {
    for (let flags = 0; flags < 64; flags++) {
      try {
        openIntent(flags, undefined);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(AppError);
      }
    }
  });
});

describe('statusOf', () => {
  it('knows every code and passes the words on', () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      const status = statusOf(new AppError(code));
      expect(status.code, code).toBeGreaterThanOrEqual(2);
      expect(status.code, code).toBeLessThanOrEqual(8);
      expect(status.message).toBe(ERROR_CODES[code].text);
    }
    expect(statusOf(new AppError('not_found')).code).toBe(2);
    expect(statusOf(new AppError('permission_denied')).code).toBe(3);
    expect(statusOf(new AppError('unsupported')).code).toBe(8);
  });

  it('tells nothing of what was not meant for people', () => {
    expect(statusOf(new Error("ENOENT: open '/srv/secret/file'"))).toMatchObject({ code: 4, message: ERROR_CODES.internal.text });
  });
});

describe('longname', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  const entry: FileStat = { name: 'a b.txt', type: 'file', size: 1234, mode: 0o754, mtimeMs: Date.UTC(2026, 10, 3, 9, 5), atimeMs: 0 };
  it.each([
    ['a recent file', {}, '-rwxr-xr--   1 user     users        1234 Nov  3 09:05 a b.txt'],
    ['an old one', { mtimeMs: Date.UTC(2019, 0, 31) }, '-rwxr-xr--   1 user     users        1234 Jan 31  2019 a b.txt'],
    ['one from the future', { mtimeMs: Date.UTC(2027, 5, 1) }, '-rwxr-xr--   1 user     users        1234 Jun  1  2027 a b.txt'],
    ['a folder', { type: 'directory' as const, mode: 0o700 }, 'drwx------   2 user     users        1234 Nov  3 09:05 a b.txt'],
    ['a link', { type: 'symlink' as const, mode: 0o777 }, 'lrwxrwxrwx   1 user     users        1234 Nov  3 09:05 a b.txt'],
    ['a large one', { size: 5_000_000_000_000 }, '-rwxr-xr--   1 user     users    5000000000000 Nov  3 09:05 a b.txt'],
  ])('shows %s', (_what, changes, line) => {
    expect(longname({ ...entry, ...changes }, 'user', now)).toBe(line);
  });
});
