import { findAction } from '../actions/catalog.ts';
import type { RunControl } from '../contract/define.ts';
import { AppError } from '../contract/errors.ts';
import type { FlowInput } from '../contract/flow.ts';
import { conditionsSchema, type RuleInput, ruleInputSchema, type RuleStep, stepSchema } from '../contract/rule.ts';
import type { Store } from '../store/index.ts';
import type { RunRow } from '../store/runs-table.ts';
import { foldersOf } from './step-refs.ts';

/** What a version of a rule holds: the saved input without the id, secrets as references. */
export type RuleDefinition = Omit<RuleInput, 'id'>;

/** A flow as runs go by it: that of the moment when the version of what calls it was saved. */
export type FlowContent = Pick<FlowInput, 'name' | 'instances' | 'maxSeconds'> & {
  readonly version: number;
  /** The on-error branch is among them as failure actions. */
  readonly steps: readonly RuleStep[];
};

/** Flows by id; undefined for one that is not known. */
export type FlowLookup = (id: number) => FlowContent | undefined;

/** A called flow with its own steps. */
export type PlannedFlow = Omit<FlowContent, 'steps'> & { readonly id: number; readonly steps: readonly PlannedStep[] };

/** A step with what its action says of this configuration. */
export type PlannedStep = {
  /** Position in the plan, the steps of called flows counted in right behind their call. */
  readonly index: number;
  readonly name: string;
  readonly step: RuleStep;
  /** May be done again when a kill left it unfinished. */
  readonly repeatSafe: boolean;
  /** Acts in a user's tree, or in a virtual folder that is another one for each user. */
  readonly needsUser: boolean;
  /** What it does to the run itself. */
  readonly control: RunControl | null;
  /** The flow that it calls; null also where that is not known, which fails the step. */
  readonly flow: PlannedFlow | null;
  /** In how many called flows it stands. */
  readonly depth: number;
  /** It is a failure action, or stands in a flow that one calls. */
  readonly isRescue: boolean;
  /** Its moment has passed: what of it was not done is left, and what failed is not tried again. */
  readonly isClosed: boolean;
};

/** What a rule says that was saved before it could say more. */
const DEFAULTS = ruleInputSchema.omit({ id: true }).parse({ name: '-', triggers: ['-'], steps: [{ action: '-' }] });

const GROUP_DEFAULTS = conditionsSchema.shape.groups.unwrap().element.parse({});

/** Reads a stored definition, also one of an earlier program. */
export function parseDefinition(json: string): RuleDefinition {
  const stored = JSON.parse(json) as RuleDefinition;
  const conditions = { ...DEFAULTS.conditions, ...stored.conditions };
  return {
    ...DEFAULTS,
    ...stored,
    conditions: { ...conditions, groups: conditions.groups.map((group) => ({ ...GROUP_DEFAULTS, ...group })) },
  };
}

const NO_FLOWS: FlowLookup = () => undefined;

/** Whether the virtual folder of this name is another one for each user. */
export type IsPersonal = (folder: string) => boolean;

/**
 * The steps in their order, each call of a flow followed by the steps of that flow. A step whose action or configuration is not valid
 * counts as one that is done at most once; a flow inside of itself as one that is not known.
 */
export function planSteps(
  definition: { readonly steps: readonly RuleStep[] },
  flows: FlowLookup = NO_FLOWS,
  isPersonal: IsPersonal = () => false,
): PlannedStep[] {
  const all: PlannedStep[] = [];
  const add = (steps: readonly RuleStep[], calls: readonly number[], inRescue: boolean): PlannedStep[] =>
    steps.map((step) => {
      const action = findAction(step.action);
      const parsed = action?.config.safeParse(step.config);
      const isValid = action !== undefined && parsed?.success === true;
      const index = all.length;
      const control = isValid ? (action.control?.(parsed.data) ?? null) : null;
      const planned: PlannedStep = {
        index,
        name: step.name === '' ? step.action : step.name,
        step,
        repeatSafe: isValid && action.repeatSafe(parsed.data),
        needsUser: isValid && (action.needsUser(parsed.data) || foldersOf(step).some(isPersonal)),
        control,
        flow: null,
        depth: calls.length,
        isRescue: inRescue || step.failureAction,
        isClosed: false,
      };
      all.push(planned);
      const content = control?.kind === 'call' && !calls.includes(control.flow) ? flows(control.flow) : undefined;
      if (control?.kind !== 'call' || content === undefined) return planned;
      const called = {
        ...planned,
        flow: { ...content, id: control.flow, steps: add(content.steps, [...calls, control.flow], planned.isRescue) },
      };
      all[index] = called;
      return called;
    });
  add(definition.steps, [], false);
  return all;
}

/** The only step of a flow that runs by itself: the call of it. */
export function callOf(flowId: number, name: string): { readonly steps: readonly RuleStep[] } {
  return { steps: [stepSchema.parse({ name, action: 'run-flow', config: { flow: flowId } })] };
}

/** Flows that a version was saved with, from the JSON of it. */
export function readFlows(json: string): FlowLookup {
  const flows = JSON.parse(json) as Readonly<Record<string, FlowContent>>;
  return (id) => flows[String(id)];
}

/** What a run executes: its rule's version, or its flow's. */
type Origin = Pick<RunRow, 'ruleId' | 'ruleVersion' | 'ruleName' | 'flowId'>;

/** The steps of the version that a run goes by; undefined when there is no such version. */
export type StoredPlans = (run: Origin) => readonly PlannedStep[] | undefined;

const MAX_PLANS = 1000;

/**
 * Plans by version, kept because a version never changes and hundreds of runs a second may execute the same. What can change is which
 * virtual folders are other ones for each user.
 */
export function createStoredPlans({ rules, flows, folders }: Pick<Store['tables'], 'rules' | 'flows' | 'folders'>): StoredPlans {
  const plans = new Map<string, readonly PlannedStep[]>();
  const { isPersonal } = folders;

  function read({ ruleId, ruleVersion, ruleName, flowId }: Origin): readonly PlannedStep[] | undefined {
    if (flowId !== null) {
      const kept = flows.versionFlows(flowId, ruleVersion);
      return kept === undefined ? undefined : planSteps(callOf(flowId, ruleName), readFlows(kept), isPersonal);
    }
    const version = rules.versionWithFlows(ruleId, ruleVersion);
    return version === undefined ? undefined : planSteps(parseDefinition(version.definition), readFlows(version.flows), isPersonal);
  }

  return (run) => {
    const key = `${run.flowId ?? ''}/${run.ruleId}/${run.ruleVersion}/${folders.changes()}`;
    const known = plans.get(key);
    if (known !== undefined) return known;
    const planned = read(run);
    if (planned === undefined) return undefined;
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
