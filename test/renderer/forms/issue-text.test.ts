import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ACTIONS } from '../../../engine/actions/catalog.ts';
import { field } from '../../../engine/contract/fields.ts';
import { flatErrors } from '../../../renderer/forms/field-errors.ts';
import { plainIssue } from '../../../renderer/forms/issue-text.ts';
import { initialValues } from '../../../renderer/forms/schema-fields.ts';

const number = field.number({ title: 'Seconds', min: 1, max: 180 });

const said = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: plainIssue }).error?.issues[0]?.message;

describe('what is wrong with a value', () => {
  it.each([
    [number, null, 'Enter a number.'],
    [number, 0, 'Enter 1 or more.'],
    [number, 181, 'Enter 180 or less.'],
    [number, 1.5, 'Enter a whole number.'],
    [z.string().min(1), '', 'Fill this in.'],
    [z.string().min(3), 'ab', 'Enter at least 3 characters.'],
    [z.string().max(2), 'abc', 'Use at most 2 characters.'],
    [z.enum(['a']), null, 'Choose one of these.'],
    [z.array(z.string()).min(1), [], 'Add at least one.'],
    [z.string().min(1, 'Give it a name.'), '', 'Give it a name.'],
  ])('is said plainly', (schema, value, words) => {
    expect(said(schema, value)).toBe(words);
  });

  it.each(Object.entries(ACTIONS))('is said without a programmer’s words for the empty form of %s', (_id, action) => {
    const { error } = action.config.safeParse(initialValues(action.config, {}), { error: plainIssue });
    for (const { message } of error?.issues ?? []) expect(message).toMatch(/^[A-Z][^_{}]*\.$/);
  });
});

describe('errors of a form', () => {
  it('are flat, by dotted path and in the order of the fields', () => {
    const nested = {
      name: { type: 'too_small', message: 'Fill this in.' },
      headers: [undefined, { key: { type: 'custom', message: 'One word.' } }],
    };
    expect([...flatErrors(nested)]).toEqual([
      ['name', 'Fill this in.'],
      ['headers.1.key', 'One word.'],
    ]);
  });
});
