import { issueWords } from '../lib/invalid-input.ts';
import { findAction } from '../actions/catalog.ts';
import type { TriggerDefinition } from '../contract/define.ts';
import { mapFields } from '../contract/fields.ts';
import { type KeptPgpKey, type PgpUse, pgpUseTrouble } from '../contract/pgp-key.ts';
import type { RuleProblem, RuleStep, Watch } from '../contract/rule.ts';
import { compileGlob, GlobError } from '../lib/glob.ts';
import { checkConditions } from './condition-problems.ts';
import { zoneProblem } from '../lib/time-zone.ts';
import { cronProblem } from './cron.ts';
import { type FlowLookup, planSteps, type RuleDefinition } from './definition.ts';
import { isRestrictedTo, isSameOwner, ownerWords } from './flow-owner.ts';
import { calledFlows, contentOf, type FlowDefinition, flowsBehind } from './pinned-flows.ts';
import { templateProblem } from './render.ts';
import { foldersOf } from './step-refs.ts';
import { checkSync } from './sync-problems.ts';
import { findTrigger, hasNoEvent } from './triggers.ts';
import { checkWhose } from './whose.ts';

/** What checks may ask of the world. */
export type ProblemContext = {
  readonly now: number;
  readonly allowedCommands: readonly string[];
  readonly hasAccount: (username: string) => boolean;
  readonly hasGroup: (name: string) => boolean;
  /** A flow as it is kept. */
  readonly flow: (id: number) => { readonly definition: FlowDefinition; readonly isComplete: boolean } | undefined;
  /** A key of the store of PGP keys. */
  readonly pgpKey: (id: number) => KeptPgpKey | undefined;
  /** A virtual folder, by its name; `isPersonal`: another one for each user. */
  readonly folder: (name: string) => { readonly isPersonal: boolean; readonly isRemote: boolean } | undefined;
  /** Whether there is such a saved action. */
  readonly hasSavedAction: (id: number) => boolean;
};

/** Takes a problem at a field. */
export type Report = (field: string, message: string) => void;

/** A trigger of the rule that the registry has. */
export type KnownTrigger = TriggerDefinition & { readonly id: string };

/** Why this rule cannot work, each with the field that it stands at; none for a complete rule (spec: rules, "Conditions"). */
export function ruleProblems(definition: RuleDefinition, context: ProblemContext): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const report: Report = (field, message) => void problems.push({ field, message });
  const triggers = checkTriggers(definition, report);
  checkSchedule(definition, context.now, report);
  checkWatch(definition, triggers, context, report);
  checkTiming(definition, triggers, report);
  checkConditions(definition.conditions, triggers, report);
  checkSteps(definition, triggers, context, report);
  checkSync(definition, triggers, report);
  checkWhose(definition, triggers, report);
  return problems;
}

function checkTriggers({ triggers }: RuleDefinition, report: Report): KnownTrigger[] {
  const known: KnownTrigger[] = [];
  triggers.forEach((id, index) => {
    const trigger = findTrigger(id);
    if (trigger === undefined) report(`triggers.${index}`, `There is no trigger ${id}.`);
    else if (known[0] !== undefined && known[0].group !== trigger.group) {
      report(`triggers.${index}`, `The triggers ${known[0].id} and ${id} do not go together. Make a rule of its own for one of them.`);
    } else known.push({ ...trigger, id });
  });
  return known;
}

function checkSchedule({ triggers, schedule }: RuleDefinition, now: number, report: Report): void {
  const isScheduled = triggers.includes('schedule');
  if (schedule === undefined) {
    if (isScheduled) report('schedule', 'Enter the times.');
    return;
  }
  if (!isScheduled) report('schedule', 'These times count only with the trigger schedule. Add it or remove them.');
  schedule.cron.forEach((row, index) => {
    const problem = cronProblem(row, now);
    if (problem !== undefined) report(`schedule.cron.${index}`, problem);
  });
  const problem = zoneProblem(schedule.zone);
  if (problem !== undefined) report('schedule.zone', problem);
}

/** What the watchful triggers look at has to be there, to make sense, and to be theirs. */
function checkWatch({ watch = {} }: RuleDefinition, triggers: readonly KnownTrigger[], context: ProblemContext, report: Report): void {
  const wanted = new Set(triggers.map(({ watches }) => watches));
  for (const [key, missing] of Object.entries(WATCH_MISSING) as [keyof Watch, string][]) {
    const isGiven = watch[key] !== undefined;
    if (wanted.has(key) && !isGiven) report(`watch.${key}`, missing);
    if (isGiven && !wanted.has(key)) report(`watch.${key}`, 'This counts only with the trigger that watches it. Add it or remove this.');
  }
  const { overdue } = watch;
  if (overdue === undefined) return;
  const at = (field: string): string => `watch.overdue.${field}`;
  if (!context.hasAccount(overdue.username)) report(at('username'), `There is no account ${overdue.username}.`);
  if (!/^[/\\]/.test(overdue.folder)) report(at('folder'), `Paths begin with a slash. Write /${overdue.folder}.`);
  if (/[/\\]/.test(overdue.pattern)) report(at('pattern'), 'A file name holds no slash. Put folders into the field above.');
  const pattern = globProblem(overdue.pattern);
  if (pattern !== undefined) report(at('pattern'), pattern);
  if (overdue.weekdays.length === 0) report(at('weekdays'), 'Choose at least one day, or nothing is ever late.');
  const zone = zoneProblem(overdue.zone);
  if (zone !== undefined) report(at('zone'), zone);
}

