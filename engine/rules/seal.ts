import { ACTIONS, findAction } from '../actions/catalog.ts';
import { fieldMeta, type SecretRef, unwrap } from '../contract/fields.ts';
import type { RuleProblem, RuleStep } from '../contract/rule.ts';
import { z } from 'zod';

/**
 * Secrets of a rule that is being saved: texts are sealed and replaced by references, so that a kept rule never shows one. This also holds
 * for configurations that are not valid, which is why nothing here relies on their form.
 */
export type SealedSteps<Step> = { readonly steps: Step[]; readonly problems: RuleProblem[] };

type StepLike = Pick<RuleStep, 'action' | 'config'>;

const SECRET_NAMES = new Set(Object.values(ACTIONS).flatMap(({ config }) => secretNames(config)));

/**
 * The steps with sealed secrets. `known` are the references that the rule held before: another one is refused, or whoever may edit rules
 * could send any stored secret to an address of their choice. `list` is the field in which the steps stand.
 */
export function sealSteps<Step extends StepLike>(
  steps: readonly Step[],
  known: ReadonlySet<number>,
  put: (text: string) => SecretRef,
  list = 'steps',
): SealedSteps<Step> {
  const problems: RuleProblem[] = [];

  function walk(value: unknown, schema: z.ZodType | undefined, path: string, isSecret: boolean): unknown {
    if (isSecret) return sealLeaf(value, path);
    if (Array.isArray(value)) {
      const item = schema instanceof z.ZodArray ? (schema.element as z.ZodType) : undefined;
      return value.map((entry, index) => walk(entry, bare(item), `${path}.${index}`, item !== undefined && kindOf(item) === 'secret'));
    }
    if (typeof value !== 'object' || value === null) return value;
    const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => {
        const inner = Object.hasOwn(shape, key) ? shape[key] : undefined;
        const secret = inner === undefined ? SECRET_NAMES.has(key) : kindOf(inner) === 'secret';
        return [key, walk(entry, bare(inner), `${path}.${key}`, secret)];
      }),
    );
  }

  function sealLeaf(value: unknown, path: string): unknown {
    if (typeof value === 'string') return value === '' ? '' : put(value);
    if (!isRef(value)) return value;
    if (known.has(value.secret)) return value;
    problems.push({ field: path, message: 'This refers to a secret of something else. Enter the secret itself.' });
    return '';
  }

  const sealed = steps.map((step, index) => ({
    ...step,
    config: walk(step.config, findAction(step.action)?.config, `${list}.${index}.config`, false) as RuleStep['config'],
  }));
  return { steps: sealed, problems };
}

/** The steps with a reference to nothing in place of every secret text, for telling what changed. */
export function hideSecrets<Step extends StepLike>(steps: readonly Step[]): Step[] {
  return sealSteps(steps, secretRefs(steps), () => ({ secret: 0 })).steps;
}

/** Every reference in the steps of a kept rule. */
export function secretRefs(steps: readonly StepLike[]): Set<number> {
  const found = new Set<number>();
  const look = (value: unknown): void => {
    if (isRef(value)) found.add(value.secret);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  for (const step of steps) look(step.config);
  return found;
}

function isRef(value: unknown): value is SecretRef {
  return typeof value === 'object' && value !== null && 'secret' in value && typeof value.secret === 'number';
}

function kindOf(schema: z.ZodType): string | undefined {
  return fieldMeta(schema)?.kind;
}

function bare(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema === undefined) return undefined;
  const inner = unwrap(schema);
  return inner === schema ? schema : bare(inner);
}

function secretNames(schema: z.ZodType): string[] {
  const inner = bare(schema);
  if (inner instanceof z.ZodArray) return secretNames(inner.element as z.ZodType);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, field]) =>
    kindOf(field) === 'secret' ? [key] : secretNames(field),
  );
}
