import { findAction } from '../actions/catalog.ts';
import type { RuleProblem, RuleStep } from '../contract/rule.ts';
import type { RuleDefinition } from './definition.ts';
import type { KnownTrigger, Report } from './problems.ts';

/** Reports sync actions that no reply could wait for, and triggers that wait for actions which are not there. */
export function checkSync(definition: RuleDefinition, triggers: readonly KnownTrigger[], report: Report): void {
  const { steps, timing, maxRunsPerHour } = definition;
  const never = triggers.find((trigger) => trigger.sync === 'never');
  steps.forEach((step, index) => {
    if (!step.sync) return;
    if (step.failureAction) report(`steps.${index}.sync`, 'A failure action comes after the answer, so no client can wait for it.');
    else if (never !== undefined)
      report(
        `steps.${index}.sync`,
        `With the trigger ${never.id} there is no answer that could wait. Choose other triggers, or do not wait.`,
      );
  });
  const must = triggers.find((trigger) => trigger.sync === 'must');
  if (must !== undefined && !steps.some(isWaitedFor))
    report('steps', `The trigger ${must.id} waits for an answer. Add at least one action that the client waits for.`);
  checkServing(steps, triggers, report);
  checkIdentity(steps, triggers, report);
  checkCode(steps, triggers, report);
  if (!steps.some(isWaitedFor)) return;
  if (timing.per !== 'event') report('timing.per', 'A client waits for this rule, so it has to act at once.');
  if (maxRunsPerHour !== undefined)
    report('maxRunsPerHour', 'A client waits for this rule: beyond a limit its operations would go on unchecked. Remove the limit.');
}

/** Sync actions that may take longer than a partner's client is made to wait, each at the longest that it can take. */
export function syncWarnings({ steps }: RuleDefinition, syncSeconds: number): RuleProblem[] {
  const warnings: RuleProblem[] = [];
  let sum = 0;
  steps.forEach((step, index) => {
    if (!isWaitedFor(step)) return;
    const longest = longestOf(step);
    sum += longest;
    if (longest === 0 || sum <= syncSeconds) return;
    const together = sum === longest ? 'This may take' : 'Together with those before it, this may take';
    warnings.push({
      field: `steps.${index}.timeoutSeconds`,
      message: `${together} ${sum} s, but clients wait ${syncSeconds} s for all rules of one operation. It is stopped when that time is over.`,
    });
  });
  return warnings;
}

/** Seconds until an action has ended, whatever happens. */
function longestOf({ action: id, config, timeoutSeconds }: RuleStep): number {
  const action = findAction(id);
  const parsed = action?.config.safeParse(config);
  return (parsed?.success === true ? action?.longest?.(parsed.data) : undefined) ?? timeoutSeconds;
}

/** Whether a client waits for this action. */
export function isWaitedFor(step: RuleStep): boolean {
  return step.sync && !step.failureAction;
}

/** The check of an account decides over a sign-in, so nothing else may hold that up, and nothing else sets it off. */
function checkIdentity(steps: readonly RuleStep[], triggers: readonly KnownTrigger[], report: Report): void {
  const isCheck = (step: RuleStep): boolean => findAction(step.action)?.checksIdentity === true;
  const index = steps.findIndex(isCheck);
  const step = steps[index];
  if (step === undefined) return;
  const other = triggers.find(({ id }) => !id.startsWith('idp-login'));
  if (other !== undefined)
    report(`steps.${index}.action`, `With the trigger ${other.id} nobody signs in. Use this action with idp-login alone.`);
  else if (!isWaitedFor(step))
    report(`steps.${index}.sync`, 'The sign-in has to wait for this action, or there is no account to sign in to.');
  const second = steps.findIndex((one, at) => at !== index && isWaitedFor(one));
  if (second !== -1) report(`steps.${second}.sync`, 'Beside the account check nothing else may hold up the sign-in. Do not wait for this.');
}

function checkServing(steps: readonly RuleStep[], triggers: readonly KnownTrigger[], report: Report): void {
  const other = triggers.find((trigger) => trigger.before !== 'download');
  steps.forEach((step, index) => {
    if (findAction(step.action)?.servesFile !== true) return;
    if (other !== undefined)
      report(`steps.${index}.action`, `Before the trigger ${other.id} nobody waits for a file. Use this action with pre-download alone.`);
    else if (!isWaitedFor(step)) report(`steps.${index}.sync`, 'The client has to wait for this action, or it has its file already.');
  });
}

/** A code can be asked for before somebody is let in, once by one rule, and only while the sign-in waits. */
function checkCode(steps: readonly RuleStep[], triggers: readonly KnownTrigger[], report: Report): void {
  const other = triggers.find((trigger) => trigger.before !== 'login');
  let isAsked = false;
  steps.forEach((step, index) => {
    if (findAction(step.action)?.asksCode !== true) return;
    if (other !== undefined)
      report(`steps.${index}.action`, `With the trigger ${other.id} nobody waits at the door. Use this action with pre-login alone.`);
    else if (!isWaitedFor(step)) report(`steps.${index}.sync`, 'The sign-in has to wait for this action, or it is over before the code.');
    else if (isAsked) report(`steps.${index}.action`, 'An action before it asks for a code already. Remove one of them.');
    isAsked = true;
  });
}
