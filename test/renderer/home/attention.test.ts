import { describe, expect, it } from 'vitest';
import { attentionItems } from '../../../renderer/features/home/attention-items.ts';
import { createWorld } from '../../../renderer/demo/world.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const { accounts, rules, runs } = createWorld(NOW, 'full');
const nothing = { status: undefined, rules: undefined, summary: undefined, accounts: undefined, certificate: undefined };

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
});
