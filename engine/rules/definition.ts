import { findAction } from '../actions/catalog.ts';
import type { RuleInput, RuleStep } from '../contract/rule.ts';
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

/** Reads a stored definition. */
export function parseDefinition(json: string): RuleDefinition {
  return JSON.parse(json) as RuleDefinition;
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