const WATCH_MISSING: { readonly [Key in keyof Required<Watch>]: string } = {
  overdue: 'Say which file has to be there, and when.',
  quotaPercent: 'Enter the share of its storage at which an account counts.',
  diskFreePercent: 'Enter the share of the disk below which it counts.',
};

function globProblem(pattern: string): string | undefined {
  try {
    compileGlob(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof GlobError) return error.message;
    throw error;
  }
}

const NEEDS_SESSION = new Set(['session', 'all-sessions', 'batch']);

function checkTiming({ timing }: RuleDefinition, triggers: readonly KnownTrigger[], report: Report): void {
  if (timing.per === 'event') return;
  const problem = zoneProblem(timing.zone);
  if (problem !== undefined) report('timing.zone', problem);
  const noEvent = triggers.find((trigger) => trigger.listensTo.length === 0);
  const noSession = triggers.find((trigger) => !trigger.hasSession);
  if (noEvent !== undefined) report('timing.per', `The trigger ${noEvent.id} has no events that could be gathered. Choose: at once.`);
  else if (NEEDS_SESSION.has(timing.per) && noSession !== undefined) {
    report('timing.per', `The trigger ${noSession.id} belongs to no session whose end could be waited for. Choose another time.`);
  }
}

function checkSteps(definition: RuleDefinition, triggers: readonly KnownTrigger[], context: ProblemContext, report: Report): void {
  definition.steps.forEach((step, index) => {
    const field = `steps.${index}`;
    checkStep(step, field, context, report);
    if (step.action === 'stop-run' && step.config['scope'] === 'flow')
      report(`${field}.config.scope`, 'This stands in no flow. Choose: run.');
    for (const id of calledFlows([step])) checkCall(id, definition, `${field}.config.flow`, context, report);
  });
  if (definition.steps.every((step) => step.failureAction)) {
    report('steps', 'Every action runs only on failure, so none ever would. Add one that runs otherwise.');
  }
  checkUsers(definition, triggers, context, report);
}

/** A flow that the rule calls: it has to be complete and, where it is somebody's, the rule that person's. */
function checkCall(id: number, { conditions }: RuleDefinition, field: string, context: ProblemContext, report: Report): void {
  const flow = context.flow(id);
  if (flow === undefined) return;
  const { name, owner } = flow.definition;
  if (!flow.isComplete) report(field, `The flow ${name} is incomplete. Correct it first.`);
  if (owner !== undefined && !isRestrictedTo(owner, conditions)) {
    report(field, `The flow ${name} belongs to ${ownerWords(owner)}. Restrict the rule to that owner, or choose another flow.`);
  }
}

/** Actions in a user's tree, those of called flows too, need a trigger that brings its user along. */
function checkUsers(definition: RuleDefinition, triggers: readonly KnownTrigger[], context: ProblemContext, report: Report): void {
  // A clock and a hand act on every user that the rule names.
  const noUser = triggers.find((trigger) => !trigger.hasUser && !hasNoEvent(trigger));
  const { records } = definition.conditions;
  const onRecord = triggers.find((trigger) => trigger.group === 'records');
  const isOnlyUsers = records.length === 1 && records[0] === 'user' && definition.conditions.match === 'all';
  let root = -1;
  const isPersonal = (folder: string): boolean => context.folder(folder)?.isPersonal === true;
  for (const { needsUser, name, depth, step } of planSteps(definition, lookupOf(context), isPersonal)) {
    if (depth === 0) root++;
    if (!needsUser) continue;
    const field = depth === 0 ? `steps.${root}.action` : `steps.${root}.config.flow`;
    const action = depth === 0 ? `The action ${name}` : `The action ${name} of the flow`;
    const personal = foldersOf(step).find(isPersonal);
    const what =
      personal === undefined
        ? `${action} acts in a user's files`
        : `${action} acts in the shared folder ${personal}, which is another one for each user`;
    if (noUser !== undefined) report(field, `${what}, but the trigger ${noUser.id} has no user.`);
    else if (onRecord !== undefined && !isOnlyUsers) {
      report(field, `${what}. With the trigger ${onRecord.id}, restrict the rule to records of the kind user.`);
    }
  }
}

function lookupOf({ flow }: Pick<ProblemContext, 'flow'>): FlowLookup {
  return (id) => {
    const found = flow(id);
    return found === undefined ? undefined : contentOf(found.definition, 0);
  };
}

