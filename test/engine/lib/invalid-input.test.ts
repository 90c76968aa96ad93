import { expect, test } from 'vitest';
import { accountInputSchema } from '../../../engine/contract/account.ts';
import { ruleInputSchema } from '../../../engine/contract/rule.ts';
import { invalidInput } from '../../../engine/lib/invalid-input.ts';

const rule = { name: 'r', triggers: ['upload'], steps: [{ action: 'http' }] };

test.each([
  ['not an object', accountInputSchema, 'text', undefined, /^The input is not of the expected form: expected object/],
  ['a missing field', accountInputSchema, {}, 'username', /^username: /],
  ['a field’s own words', accountInputSchema, { username: 'a b' }, 'username', /^username: Use letters, digits/],
  ['an unknown field', accountInputSchema, { username: 'a', colour: 'red' }, 'colour', /^colour: there is no such field\.$/],
  [
    'an alternative with words',
    accountInputSchema,
    { username: 'a', email: 'nobody' },
    'email',
    /^email: This is not an e-mail address\.$/,
  ],
  [
    'a field inside a list',
    ruleInputSchema,
    { ...rule, steps: [{ action: 'http' }, { action: 5 }] },
    'steps.1.action',
    /^steps\.1\.action: /,
  ],
  ['an unknown field inside', ruleInputSchema, { ...rule, conditions: { colour: [] } }, 'conditions.colour', /no such field/],
])('%s is named', (_, schema, value, field, words) => {
  const result = schema.safeParse(value);
  if (result.success) throw new Error('The value is valid.');
  const error = invalidInput(result.error);
  expect(error).toMatchObject({ code: 'invalid_input', field });
  expect(error.message).toMatch(words);
});
