import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ACTIONS } from '../../../engine/actions/catalog.ts';
import { field } from '../../../engine/contract/fields.ts';
import { bounds, choices, emptyValue, fieldTitle, formFields, givenValues, initialValues } from '../../../renderer/forms/schema-fields.ts';

const schema = z.strictObject({
  name: field.text({ title: 'Name' }).min(1),
  note: field.template({ title: 'Note', more: true }).optional(),
  method: field.select(['GET', 'POST'], { title: 'Method' }).default('POST'),
  size: field.number({ title: 'Size', min: 1, max: 9 }),
  headers: field
    .list(z.strictObject({ key: field.text({ title: 'Key' }), value: field.template({ title: 'Value' }).optional() }), { title: 'Headers' })
    .default([]),
  hidden: z.string().default('not a field'),
});

describe('the fields of a form', () => {
  it('are those with metadata, in their order', () => {
    expect(formFields(schema).map(({ name, optional }) => [name, optional])).toEqual([
      ['name', false],
      ['note', true],
      ['method', false],
      ['size', false],
      ['headers', false],
    ]);
  });

  it('begin with what is known, else the default, else empty', () => {
    expect(initialValues(schema, { name: 'a' })).toEqual({ name: 'a', note: '', method: 'POST', size: null, headers: [] });
  });

  it('leave out optional ones that are empty, inside of lists too', () => {
    const given = givenValues(schema, {
      name: '',
      note: '',
      method: 'GET',
      size: 3,
      headers: [
        { key: 'a', value: '' },
        { key: 'b', value: 'c' },
      ],
    });
    expect(given).toEqual({ name: '', method: 'GET', size: 3, headers: [{ key: 'a' }, { key: 'b', value: 'c' }] });
  });

  it('know their choices and bounds through defaults', () => {
    const [, , method, size] = formFields(schema);
    expect(choices(method?.schema ?? z.never())).toEqual(['GET', 'POST']);
    expect(bounds(size?.schema ?? z.never())).toEqual({ min: 1, max: 9 });
  });

  it('are named by their titles, list items by number', () => {
    expect(fieldTitle(schema, 'headers.1.key')).toBe('Headers, 2, Key');
    expect(fieldTitle(schema, 'name')).toBe('Name');
  });

  it.each(Object.entries(ACTIONS))('of the action %s all have a control and an empty value', (_id, action) => {
    const fields = formFields(action.config);
    expect(fields.map(({ name }) => name)).toEqual(Object.keys(action.config.shape));
    for (const { schema: inner } of fields) expect(emptyValue(inner)).not.toBeUndefined();
  });
});
