import { describe, expect, test } from 'vitest';
import { findAction } from '../../../engine/actions/catalog.ts';
import { ruleInputSchema } from '../../../engine/contract/rule.ts';
import { checkTemplate } from '../../../engine/templates/index.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { mapFields } from '../../../engine/contract/fields.ts';
import {
  atFields,
  completed,
  draftOf,
  newDraft,
  newStep,
  readDraft,
  sameRule,
  toInput,
  withoutSecrets,
} from '../../../renderer/features/rules/draft.ts';
import { TEMPLATES } from '../../../renderer/features/rules/templates.ts';

const RULE = ruleInputSchema.parse({
  id: 7,
  name: 'Tell the ERP',
  triggers: ['upload'],
  conditions: { names: [{ pattern: '*.pdf' }] },
  steps: [{ action: 'http', config: { method: 'POST', url: 'https://erp.example.com/in' } }],
});

describe('a draft', () => {
  test('of a saved rule saves as the same rule', () => {
    expect(toInput(draftOf(RULE))).toEqual(RULE);
    expect(sameRule(draftOf(RULE), draftOf(RULE))).toBe(true);
    expect(sameRule({ ...draftOf(RULE), name: 'Another' }, draftOf(RULE))).toBe(false);
  });

  test('leaves out patterns and times that are still empty', () => {
    const draft = newDraft({ triggers: ['schedule'], schedule: { cron: [], zone: 'UTC', catchUp: false, overlap: 'skip' } });
    const typed = {
      ...draft,
      conditions: {
        ...draft.conditions,
        users: [
          { pattern: ' ', inverse: false },
          { pattern: 'acme', inverse: true },
        ],
      },
    };
    expect(toInput(typed).conditions.users).toEqual([{ pattern: 'acme', inverse: true }]);
    expect(toInput(typed).schedule).toBeUndefined();
  });

  test('shows a problem at the pattern that has it, counting those that were left out', () => {
    const draft = newDraft({ triggers: ['upload'] });
    const typed = {
      ...draft,
      conditions: {
        ...draft.conditions,
        names: [
          { pattern: '', inverse: false },
          { pattern: 'a/b', inverse: false },
        ],
      },
    };
    expect(atFields(typed, [{ field: 'conditions.names.0.pattern', message: 'No slash.' }])).toEqual([
      { field: 'conditions.names.1.pattern', message: 'No slash.' },
    ]);
    expect(atFields(typed, [{ field: 'steps.0.config.url', message: 'Enter it.' }])).toEqual([
      { field: 'steps.0.config.url', message: 'Enter it.' },
    ]);
  });

  test('is kept without the secrets that were typed, and with the references to stored ones', () => {
    const step = newStep('http', {
      url: 'https://erp.example.com',
      password: 'hunter2 hunter2',
      bearerToken: { secret: 4 },
      headers: [{ name: 'X-Key', value: '', secret: 'also secret' }],
    });
    const kept = withoutSecrets({ ...newDraft({ triggers: ['upload'] }), steps: [step] });
    expect(JSON.stringify(kept)).not.toMatch(/hunter2|also secret/);
    expect(kept.steps[0]?.config['bearerToken']).toEqual({ secret: 4 });
    expect(kept.steps[0]?.config['url']).toBe('https://erp.example.com');
  });

  test('can be read again while half of it is missing', () => {
    const half = { ...newDraft(), name: '', triggers: [], steps: [] };
    expect(readDraft(JSON.parse(JSON.stringify(completed(half))))).toMatchObject({ name: '', triggers: [], steps: [] });
    const full = readDraft(JSON.parse(JSON.stringify(completed(draftOf(RULE)))));
    expect(full === undefined ? undefined : toInput(full)).toEqual(RULE);
  });

  test.each([[null], ['text'], [{}], [{ rule: { name: 'x' }, lacks: [] }], [{ rule: RULE, lacks: ['all'] }]])(
    'is not made of what is none: %j',
    (kept) => {
      expect(readDraft(kept)).toBeUndefined();
    },
  );

  test('gives each step of a page a key of its own', () => {
    const keys = [...draftOf(RULE).steps, ...draftOf(RULE).steps, newStep('email')].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe.each(Object.entries(TEMPLATES))('the template %s', (_, beginning) => {
  const draft = newDraft(beginning);

  test('has triggers and actions that there are', () => {
    expect(draft.triggers.every((id) => findTrigger(id) !== undefined)).toBe(true);
    expect(draft.steps.length).toBeGreaterThan(0);
    expect(draft.steps.every(({ action }) => findAction(action) !== undefined)).toBe(true);
  });

  test('has texts without problems', () => {
    const texts: string[] = [];
    for (const { action, config } of draft.steps) {
      const schema = findAction(action)?.config;
      if (schema === undefined) continue;
      mapFields(schema, config, (leaf, { kind }) => {
        if (kind.endsWith('-template') && typeof leaf === 'string') texts.push(leaf);
        return leaf;
      });
    }
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.flatMap((text) => checkTemplate(text).filter(({ severity }) => severity === 'error'))).toEqual([]);
  });
});
