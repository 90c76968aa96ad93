import type { StoredEvent } from '../contract/event.ts';
import type { RuleProblem } from '../contract/rule.ts';
import { type Check, type Facts, factsOf } from './conditions.ts';
import type { RuleDefinition } from './definition.ts';
import type { CompiledRule } from './matcher.ts';
import type { Member } from './members.ts';
import { type People, peopleOf } from './people.ts';
import type { KnownTrigger, Report } from './problems.ts';
import type { RulesServices } from './services.ts';
import { isWaitedFor } from './sync-problems.ts';
import { findTrigger, type TriggerId } from './triggers.ts';

/** One way of looking at an event: as what its user did, or as what a member of the folder is told of. */
export type View = {
  readonly member: Member | null;
  readonly facts: Facts;
  /** Why this member is told, for the trace. */
  readonly checks: readonly Check[];
};

/** The services that decide it. */
export type WhoseServices = Pick<RulesServices, 'accounts' | 'vfs' | 'members' | 'settings'>;

/** The views of one event, found when a rule first asks for them and then kept for the next rules. */
export type Views = { of(rule: CompiledRule, trigger: TriggerId | undefined): readonly View[] };

export function viewsOf(event: StoredEvent, services: WhoseServices, people: People = peopleOf(services)): Views {
  const own: View = { member: null, facts: factsOf(event, people), checks: [] };
  let others: readonly View[] | undefined;
  return {
    of({ definition: { whose } }, trigger) {
      if (!whose.reverse) return [own];
      if (trigger === undefined || !tells(trigger) || !services.settings().rules.reverse) return whose.own ? [own] : [];
      others ??= services.members.of(event).map((member) => ({
        member,
        facts: factsOf(event, people, member.account),
        checks: [
          {
            condition: 'whose',
            expected: 'seen by somebody else',
            actual: `${member.account.username} sees it as ${member.path}`,
            matched: true,
          },
        ],
      }));
      return whose.own ? [own, ...others] : others;
    },
  };
}

function tells(trigger: string): boolean {
  return findTrigger(trigger)?.reverse === true;
}

/** What the trace says where a rule tells members and there is none. */
export const NOBODY_SEES_IT: Check = { condition: 'whose', expected: 'seen by somebody else', actual: 'nobody else', matched: false };

/** Reports activity that cannot be told of. */
export function checkWhose({ whose, steps }: RuleDefinition, triggers: readonly KnownTrigger[], report: Report): void {
  if (!whose.own && !whose.reverse) report('whose.own', 'Choose whose activity counts, or nothing ever does.');
  if (!whose.reverse) return;
  const silent = triggers.find((trigger) => trigger.reverse !== true);
  if (silent !== undefined) {
    report(
      'whose.reverse',
      `The trigger ${silent.id} is nothing that others are told of. Choose upload, download, delete, rename or mkdir.`,
    );
  }
  if (steps.some(isWaitedFor)) {
    report('whose.reverse', 'A client waits for this rule. Make a rule of its own that tells the others.');
  }
}

/** What works only once a setting is changed. */
export function whoseWarnings({ whose }: RuleDefinition, isOn: boolean): RuleProblem[] {
  if (!whose.reverse || isOn) return [];
  return [{ field: 'whose.reverse', message: 'Nobody is told: this is switched off for all rules under Settings, General.' }];
}
