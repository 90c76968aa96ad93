import { describe, expect, it } from 'vitest';
import { attentionItems } from '../../../renderer/features/home/attention-items.ts';
import { createWorld } from '../../../renderer/demo/world.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const { accounts, rules, runs } = createWorld(NOW, 'full');
const nothing = {
  status: undefined,
  rules: undefined,
  summary: undefined,
  accounts: undefined,
  certificate: undefined,
  blocked: undefined,
};

describe('what needs attention', () => {
  it('is nothing while nothing is known', () => {
    expect(attentionItems(nothing, NOW)).toEqual([]);
  });

  it('names accounts that end within two weeks and storage that is nearly full, each with one way on', () => {
    const items = attentionItems({ ...nothing, accounts }, NOW);
    expect(items.map(({ id, message }) => [id, message])).toEqual([
      ['quota-novaprint', 'NovaPrint has used 86% of its storage.'],
      ['expiry-kestrel', 'The account of Kestrel Legal ends in 5 days.'],
    ]);
    expect(items.every(({ href }) => href.startsWith('/partners/'))).toBe(true);
  });

  it('says nothing of accounts that are switched off', () => {
    const off = accounts.map((account) => ({ ...account, enabled: false }));
    expect(attentionItems({ ...nothing, accounts: off }, NOW)).toEqual([]);
  });

  it('names rules whose last run failed, not those that have recovered, failures first', () => {
    const failed = runs.find(({ state }) => state === 'failed');
    const good = runs.find(({ state }) => state === 'done');
    const summary = [
      { ruleId: 2, lastRun: failed ?? null, runsPerDay: [0, 0, 0, 0, 0, 0, 2], failed7Days: 2 },
      { ruleId: 1, lastRun: good ?? null, runsPerDay: [0, 0, 0, 0, 0, 0, 2], failed7Days: 1 },
    ];
    const items = attentionItems({ ...nothing, accounts, rules, summary }, NOW);
    expect(items.map(({ id }) => id)).toEqual(['rule-2', 'quota-novaprint', 'expiry-kestrel']);
  });

  it('names the addresses that the defender keeps out, counts them in a wave, and leaves out those that a person blocked', () => {
    const ban = (network: string, by: 'defender' | 'person' = 'defender') => ({
      address: network,
      network,
      protocol: 'SFTP' as const,
      score: 16,
      logins: ['root', 'acme'],
      reason: 'too many failed sign-ins',
      by,
      since: new Date(NOW).toISOString(),
      until: new Date(NOW + 12 * 60_000).toISOString(),
    });
    const messages = (blocked: ReturnType<typeof ban>[]) => attentionItems({ ...nothing, blocked }, NOW).map(({ message }) => message);
    expect(messages([ban('198.51.100.7'), ban('192.0.2.1', 'person')])).toEqual([
      '198.51.100.7 is blocked after it tried to sign in as root and acme: 12 min left.',
    ]);
    expect(messages(['a', 'b', 'c', 'd'].map((name) => ban(name)))).toEqual(['4 addresses are blocked.']);
  });
});
