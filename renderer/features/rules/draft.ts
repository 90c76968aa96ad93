import { z } from 'zod';
import { findAction } from '../../../engine/actions/catalog.ts';
import { mapFields } from '../../../engine/contract/fields.ts';
import {
  type ConditionGroup,
  conditionsSchema,
  type Rule,
  type RuleInput,
  type RuleProblem,
  ruleInputSchema,
  type RuleStep,
} from '../../../engine/contract/rule.ts';
import { emptyValue, itemSchema } from '../../forms/schema-fields.ts';

/** A step that keeps the state of its controls when it is moved. */
export type DraftStep = RuleStep & { readonly key: number };

/** A rule while it is being written: parts may still be missing, and lists hold what is half typed. */
export type Draft = Omit<RuleInput, 'steps'> & { readonly steps: readonly DraftStep[] };

/** Steps of one page never share a key: a form that was begun with other values would keep them. */
let lastKey = 0;
const nextKey = (): number => ++lastKey;

/** The rule that stands where nothing was chosen yet; made by the contract, so that its defaults are the engine's. */
const BLANK: Draft = {
  ...ruleInputSchema.parse({ name: '-', triggers: ['upload'], steps: [{ action: '' }] }),
  name: '',
  triggers: [],
  steps: [],
};

/** What a beginning brings along, as `rules.save` takes it. */
export type Beginning = Partial<Pick<RuleInput, 'name' | 'triggers'>> & {
  readonly conditions?: Parameters<typeof conditionsSchema.parse>[0];
  readonly steps?: readonly { readonly action: string; readonly config: Readonly<Record<string, unknown>> }[];
  readonly schedule?: RuleInput['schedule'];
  readonly timing?: Partial<RuleInput['timing']>;
};

/** A new rule that begins with these answers. */
export function newDraft({ conditions, steps = [], timing, ...rest }: Beginning = {}): Draft {
  return {
    ...BLANK,
    ...rest,
    ...(conditions === undefined ? {} : { conditions: conditionsSchema.parse(conditions) }),
    timing: { ...BLANK.timing, zone: localZone(), ...timing },
    steps: steps.map(({ action, config }) => newStep(action, config)),
  };
}

/** A saved rule, or an earlier version of it, ready to be changed. */
export function draftOf(rule: RuleInput): Draft {
  // Parsing leaves out what only kept rules have, such as problems and times.
  const { steps, ...content } = ruleInputSchema.parse(
    Object.fromEntries(Object.entries(rule).filter(([key]) => key in ruleInputSchema.shape)),
  );
  return { ...content, steps: withKeys(steps) };
}

/** Saved steps ready to be changed, also those of a flow, which say less than a rule's. */
export function withKeys(steps: readonly unknown[]): DraftStep[] {
  return steps.map((step) => ({ ...ruleInputSchema.shape.steps.element.parse(step), key: nextKey() }));
}

/** A step with an action of the registry; what its fields show at first is what the schema assumes. */
export function newStep(action: string, config: Readonly<Record<string, unknown>> = {}): DraftStep {
  const shape: Readonly<Record<string, Parameters<typeof emptyValue>[0]>> = findAction(action)?.config.shape ?? {};
  // A list that needs an item begins with an empty one: there is nothing to add first.
  const first = Object.fromEntries(
    Object.entries(shape).flatMap(([name, schema]) => (NEEDED_LISTS.has(name) ? [[name, [emptyItem(schema)]]] : [])),
  );
  return {
    ...ruleInputSchema.shape.steps.element.parse({ action }),
    config: { ...first, ...config },
    key: nextKey(),
  };
}

/** What a step is called: its own name, else its action's. */
export function stepTitle({ name, action }: Pick<DraftStep, 'name' | 'action'>): string {
  return name === '' ? (findAction(action)?.title ?? action) : name;
}

/** Longer than this a client should not be made to wait for one action. */
const PATIENCE_SECONDS = 10;

/** The step as one that the client waits for, or does not; nobody waits for a minute. */
export function waitedFor(step: DraftStep, sync: boolean): DraftStep {
  return { ...step, sync, timeoutSeconds: sync ? Math.min(step.timeoutSeconds, PATIENCE_SECONDS) : step.timeoutSeconds };
}

const NEEDED_LISTS = new Set(['to', 'pairs', 'paths']);

function emptyItem(schema: Parameters<typeof emptyValue>[0]): unknown {
  return emptyValue(itemSchema(schema));
}

