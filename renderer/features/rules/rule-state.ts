import type { Rule } from '../../../engine/contract/rule.ts';
import { rulesText } from '../../text/rules.ts';
import type { StatusKind } from '../../ui/index.ts';

const { states } = rulesText;

/** The one thing to know of a rule, the most pressing first. */
export function ruleState(rule: Pick<Rule, 'enabled' | 'problems' | 'pausedAt' | 'failuresInRow'>): {
  readonly kind: StatusKind;
  readonly word: string;
} {
  if (rule.problems.length > 0) return { kind: 'warning', word: states.incomplete };
  if (rule.pausedAt !== null) return { kind: 'failure', word: states.paused };
  if (!rule.enabled) return { kind: 'paused', word: states.off };
  if (rule.failuresInRow > 0) return { kind: 'failure', word: states.failing };
  return { kind: 'ok', word: states.on };
}