/** What decides over a sign-in stands in the rule itself, where everybody sees it. */
function refuseSignInActions(step: Pick<RuleStep, 'action'>, field: string, report: Report): void {
  const action = findAction(step.action);
  if (action?.checksIdentity === true || action?.asksCode === true)
    report(field, 'This action decides over a sign-in. Put it into the rule itself.');
}

/** Why this flow cannot work; `id` is its own, undefined for one that is new. */
export function flowProblems(definition: FlowDefinition, id: number | undefined, context: ProblemContext): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const report: Report = (field, message) => void problems.push({ field, message });
  const lookup = lookupOf(context);
  for (const list of ['steps', 'onError'] as const) {
    definition[list].forEach((step, index) => {
      const field = `${list}.${index}`;
      checkStep({ ...step, failureAction: list === 'onError', sync: false }, field, context, report);
      refuseSignInActions(step, `${field}.action`, report);
      for (const called of calledFlows([step])) {
        const flow = context.flow(called);
        if (flow === undefined) continue;
        const { name, owner } = flow.definition;
        const leadsBack = id !== undefined && flowsBehind(contentOf(flow.definition, 0).steps, lookup).has(id);
        if (called === id) report(`${field}.config.flow`, 'A flow cannot call itself: it would never end.');
        else if (leadsBack)
          report(`${field}.config.flow`, `The flows ${definition.name} and ${name} call each other, so neither would end.`);
        else if (!flow.isComplete) report(`${field}.config.flow`, `The flow ${name} is incomplete. Correct it first.`);
        if (owner !== undefined && !isSameOwner(owner, definition.owner)) {
          report(`${field}.config.flow`, `The flow ${name} belongs to ${ownerWords(owner)}. Only a flow of the same owner may call it.`);
        }
      }
    });
  }
  const { owner } = definition;
  if (owner === undefined) return problems;
  if ('user' in owner) {
    if (!context.hasAccount(owner.user)) report('owner.user', `There is no account ${owner.user}.`);
  } else if (!context.hasGroup(owner.group)) report('owner.group', `There is no group ${owner.group}.`);
  return problems;
}

/** Why a saved action cannot work. */
export function actionProblems(step: RuleStep, context: ProblemContext): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const report: Report = (field, message) => void problems.push({ field: field.replace(/^step\./, ''), message });
  checkStep(step, 'step', context, report);
  refuseSignInActions(step, 'action', report);
  return problems;
}

function checkStep(step: RuleStep, field: string, context: ProblemContext, report: Report): void {
  checkTemplate(step.onlyWhen, `${field}.onlyWhen`, report);
  if (step.savedAction !== undefined && !context.hasSavedAction(step.savedAction)) {
    report(`${field}.savedAction`, `There is no saved action ${step.savedAction}.`);
  }
  const action = findAction(step.action);
  if (action === undefined) {
    report(`${field}.action`, `There is no action ${step.action}.`);
    return;
  }
  const parsed = action.config.safeParse(step.config);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      // No control of the form stands there, so the words have to name it.
      if (issue.code === 'unrecognized_keys')
        for (const key of issue.keys)
          report([field, 'config', ...issue.path, key].join('.'), `This action has no field ${key}. Remove it.`);
      else report([field, 'config', ...issue.path].join('.'), issueWords(issue));
    }
    return;
  }
  mapFields(action.config, parsed.data, (leaf, { kind, use, localOnly }, path) => {
    if (kind.endsWith('-template')) checkTemplate(String(leaf), `${field}.config.${path}`, report);
    if (use !== undefined) checkPgpKey(Number(leaf), use, `${field}.config.${path}`, context, report);
    if (kind === 'folder' && leaf !== '') checkFolder(String(leaf), localOnly === true, `${field}.config.${path}`, context, report);
    return leaf;
  });
  for (const id of calledFlows([step])) {
    if (context.flow(id) === undefined) report(`${field}.config.flow`, `There is no flow ${id}.`);
    if (step.retries > 0) report(`${field}.retries`, 'A flow is not repeated as a whole. Give the retries to its actions.');
  }
  const program = step.action === 'command' ? parsed.data['command'] : undefined;
  if (typeof program === 'string' && !context.allowedCommands.includes(program)) {
    report(`${field}.config.command`, 'This program is not on the list of allowed commands. Add it under Settings, Commands.');
  }
}

function checkPgpKey(id: number, use: PgpUse, field: string, { pgpKey, now }: ProblemContext, report: Report): void {
  const key = pgpKey(id);
  const problem = key === undefined ? 'This key is not in the store any more. Choose another one.' : pgpUseTrouble(key, use, now);
  if (problem !== null) report(field, problem);
}

function checkFolder(name: string, localOnly: boolean, field: string, { folder }: ProblemContext, report: Report): void {
  const found = folder(name);
  if (found === undefined) report(field, `There is no shared folder ${name}. Choose another one.`);
  else if (localOnly && found.isRemote) report(field, `The shared folder ${name} is on another server. Choose one of this machine.`);
}

function checkTemplate(source: string, field: string, report: Report): void {
  const problem = templateProblem(source);
  if (problem !== undefined) report(field, problem);
}
