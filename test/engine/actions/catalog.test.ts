import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ACTIONS } from '../../../engine/actions/catalog.ts';
import { runnerOf } from '../../../engine/actions/runners.ts';
import { fieldMeta, unwrap } from '../../../engine/contract/fields.ts';
import { EVENTS } from '../../../engine/events/catalog.ts';
import { TRIGGERS } from '../../../engine/rules/triggers.ts';

/** Paths of leaves that no constructor of fields.ts made: a form could not show them, and no template or secret in them would work. */
function unknownFields(schema: z.ZodType, path: string): string[] {
  const inner = unwrap(schema);
  if (inner !== schema) return unknownFields(inner, path);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, field]) => unknownFields(field, `${path}.${key}`));
  const own = fieldMeta(schema) === undefined ? [path] : [];
  return schema instanceof z.ZodArray ? [...own, ...unknownFields(schema.element as z.ZodType, `${path}[]`)] : own;
}

test.each(Object.entries(ACTIONS))('%s: every field is a form field, with a runner and words for people', (id, action) => {
  expect(unknownFields(action.config, id)).toEqual([]);
  expect(runnerOf(id as keyof typeof ACTIONS)).toBeTypeOf('function');
  expect([action.title, action.icon, action.description].every((text) => text.length > 0)).toBe(true);
  // The schema refuses what it does not know, so that a typing error is found when the rule is saved.
  expect(action.config.safeParse({ noSuchField: 1 }).success).toBe(false);
});

test('triggers listen to types that the log has', () => {
  const unknown = Object.values(TRIGGERS).flatMap(({ listensTo }) => listensTo.filter((type) => !Object.hasOwn(EVENTS, type)));
  expect(unknown).toEqual([]);
});

/** Every title of a test in these files, in lower case; of a table of cases the title that they share. */
function testTitles(files: readonly string[]): string[] {
  const title = /^\s*(?:test|it)(?:\.each(?:<[\s\S]*?>)?\([\s\S]*?\))?\(\s*(['"`])(.*?)\1/gm;
  return files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(title)].map((found) => (found[2] ?? '').toLowerCase()));
}

test('every action has an end-to-end test that is named after it', () => {
  const files = ['actions', 'rules'].flatMap((folder) => globSync(`../${folder}/*.test.ts`, { cwd: import.meta.dirname }));
  const titles = testTitles(files.map((file) => join(import.meta.dirname, file)));
  const unnamed = Object.entries(ACTIONS).filter(([id, { title }]) => {
    const names = [title.toLowerCase(), id.replaceAll('-', ' ')].map((name) => new RegExp(`\\b${name}\\b`));
    return !titles.some((text) => names.some((name) => name.test(text)));
  });
  expect(unnamed.map(([id]) => id)).toEqual([]);
});
