import { findAction } from '../actions/catalog.ts';
import { type RuleInput, ruleInputSchema, type RuleStep } from '../contract/rule.ts';
import { AppError } from '../contract/errors.ts';

/** What a version of a rule holds: the saved input without the id, secrets as references. */
export type RuleDefinition = Omit<RuleInput, 'id'>;

/** A step with what its action says of this configuration. */
export type PlannedStep = {
  /** Position in the rule. */
  readonly index: number;
  readonly name: string;
  readonly step: RuleStep;
  /** May be done again when a kill left it unfinished. */
  readonly repeatSafe: boolean;
  /** Acts in a user's tree. */
  readonly needsUser: boolean;
};

/** What a rule says that was saved before it could say more. */
const DEFAULTS = ruleInputSchema.omit({ id: true }).parse({ name: '-', triggers: ['-'], steps: [{ action: '-' }] });

/** Reads a stored definition, also one of an earlier program. */
export function parseDefinition(json: string): RuleDefinition {
  const stored = JSON.parse(json) as RuleDefinition;
  return { ...DEFAULTS, ...stored, conditions: { ...DEFAULTS.conditions, ...stored.conditions } };
}

/** The steps of a definition in their order. A step whose action or configuration is not valid counts as one that is done at most once. */
export function planSteps(definition: RuleDefinition): PlannedStep[] {
  return definition.steps.map((step, index) => {
    const action = findAction(step.action);
    const parsed = action?.config.safeParse(step.config);
    const isValid = action !== undefined && parsed?.success === true;
    return {
      index,
      name: step.name === '' ? step.action : step.name,
      step,
      repeatSafe: isValid && action.repeatSafe(parsed.data),
      needsUser: isValid && action.needsUser(parsed.data),
    };
  });
}

/** The steps of one version of a rule; undefined when there is no such version. */
export type StoredPlans = (ruleId: number, version: number) => readonly PlannedStep[] | undefined;

const MAX_PLANS = 1000;

/** Plans by version, kept because a version never changes and hundreds of runs a second may execute the same. */
export function createStoredPlans(version: (ruleId: number, version: number) => string | undefined): StoredPlans {
  const plans = new Map<string, readonly PlannedStep[]>();
  return (ruleId, number) => {
    const key = `${ruleId}/${number}`;
    const known = plans.get(key);
    if (known !== undefined) return known;
    const definition = version(ruleId, number);
    if (definition === undefined) return undefined;
    const planned = planSteps(parseDefinition(definition));
    if (plans.size >= MAX_PLANS) plans.clear();
    plans.set(key, planned);
    return planned;
  };
}

/** The configuration of a step, read with its action's schema. Throws `action_failed` when this program cannot read it. */
export function readConfig(step: RuleStep): Record<string, unknown> {
  const action = findAction(step.action);
  if (action === undefined) throw new AppError('action_failed', `This program has no action ${step.action}. Edit the rule.`);
  const parsed = action.config.safeParse(step.config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError(
      'action_failed',
      `The action's settings are not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''} Edit the rule.`,
    );
  }
  return parsed.data;
}
