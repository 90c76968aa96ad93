import type { RunTrace } from '../../../engine/contract/rule.ts';
import { formatDuration } from '../../text/format.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { conditionTitle } from './condition-title.ts';
import { stepName } from './run-nodes.ts';
import { textOf } from './trace-text.ts';
import { words } from './words.ts';

/** A run as plain text, to send to whoever helps: everything that the page shows, times in UTC; secrets are masked already. */
export function runReport(run: RunTrace): string {
  return [
    `${ruleRunText.sentence(run.ruleName, run.ruleVersion)} (run ${run.id})`,
    `${ruleRunText.states[run.state]}, ${ruleRunText.attempt(run.attempt)}, ${run.startedAt ?? run.createdAt}`,
    ...(run.error === null ? [] : [`${ruleRunText.error}: ${run.error}`]),
    '',
    `${ruleRunText.trigger}: ${run.trigger}${run.eventId === null ? '' : ` (event ${run.eventId})`}`,
    ...run.conditions.map(
      ({ condition, expected, actual, matched }) =>
        `${matched ? '[x]' : '[ ]'} ${conditionTitle(condition)}: ${ruleRunText.expected.toLowerCase()} ${expected}; ${ruleRunText.actual.toLowerCase()} ${actual}`,
    ),
    ...run.steps.flatMap((step) => [
      '',
      `${step.index + 1}. ${stepName(step)}: ${ruleRunText.stepStates[step.state]}${step.attempt > 1 ? `, ${ruleRunText.attempt(step.attempt)}` : ''}${step.durationMs === null ? '' : `, ${formatDuration(step.durationMs)}`}`,
      ...(step.error === null ? [] : [`   ${ruleRunText.error}: ${step.error}`]),
      ...values(ruleRunText.inputs, step.inputs),
      ...values(ruleRunText.output, step.detail),
    ]),
    '',
  ].join('\n');
}

function values(title: string, record: RunTrace['event']): string[] {
  const lines = Object.entries(record ?? {}).flatMap(([key, value]) => {
    const text = textOf(value);
    return text === '' ? [] : [`     ${words(key)}: ${text.replaceAll('\n', '\n       ')}`];
  });
  return lines.length === 0 ? [] : [`   ${title}:`, ...lines];
}
