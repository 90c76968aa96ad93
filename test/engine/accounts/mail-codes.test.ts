import { describe, expect, test } from 'vitest';
import { createMailCodes } from '../../../engine/accounts/mail-codes.ts';

describe('codes by mail', () => {
  const acme = { id: 7, username: 'acme' };
  const start = () => {
    let now = Date.UTC(2026, 10, 30);
    return { codes: createMailCodes({ clock: { now: () => now } }), advance: (ms: number) => void (now += ms) };
  };
  const other = (code: string): string => (code === '000000' ? '000001' : '000000');

  test('are good once, in any spelling, for their own sign-in and account, and for ten minutes', () => {
    const { codes, advance } = start();
    const code = codes.issue(1, acme);
    expect(code).toMatch(/^\d{6}$/);
    expect([codes.take(2, 7, code), codes.take(1, 8, code), codes.take(1, 7, other(code))]).toEqual(['outdated', 'outdated', 'wrong']);
    expect(codes.take(1, 7, ` ${code.slice(0, 3)} ${code.slice(3)}`)).toBe('right');
    expect(codes.take(1, 7, code)).toBe('outdated');
    const late = codes.issue(3, acme);
    advance(10 * 60_000);
    expect(codes.take(3, 7, late)).toBe('outdated');
    const first = codes.issue(4, acme);
    const second = codes.issue(4, acme);
    expect([codes.take(4, 7, second), first === second || codes.take(4, 7, first)]).toEqual(['right', 'outdated']);
  });

  test('cannot be guessed: five wrong ones end a code, ten end them all for a while; nor can mailboxes be filled', () => {
    const { codes, advance } = start();
    const code = codes.issue(1, acme);
    expect(Array.from({ length: 6 }, () => codes.take(1, 7, other(code)))).toEqual([...Array<string>(5).fill('wrong'), 'outdated']);
    expect(codes.take(1, 7, code)).toBe('outdated');
    for (const ticket of [2, 3]) Array.from({ length: 5 }, () => codes.take(ticket, 7, other(codes.issue(ticket, acme))));
    const right = codes.issue(4, acme);
    expect(codes.take(4, 7, right)).toBe('too many');
    for (let ticket = 100; ticket < 120; ticket++) {
      try {
        codes.issue(ticket, acme);
      } catch (error) {
        expect(error).toMatchObject({
          code: 'action_failed',
          message: expect.stringContaining('Too many codes were sent to acme') as string,
        });
      }
    }
    expect(() => codes.issue(200, acme)).toThrow('Wait that long');
    expect(codes.issue(200, { id: 8, username: 'other' })).toMatch(/^\d{6}$/);
    advance(10 * 60_000);
    expect(codes.take(201, 7, codes.issue(201, acme))).toBe('right');
  });
});
