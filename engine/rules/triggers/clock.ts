import { defineTrigger } from '../../contract/define.ts';
import { RECORD } from './shapes.ts';

/** What nobody did: Gatehouse watches for it. */
const WATCH = { ...RECORD, group: 'watch', failures: 'only', matches: (): boolean => true } as const;

/** What no event sets off. */
const NO_EVENT = {
  ...RECORD,
  listensTo: [],
  matches: (): boolean => false,
  hasUser: false,
} as const;

/** What Gatehouse watches for. */
export const WATCH_TRIGGERS = {
  'file-overdue': defineTrigger({
    ...WATCH,
    title: 'A file is late',
    listensTo: ['FILE_OVERDUE'],
    watches: 'overdue',
    eventName: 'file-overdue',
    hasPath: true,
    description: 'A file that has to be in a folder at a time of day has not come. The path is the folder and the pattern.',
  }),
  'quota-threshold': defineTrigger({
    ...WATCH,
    title: 'A partner has used much of its storage',
    listensTo: ['QUOTA_WARNING'],
    // Those of virtual folders are of nobody.
    matches: ({ info }) => info['folder'] === undefined,
    watches: 'quotaPercent',
    eventName: 'quota-threshold',
    description: 'An account has used a share of its storage; once, and again only after it was well below.',
  }),
  'disk-threshold': defineTrigger({
    ...WATCH,
    title: 'The disk is nearly full',
    listensTo: ['DISK_WARNING'],
    watches: 'diskFreePercent',
    eventName: 'disk-threshold',
    hasUser: false,
    description: 'Little of the disk with the exchange folder is free; once, and again only after there was room.',
  }),
} as const;

/** Clock and hand. */
export const CLOCK_TRIGGERS = {
  schedule: defineTrigger({
    ...NO_EVENT,
    title: 'At set times',
    group: 'time',
    eventName: 'Schedule',
    description: 'The clock reached a time of the schedule. Actions in a tree of files run for every user that the rule names.',
  }),
  'on-demand': defineTrigger({
    ...NO_EVENT,
    title: 'By hand',
    group: 'by-hand',
    eventName: 'On demand',
    description:
      'Somebody started the rule in the console or through the API. Actions in a tree of files run for every user that the rule names.',
  }),
} as const;
