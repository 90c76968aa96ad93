import { issueWords } from '../lib/invalid-input.ts';
import { findAction } from '../actions/catalog.ts';
import type { TriggerDefinition } from '../contract/define.ts';
import { mapFields } from '../contract/fields.ts';
import type { RuleProblem, RuleStep } from '../contract/rule.ts';
import { checkConditions } from './condition-problems.ts';
import { zoneProblem } from '../lib/time-zone.ts';
import { cronProblem } from './cron.ts';
import { planSteps, type RuleDefinition } from './definition.ts';
import { templateProblem } from './render.ts';
import { checkSync } from './sync-problems.ts';
import { findTrigger, hasNoEvent } from './triggers.ts';

/** What checks may ask of the world. */
export type ProblemContext = { readonly now: number; readonly allowedCommands: readonly string[] };

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
  checkTiming(definition, triggers, report);
  checkConditions(definition.conditions, triggers, report);
  checkSteps(definition, triggers, context, report);
  checkSync(definition, triggers, report);
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
  definition.steps.forEach((step, index) => checkStep(step, `steps.${index}`, context, report));
  if (definition.steps.every((step) => step.failureAction)) {
    report('steps', 'Every action runs only on failure, so none ever would. Add one that runs otherwise.');
  }
  // A clock and a hand act on every user that the rule names; an event has to bring its user along.
  const noUser = triggers.find((trigger) => !trigger.hasUser && !hasNoEvent(trigger));
  const { records } = definition.conditions;
  const onRecord = triggers.find((trigger) => trigger.group === 'records');
  const isOnlyUsers = records.length === 1 && records[0] === 'user' && definition.conditions.match === 'all';
  for (const { needsUser, index, name } of planSteps(definition)) {
    if (!needsUser) continue;
    const field = `steps.${index}.action`;
    if (noUser !== undefined) report(field, `The action ${name} acts in a user's files, but the trigger ${noUser.id} has no user.`);
    else if (onRecord !== undefined && !isOnlyUsers) {
      report(
        field,
        `The action ${name} acts in a user's files. With the trigger ${onRecord.id}, restrict the rule to records of the kind user.`,
      );
    }
  }
}

function checkStep(step: RuleStep, field: string, context: ProblemContext, report: Report): void {
  checkTemplate(step.onlyWhen, `${field}.onlyWhen`, report);
  const action = findAction(step.action);
  if (action === undefined) {
    report(`${field}.action`, `There is no action ${step.action}.`);
    return;
  }
  const parsed = action.config.safeParse(step.config);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
      report([field, 'config', ...path].join('.'), issueWords(issue));
    }
    return;
  }
  mapFields(action.config, parsed.data, (leaf, { kind }, path) => {
    if (kind.endsWith('-template')) checkTemplate(String(leaf), `${field}.config.${path}`, report);
    return leaf;
  });
  const program = step.action === 'command' ? parsed.data['command'] : undefined;
  if (typeof program === 'string' && !context.allowedCommands.includes(program)) {
    report(`${field}.config.command`, 'This program is not on the list of allowed commands. Add it under Settings, Commands.');
  }
}

function checkTemplate(source: string, field: string, report: Report): void {
  const problem = templateProblem(source);
  if (problem !== undefined) report(field, problem);
}
