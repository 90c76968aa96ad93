import type { ConditionGroup, Conditions, Pattern } from '../contract/rule.ts';
import { rangeProblem } from './address-ranges.ts';
import { zoneProblem } from '../lib/time-zone.ts';
import { compileGlob, GlobError } from '../lib/glob.ts';
import type { KnownTrigger, Report } from './problems.ts';
import { hasNoEvent } from './triggers.ts';

/** Reports conditions that cannot be read, that contradict themselves, or that an event of one of these triggers can never meet. */
export function checkConditions(conditions: Conditions, triggers: readonly KnownTrigger[], report: Report): void {
  checkGroup('conditions', conditions, triggers, report);
  conditions.groups.forEach((group, index) => checkGroup(`conditions.groups.${index}`, group, triggers, report));
}

function checkGroup(at: string, group: ConditionGroup, triggers: readonly KnownTrigger[], report: Report): void {
  checkForm(at, group, report);
  for (const { field, isSet, fact, isMissing } of NEEDS) {
    const trigger = isSet(group) ? triggers.find(isMissing) : undefined;
    if (trigger !== undefined)
      report(`${at}.${field(group)}`, `The trigger ${trigger.id} has no ${fact}, so this is never met. Remove one of them.`);
  }
  if (group.outcomes.length === 0) return;
  const never = triggers.find((trigger) => trigger.failures === 'never' && !hasNoEvent(trigger) && !group.outcomes.includes('ok'));
  const always = triggers.find(({ failures }) => failures === 'only' && group.outcomes.every((outcome) => outcome === 'ok'));
  if (never !== undefined) report(`${at}.outcomes`, `The trigger ${never.id} reacts only to what succeeded, so this is never met.`);
  if (always !== undefined) report(`${at}.outcomes`, `The trigger ${always.id} reacts only to what failed, so this is never met.`);
}

/** What a condition needs of an event, and which triggers do not bring it. */
type Need = {
  readonly field: (group: ConditionGroup) => string;
  readonly fact: string;
  readonly isSet: (group: ConditionGroup) => boolean;
  readonly isMissing: (trigger: KnownTrigger) => boolean;
};

const NEEDS: readonly Need[] = [
  { field: () => 'realPaths', fact: 'path', isSet: ({ realPaths }) => realPaths.length > 0, isMissing: ({ hasPath }) => !hasPath },
  { field: () => 'paths', fact: 'path', isSet: ({ paths }) => paths.length > 0, isMissing: ({ hasPath }) => !hasPath },
  {
    field: () => 'targetPaths',
    fact: 'new path',
    isSet: ({ targetPaths }) => targetPaths.length > 0,
    isMissing: ({ hasTarget }) => !hasTarget,
  },
  {
    field: () => 'names',
    fact: 'file',
    isSet: ({ names }) => names.length > 0,
    isMissing: ({ hasPath, group }) => !hasPath && group !== 'records',
  },
  {
    field: ({ minSize }) => (minSize === undefined ? 'maxSize' : 'minSize'),
    fact: 'size',
    isSet: ({ minSize, maxSize }) => minSize !== undefined || maxSize !== undefined,
    isMissing: ({ hasSize }) => !hasSize,
  },
  {
    field: () => 'protocols',
    fact: 'protocol',
    isSet: ({ protocols }) => protocols.length > 0,
    isMissing: ({ hasClient }) => !hasClient,
  },
  {
    field: () => 'addresses',
    fact: 'address of a partner',
    isSet: ({ addresses }) => addresses.length > 0,
    isMissing: ({ hasClient }) => !hasClient,
  },
  { field: () => 'outcomes', fact: 'outcome', isSet: ({ outcomes }) => outcomes.length > 0, isMissing: hasNoEvent },
  { field: () => 'records', fact: 'record', isSet: ({ records }) => records.length > 0, isMissing: ({ group }) => group !== 'records' },
  { field: () => 'time', fact: 'event with a time', isSet: ({ time }) => time !== undefined, isMissing: hasNoEvent },
];

function checkForm(at: string, group: ConditionGroup, report: Report): void {
  for (const list of ['users', 'userGroups', 'roles', 'paths', 'targetPaths', 'realPaths', 'names'] as const)
    checkPatterns(`${at}.${list}`, group[list], report);
  for (const list of ['paths', 'targetPaths'] as const) {
    group[list].forEach(({ pattern }, index) => {
      if (!/^[/\\]|^\*\*/.test(pattern))
        report(`${at}.${list}.${index}.pattern`, `Paths begin with a slash. Write /${pattern}, or /**/${pattern} for every folder.`);
    });
  }
  group.realPaths.forEach(({ pattern }, index) => {
    if (!/^[/\\]|^[A-Za-z]:[/\\]|^\*\*/.test(pattern))
      report(`${at}.realPaths.${index}.pattern`, 'Write the path from the root of its disk, such as /srv/in/** or E:\\in\\**.');
  });
  group.names.forEach(({ pattern }, index) => {
    if (/[/\\]/.test(pattern)) report(`${at}.names.${index}.pattern`, 'A file name holds no slash. Use the path condition.');
  });
  const { minSize, maxSize, time } = group;
  if (minSize !== undefined && maxSize !== undefined && minSize > maxSize)
    report(`${at}.minSize`, 'The smallest size is above the largest.');
  group.addresses.forEach(({ range }, index) => {
    const problem = rangeProblem(range);
    if (problem !== undefined) report(`${at}.addresses.${index}.range`, problem);
  });
  if (time === undefined) return;
  const problem = zoneProblem(time.zone);
  if (problem !== undefined) report(`${at}.time.zone`, problem);
  if (time.weekdays.length === 0) report(`${at}.time.weekdays`, 'Choose at least one day, or this is never met.');
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
