import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../../../engine/contract/errors.ts';
import { isPrivateAddress, passiveNumbers, plainAddress, PublicAddress } from '../../../../engine/protocols/ftp/addresses.ts';
import { FACTS, factsLine, longLine, matchesPattern, timeValue } from '../../../../engine/protocols/ftp/listing.ts';
import { formatLongReply, formatReply, quotePath, REPLY_CODES } from '../../../../engine/protocols/ftp/replies.ts';
import type { FileStat } from '../../../../engine/vfs/types.ts';

/** The pure functions that make text. */

const now = Date.UTC(2026, 10, 21, 12);
const entry = (changes: Partial<FileStat> = {}): FileStat => ({
  name: 'a',
  type: 'file',
  size: 1,
  mode: 0o644,
  mtimeMs: now,
  atimeMs: now,
  ...changes,
});

describe('replies', () => {
  it('of every error code refuse', () => {
    expect(Object.keys(REPLY_CODES).sort()).toEqual(Object.keys(ERROR_CODES).sort());
    for (const code of Object.values(REPLY_CODES)) expect(code).toBeGreaterThanOrEqual(400);
  });

  it('cannot be forged by what they hold', () => {
    expect(formatReply(550, 'a\r\n226 Done.')).toBe('550 a??226 Done.\r\n');
    expect(formatLongReply(211, 'Status:', ['211 End', 'a\nb'], 'End')).toBe('211-Status:\r\n 211 End\r\n a?b\r\n211 End\r\n');
  });

  it('quote paths by doubling quotes', () => {
    expect(quotePath('/a "b"')).toBe('"/a ""b"""');
  });
});

describe('long lines', () => {
  it.each<[Partial<FileStat>, string]>([
    [{}, '-rw-r--r--   1 ftp      ftp                 1 Nov 21 12:00 a'],
    [{ type: 'directory', mode: 0o750 }, 'drwxr-x---   1 ftp      ftp                 1 Nov 21 12:00 a'],
    [{ type: 'symlink', mode: 0o777 }, 'lrwxrwxrwx   1 ftp      ftp                 1 Nov 21 12:00 a'],
    [{ mtimeMs: Date.UTC(2026, 5, 1) }, '-rw-r--r--   1 ftp      ftp                 1 Jun  1 00:00 a'],
    [{ mtimeMs: Date.UTC(2026, 4, 1) }, '-rw-r--r--   1 ftp      ftp                 1 May  1  2026 a'],
    [{ mtimeMs: now + 86_400_000 }, '-rw-r--r--   1 ftp      ftp                 1 Nov 22  2026 a'],
    [{ size: 5_000_000_000_000 }, '-rw-r--r--   1 ftp      ftp      5000000000000 Nov 21 12:00 a'],
  ])('%j', (changes, line) => {
    expect(longLine(entry(changes), now)).toBe(line);
  });
});

describe('facts', () => {
  it('are those that are wanted, in UTC', () => {
    expect(factsLine(entry({ mode: 0o4 }), '/x y', 'r', new Set(FACTS))).toBe(
      'type=file;size=1;modify=20261121120000;perm=r;unix.mode=0004; /x y',
    );
    expect(factsLine(entry({ type: 'directory' }), 'd', 'el', new Set(['size', 'type']))).toBe('type=dir; d');
    expect(factsLine(entry(), 'a', '', new Set())).toBe(' a');
    expect(timeValue(0)).toBe('19700101000000');
  });
});

describe('patterns', () => {
  it.each([
    ['a.txt', '*.txt', true],
    ['a.txt', '*', true],
    ['a.txt', '?.t?t', true],
    ['a.txt', '*.TXT', false],
    ['a.txt', 'a', false],
    ['', '*', true],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', '*a*a*a*a*a*a*a*a*c', false],
    ['a[1]', 'a[1]*', true],
  ])('%j matches %j: %s', (name, pattern, matches) => {
    expect(matchesPattern(name, pattern)).toBe(matches);
  });
});

describe('addresses', () => {
  it.each([
    ['::ffff:192.0.2.7', '192.0.2.7', false],
    ['::ffff:10.1.2.3', '10.1.2.3', true],
    ['fe80::1%eth0', 'fe80::1', true],
    ['127.0.0.1', '127.0.0.1', true],
    ['172.32.0.1', '172.32.0.1', false],
    ['172.31.255.255', '172.31.255.255', true],
    ['100.64.0.1', '100.64.0.1', true],
    ['fd00::2', 'fd00::2', true],
    ['2001:db8::1', '2001:db8::1', false],
    ['', '', false],
  ])('%s is %s, private: %s', (address, plain, isPrivate) => {
    expect(plainAddress(address)).toBe(plain);
    expect(isPrivateAddress(plain)).toBe(isPrivate);
  });

  it('announced in PASV depend on who asks', async () => {
    const clock = { now: () => now };
    const fixed = new PublicAddress(' 198.51.100.4 ', clock);
    expect(await fixed.announcedTo('192.0.2.7', '10.0.0.5')).toBe('198.51.100.4');
    expect(await fixed.announcedTo('10.0.0.9', '10.0.0.5')).toBe('10.0.0.5');
    expect(await new PublicAddress('', clock).announcedTo('192.0.2.7', '10.0.0.5')).toBe('10.0.0.5');
    expect(await new PublicAddress('localhost', clock).announcedTo('192.0.2.7', '10.0.0.5')).toBe('127.0.0.1');
    expect(await new PublicAddress('no.such.host.invalid', clock).announcedTo('192.0.2.7', '10.0.0.5')).toBe('10.0.0.5');
    expect(passiveNumbers('192.0.2.7', 50_001)).toBe('192,0,2,7,195,81');
  });
});
