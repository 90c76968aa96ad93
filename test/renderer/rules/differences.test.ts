import { expect, test } from 'vitest';
import { ruleInputSchema, type RuleVersion } from '../../../engine/contract/rule.ts';
import { differences } from '../../../renderer/features/rules/differences.ts';

function version(more: Record<string, unknown>): RuleVersion['rule'] {
  return ruleInputSchema.omit({ id: true }).parse({
    name: 'Tell the ERP',
    triggers: ['upload'],
    steps: [{ action: 'http', config: { method: 'POST', url: 'https://erp.example.com/in' } }],
    ...more,
  });
}

test('versions that say the same differ in nothing', () => {
  expect(differences(version({}), version({}))).toEqual([]);
});

test.each([
  ['a name', { name: 'Tell the archive' }, [{ what: 'Name', before: 'Tell the ERP', after: 'Tell the archive' }]],
  ['a trigger', { triggers: ['download'] }, [{ what: 'When', before: 'A file was uploaded', after: 'A file was downloaded' }]],
  ['a condition', { conditions: { names: [{ pattern: '*.pdf' }] } }, [{ what: 'Only if', before: '', after: 'the name is *.pdf' }]],
  ['a switch', { enabled: false }, [{ what: 'On', before: 'yes', after: 'no' }]],
  [
    'a field of an action',
    { steps: [{ action: 'http', config: { method: 'POST', url: 'https://erp.example.com/new' } }] },
    [{ what: 'Action 1, Url', before: 'https://erp.example.com/in', after: 'https://erp.example.com/new' }],
  ],
  [
    'another action in its place, and one more',
    { steps: [{ action: 'email' }, { action: 'http', config: {} }] },
    [
      { what: 'Action 1', before: 'HTTP notification', after: 'E-mail' },
      { what: 'Action 2', before: '', after: 'HTTP notification' },
    ],
  ],
])('%s is named with both of its values', (_, change, expected) => {
  expect(differences(version({}), version(change))).toEqual(expected);
});
