import { describe, expect, test } from 'vitest';
import { type z } from 'zod';
import { conditionsSchema, ruleInputSchema } from '../../../engine/contract/rule.ts';
import { conditionParts, ruleSentence } from '../../../renderer/text/rule-sentence.ts';

const STEPS = [{ action: 'http', config: { method: 'POST', url: 'https://erp.example.com/in' } }];

function sentence(rule: Partial<z.input<typeof ruleInputSchema>>): string {
  return ruleSentence(ruleInputSchema.parse({ name: 'x', triggers: ['upload'], steps: STEPS, ...rule }));
}

describe('a rule as a sentence', () => {
  test('says trigger, conditions and actions', () => {
    expect(
      sentence({ triggers: ['upload', 'download'], conditions: { names: [{ pattern: '*.pdf' }, { pattern: 'x*', inverse: true }] } }),
    ).toBe(
      'When a file was uploaded or a file was downloaded and the name is *.pdf and the name is not x*: POST https://erp.example.com/in.',
    );
  });

  test('says times as people do', () => {
    expect(sentence({ triggers: ['schedule'], schedule: { cron: ['0 17 * * 1-5'], zone: 'Europe/Berlin' } })).toMatch(
      /^At these times: weekdays 17:00 \(Europe\/Berlin\)/,
    );
  });

  test.each([
    [{ per: 'session' }, ', once per visit:'],
    [{ per: 'batch' }, ', once per batch:'],
    [{ per: 'quiet', quietSeconds: 90 }, ', once after 1 minute 30 seconds of quiet:'],
    [{ per: 'digest', at: '18:30' }, ', once a day at 18:30:'],
    [{ per: 'event' }, 'When a file was uploaded: '],
  ] as const)('says when it acts: %j', (timing, part) => {
    expect(sentence({ timing })).toContain(part);
  });

  test('names apart what is done only after a failure', () => {
    expect(sentence({ steps: [...STEPS, { action: 'email', config: { to: ['it@example.com'], text: 'x' }, failureAction: true }] })).toBe(
      'When a file was uploaded: POST https://erp.example.com/in. If an action fails: mail to it@example.com.',
    );
  });

  test('leaves out what is not chosen yet', () => {
    expect(ruleSentence({ triggers: [], steps: [] })).toBe('');
    expect(ruleSentence({ triggers: ['upload'], conditions: { users: [{ pattern: ' ', inverse: false }] }, steps: [] })).toBe(
      'When a file was uploaded …',
    );
  });
});

describe('conditions as clauses', () => {
  const parts = (conditions: z.input<typeof conditionsSchema>): string[] => conditionParts(conditionsSchema.parse(conditions));

  test.each([
    [{ minSize: 10_000_000 }, 'it has at least 10 MB'],
    [{ protocols: ['SFTP', 'FTPS'] }, 'it came over SFTP or FTPS'],
    [{ addresses: [{ range: '192.0.2.0/24', inverse: true }] }, 'the address is not 192.0.2.0/24'],
    [{ outcomes: ['aborted', 'quota'] }, 'it broke off or the storage was full'],
    [{ records: ['api_key'] }, 'it is a record of the kind api key'],
    [
      { time: { weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', zone: 'UTC' } },
      'it happened on weekdays between 08:00 and 18:00 (UTC)',
    ],
    [{ targetPaths: [{ pattern: '/done/**' }] }, 'the new path is /done/**'],
    [{ userGroups: [{ pattern: 'suppliers' }] }, 'its group is suppliers'],
    [{ roles: [{ pattern: 'warehouse', inverse: true }] }, 'its role is not warehouse'],
  ] as const)('%j', (conditions, clause) => {
    expect(parts(conditions as z.input<typeof conditionsSchema>)).toEqual([clause]);
  });

  test('any of several is one clause, a group stands in brackets where it needs them', () => {
    expect(parts({ match: 'any', minSize: 1, names: [{ pattern: '*.pdf' }] })).toEqual(['either the name is *.pdf or it has at least 1 B']);
    expect(
      parts({ users: [{ pattern: 'acme' }], groups: [{ match: 'any', names: [{ pattern: '*.pdf' }], paths: [{ pattern: '/in/**' }] }] }),
    ).toEqual(['the partner is acme', '(the path is /in/** or the name is *.pdf)']);
  });
});
