import { issueWords } from '../lib/invalid-input.ts';
import { findAction } from '../actions/catalog.ts';
import type { TriggerDefinition } from '../contract/define.ts';
import { mapFields } from '../contract/fields.ts';
import type { Pattern, RuleProblem, RuleStep } from '../contract/rule.ts';
import { cronProblem, zoneProblem } from './cron.ts';
import { planSteps, type RuleDefinition } from './definition.ts';
import { compileGlob, GlobError } from './glob.ts';
import { templateProblem } from './render.ts';
import { findTrigger } from './triggers.ts';

/** What checks may ask of the world. */
export type ProblemContext = { readonly now: number; readonly allowedCommands: readonly string[] };

type Report = (field: string, message: string) => void;

/** Why this rule cannot work, each with the field that it stands at; none for a complete rule (spec: rules, "Conditions"). */
export function ruleProblems(definition: RuleDefinition, context: ProblemContext): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const report: Report = (field, message) => void problems.push({ field, message });
  const triggers = checkTriggers(definition, report);
  checkSchedule(definition, context.now, report);
  checkConditions(definition, triggers, report);
  checkSteps(definition, triggers, context, report);
  return problems;
}

type KnownTrigger = TriggerDefinition & { readonly id: string };

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

function checkConditions({ conditions }: RuleDefinition, triggers: readonly KnownTrigger[], report: Report): void {
  checkPatterns('conditions.users', conditions.users, report);
  checkPatterns('conditions.paths', conditions.paths, report);
  checkPatterns('conditions.names', conditions.names, report);
  conditions.paths.forEach(({ pattern }, index) => {
    if (!/^[/\\]|^\*\*/.test(pattern))
      report(`conditions.paths.${index}.pattern`, `Paths begin with a slash. Write /${pattern}, or /**/${pattern} for every folder.`);
  });
  conditions.names.forEach(({ pattern }, index) => {
    if (/[/\\]/.test(pattern)) report(`conditions.names.${index}.pattern`, 'A file name holds no slash. Use the path condition.');
  });
  const { minSize, maxSize } = conditions;
  if (minSize !== undefined && maxSize !== undefined && minSize > maxSize)
    report('conditions.minSize', 'The smallest size is above the largest.');
  const without = (fact: 'hasPath' | 'hasSize'): KnownTrigger | undefined => triggers.find((trigger) => !trigger[fact]);
  const noPath = without('hasPath');
  const noSize = without('hasSize');
  if (noPath !== undefined && conditions.paths.length > 0)
    report('conditions.paths', `The trigger ${noPath.id} has no path, so this is never met. Remove one of them.`);
  if (noPath !== undefined && conditions.names.length > 0)
    report('conditions.names', `The trigger ${noPath.id} has no file, so this is never met. Remove one of them.`);
  if (noSize !== undefined && (minSize !== undefined || maxSize !== undefined)) {
    report(
      minSize === undefined ? 'conditions.maxSize' : 'conditions.minSize',
      `The trigger ${noSize.id} has no size, so this is never met. Remove one of them.`,
    );
  }
  const noProtocol = triggers.find((trigger) => trigger.listensTo.length === 0);
  if (noProtocol !== undefined && conditions.protocols.length > 0) {
    report('conditions.protocols', `The trigger ${noProtocol.id} has no protocol, so this is never met. Remove one of them.`);
  }
}

function checkPatterns(field: string, list: readonly Pattern[], report: Report): void {
  list.forEach(({ pattern }, index) => {
    try {
      compileGlob(pattern);
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      report(`${field}.${index}.pattern`, error.message);
    }
  });
}

function checkSteps(definition: RuleDefinition, triggers: readonly KnownTrigger[], context: ProblemContext, report: Report): void {
  definition.steps.forEach((step, index) => checkStep(step, `steps.${index}`, context, report));
  if (definition.steps.every((step) => step.failureAction)) {
    report('steps', 'Every action runs only on failure, so none ever would. Add one that runs otherwise.');
  }
  // A clock and a hand act on every user that the rule names; an event has to bring its user along.
  const noUser = triggers.find((trigger) => !trigger.hasUser && trigger.listensTo.length > 0);
  for (const { needsUser, index, name } of planSteps(definition)) {
    if (needsUser && noUser !== undefined)
      report(`steps.${index}.action`, `The action ${name} acts in a user's files, but the trigger ${noUser.id} has no user.`);
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