/** What the engine is given: without patterns and times that are still empty, and without the keys of the steps. */
export function toInput({ schedule, ...draft }: Draft): RuleInput {
  return {
    ...draft,
    ...(schedule === undefined || schedule.cron.length === 0 ? {} : { schedule }),
    name: draft.name.trim(),
    conditions: { ...filled(draft.conditions), groups: draft.conditions.groups.map(filled) },
    steps: draft.steps.map(({ key: _key, ...step }) => step),
  };
}

const PATTERN_LISTS = ['users', 'userGroups', 'roles', 'paths', 'targetPaths', 'realPaths', 'names'] as const;

function filled<Group extends ConditionGroup>(group: Group): Group {
  return {
    ...group,
    ...Object.fromEntries(PATTERN_LISTS.map((list) => [list, group[list].filter(({ pattern }) => pattern.trim() !== '')])),
    addresses: group.addresses.filter(({ range }) => range.trim() !== ''),
  };
}

/** Problems at the fields of the draft: the engine counted without what `toInput` left out. */
export function atFields(draft: Draft, problems: readonly RuleProblem[]): RuleProblem[] {
  return problems.map(({ field, message }) => {
    const [, group, list = '', index = '', rest = ''] = /^(conditions(?:\.groups\.\d+)?)\.(\w+)\.(\d+)(.*)$/.exec(field) ?? [];
    if (group === undefined) return { field, message };
    const at = group === 'conditions' ? draft.conditions : draft.conditions.groups[Number(group.split('.')[2])];
    const texts = at === undefined ? [] : textsOf(at, list);
    const shown = texts.map((text, position) => ({ text, position })).filter(({ text }) => text.trim() !== '')[Number(index)];
    return { field: shown === undefined ? field : `${group}.${list}.${shown.position}${rest}`, message };
  });
}

function textsOf(group: ConditionGroup, list: string): readonly string[] {
  if (list === 'addresses') return group.addresses.map(({ range }) => range);
  const known = PATTERN_LISTS.find((name) => name === list);
  return known === undefined ? [] : group[known].map(({ pattern }) => pattern);
}

/** The draft without secrets that were typed: it is kept where others may read it. References to stored secrets stay. */
export function withoutSecrets(draft: Draft): Draft {
  return {
    ...draft,
    steps: draft.steps.map((step) => {
      const schema = findAction(step.action)?.config;
      if (schema === undefined) return { ...step, config: {} };
      const kept = mapFields(schema, step.config, (leaf, { kind }) => (kind === 'secret' && typeof leaf === 'string' ? '' : leaf));
      return { ...step, config: kept as Record<string, unknown> };
    }),
  };
}

/** What a finished rule needs and a draft may lack. */
const LACKS = ['name', 'triggers', 'steps'] as const;

/** The draft as a rule that the contract accepts, with stand-ins for what it lacks. */
export function completed(draft: Draft): { readonly rule: RuleInput; readonly lacks: readonly (typeof LACKS)[number][] } {
  const input = toInput(draft);
  const lacks = LACKS.filter((part) => input[part].length === 0);
  return {
    lacks,
    rule: {
      ...input,
      ...(lacks.includes('name') ? { name: '-' } : {}),
      ...(lacks.includes('triggers') ? { triggers: ['upload'] } : {}),
      ...(lacks.includes('steps') ? { steps: [STAND_IN] } : {}),
    },
  };
}

/** Any action that is complete; what it would say is never shown. */
const STAND_IN: RuleStep = ruleInputSchema.shape.steps.element.parse({
  action: 'email',
  config: { to: ['nobody@example.com'], text: '-' },
});

const keptSchema = z.object({ rule: ruleInputSchema, lacks: z.array(z.enum(LACKS)) });

/** A draft as `completed` made it; undefined for what is none, or one of a console that knew other fields. */
export function readDraft(kept: unknown): Draft | undefined {
  const parsed = keptSchema.safeParse(kept);
  if (!parsed.success) return undefined;
  const { rule, lacks } = parsed.data;
  return {
    ...draftOf(rule),
    ...(lacks.includes('name') ? { name: '' } : {}),
    ...(lacks.includes('triggers') ? { triggers: [] } : {}),
    ...(lacks.includes('steps') ? { steps: [] } : {}),
  };
}

/** A group of conditions that restricts nothing yet. */
export function emptyGroup(match: ConditionGroup['match']): ConditionGroup {
  return conditionsSchema.shape.groups.unwrap().element.parse({ match });
}

/** True where saving one would save the other. */
export function sameRule(one: Draft, other: Draft): boolean {
  return JSON.stringify(toInput(one)) === JSON.stringify(toInput(other));
}

/** The time zone of this machine. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A copy of a rule under another name, switched off until somebody has looked at it. */
export function copyOf(rule: Rule, name: string): Draft {
  return { ...draftOf({ ...rule, id: undefined }), name, enabled: false };
}
