import { formatNumber } from './format.ts';
import { plural } from './plural.ts';

const times = (count: number): string => plural(count, { one: 'once', other: '# times' });

/** Texts of the list of rules and of what is done to a rule. Those of its form are in rule-form.ts, those of runs in rule-run.ts. */
export const rulesText = {
  title: 'Rules',
  count: (all: number, on: number) =>
    `${plural(all, { one: '# rule', other: '# rules' })}, ${formatNumber(on)} on. They run in this order.`,
  create: 'New rule',
  cannotRead: 'The rules cannot be read',
  effect: 'Partners can still connect and transfer files, and rules that are on go on running.',
  failed: 'That could not be done',
  empty: 'No rules yet',
  emptyBody: 'A rule does something when something happens: it sends a mail, calls an address, copies a file.',
  startFrom: 'Begin with one of these',
  fromScratch: 'Begin from scratch',
  columns: { rule: 'Rule', on: 'On', lastRun: 'Last run', week: '7 days', state: 'State' },
  states: { on: 'On', off: 'Off', incomplete: 'Incomplete', paused: 'Paused', failing: 'Failing' },
  switchOn: (name: string) => `Switch ${name} on`,
  switchedOn: (name: string) => `${name} is on.`,
  switchedOff: (name: string) => `${name} is off.`,
  problems: (count: number) => plural(count, { one: '# problem', other: '# problems' }),
  pausedBy: (failures: number) => `Paused after ${plural(failures, { one: '# failed run', other: '# failed runs in a row' })}`,
  failures: (count: number) => plural(count, { one: '# failed', other: '# failed' }),
  runs7Days: (count: number) => `${plural(count, { one: '# run', other: '# runs' })} in 7 days`,
  never: 'Never ran',
  moveUp: 'Move up',
  moveDown: 'Move down',
  moved: (name: string, place: number) => `${name} is now number ${place}.`,
  duplicate: 'Duplicate',
  duplicateName: (name: string) => `Copy of ${name}`,
  duplicated: (name: string) => `${name} was added, switched off.`,
  runNow: 'Run now',
  runTitle: (name: string) => `Run ${name} now?`,
  runBody: 'Its actions are done for real, at once, without waiting for an event. What they can see of an event is empty.',
  started: (count: number) =>
    count === 0 ? 'Nothing was started.' : `${plural(count, { one: '# run was', other: '# runs were' })} started.`,
  showRun: 'Show the run',
  remove: 'Delete',
  removeTitle: (name: string) => `Delete ${name}?`,
  removeBody: 'It reacts to nothing from now on. Its runs stay in the log.',
  removeConfirm: 'Delete rule',
  removed: (name: string) => `${name} was deleted.`,
  back: 'All rules',
  notFound: 'There is no rule of this number',
  notFoundBody: 'It may have been deleted. Its runs are still in the timeline.',
  saved: 'Rule saved',
  undo: 'Undo',
  undone: 'The version before is back.',
  lastRuns: 'Last runs',
  noRuns: 'It has not run yet.',
  versions: {
    title: 'Versions',
    current: 'as it is now',
    named: (version: number) => `Version ${version}`,
    unknownTime: 'time not known',
    restore: 'Bring back',
    restoreTitle: (version: number) => `Bring version ${version} back?`,
    restoreBody: 'It is saved as the newest version; the present one stays in this list. What is typed here and not saved is given up.',
    restored: (version: number) => `Version ${version} is back.`,
    only: 'There is one version: this one.',
    same: 'Says the same as the present version.',
    changed: 'What differs from the present version',
    here: 'Then',
    now: 'Now',
    nothing: 'nothing',
    action: (place: number) => `Action ${formatNumber(place)}`,
    yesNo: (on: boolean) => (on ? 'yes' : 'no'),
    /** By the field's path in the rule. Others are said by their name. */
    fields: { triggers: 'When', conditions: 'Only if', enabled: 'On', 'timing.per': 'Acts', asynchronous: 'At the same time' } as Readonly<
      Partial<Record<string, string>>
    >,
  },
  /** `each`: one run per event; else they are gathered, and how many runs they make depends on when they came. */
  wouldRun: (count: number, days: number, partial: boolean, each: boolean) =>
    each
      ? `Would have run ${partial ? 'at least ' : ''}${times(count)} in the last ${days} days.`
      : `Would have gathered ${partial ? 'at least ' : ''}${plural(count, { one: '# event', other: '# events' })} in the last ${days} days.`,
  templates: {
    'mail-new-file': { title: 'Mail about each new file', help: 'One message per file that a partner sends.' },
    'mail-per-visit': { title: 'One mail per visit', help: 'When the partner leaves, a list of what came.' },
    'call-system': { title: 'Tell another system', help: 'An HTTP call with path, partner and size.' },
    archive: { title: 'Keep a copy', help: 'What arrives in /inbox is copied to /archive.' },
    'after-download': { title: 'Clear what was fetched', help: 'What was downloaded from /outbox moves to /fetched.' },
    'warn-failure': { title: 'Warn when a transfer fails', help: 'One mail once the partner has stopped trying.' },
    digest: { title: 'Daily summary', help: 'One mail at the end of the day.' },
    program: { title: 'Start a program', help: 'An allowed program gets each new .csv file.' },
  },
} as const;
