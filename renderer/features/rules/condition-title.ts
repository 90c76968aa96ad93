import { ruleRunText } from '../../text/rule-run.ts';

/** The engine's name of a condition in words; groups by their number. */
export function conditionTitle(condition: string): string {
  const [, group] = /^groups\.(\d+)$/.exec(condition) ?? [];
  return group === undefined ? (ruleRunText.conditionNames[condition] ?? condition) : ruleRunText.group(Number(group) + 1);
}
