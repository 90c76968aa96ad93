import { formatList } from './format.ts';
import { plural } from './plural.ts';

const MINUTE_MS = 60_000;

/** Texts about addresses that are kept out or always let in, wherever they are shown. */
export const defenceText = {
  title: 'Blocked addresses',
  help: 'Who fails to sign in too often is kept out for a while. A block can be lifted at any time.',
  none: 'Nobody is blocked.',
  watched: (count: number) =>
    plural(count, {
      one: '# more address has failed lately without being blocked yet.',
      other: '# more addresses have failed lately without being blocked yet.',
    }),
  list: 'Blocked addresses',
  columns: { address: 'Address', reason: 'Why', left: 'Ends', tried: 'Tried as' },
  by: { defender: (score: number) => `${score} points`, person: 'by hand', rule: 'by a rule' },
  /** `until` in ISO 8601, null for a block that only a person lifts. */
  left(until: string | null, now: number): string {
    if (until === null) return 'until it is lifted';
    const minutes = Math.max(1, Math.ceil((Date.parse(until) - now) / MINUTE_MS));
    if (minutes < 120) return `${minutes} min left`;
    return `${plural(Math.round(minutes / 60), { one: '# hour', other: '# hours' })} left`;
  },
  unblock: 'Unblock',
  allow: 'Always allow',
  block: 'Block an address',
  blockThis: 'Block address',
  failed: 'The address could not be changed',
  cannotRead: 'The blocked addresses cannot be read',
  unblocked: (address: string) => `${address} is let in again`,
  allowed: (address: string) => `${address} is always let in from now on`,
  wasBlocked: (address: string) => `${address} is blocked`,
  dialog: 'Block an address',
  dialogBody:
    'Nobody from there is let in, and sessions that are open from there end now. Transfers that are cut short can be resumed later.',
  address: 'Address',
  addressHelp: 'Such as 203.0.113.7. For whole networks use the lists below.',
  minutes: 'For how long',
  durations: { half: '30 minutes', day: 'A day', week: 'A week', forever: 'Until it is lifted' },
  reason: 'Why',
  reasonHelp: 'For whoever wonders later. Stands in the log.',
  partner: (address: string, left: string) => `${address}, which tried to sign in with this name, is blocked: ${left}.`,
  attention: (address: string, logins: readonly string[], left: string) =>
    `${address} is blocked${logins.length === 0 ? '' : ` after it tried to sign in as ${formatList(logins)}`}: ${left}.`,
  attentionMany: (count: number) => `${count} addresses are blocked.`,
  showBlocked: 'Show blocked addresses',
  lists: {
    title: 'Always allowed, always refused',
    help: 'Addresses and networks that are never blocked, or never let in. Where several fit, the smallest network decides.',
    list: 'Allowed and refused addresses',
    empty: 'The lists are empty',
    emptyBody: 'Put in the office of a partner who shares one address, so that a forgotten password never locks all of them out.',
    cannotRead: 'The lists cannot be read',
    columns: { network: 'Address or network', mode: 'May come in', protocols: 'Over', note: 'Note' },
    modes: { allow: 'Always', deny: 'Never' },
    all: 'everything',
    add: 'Add an address',
    edit: 'Change',
    remove: 'Take off the list',
    removeTitle: (network: string) => `Take ${network} off the list?`,
    removeBody: 'It is treated like any other address again.',
    keep: 'Keep it',
    dialog: 'An address or network',
    network: 'Address or network',
    networkHelp: 'Such as 203.0.113.7 or 203.0.113.0/24.',
    mode: 'May come in',
    protocols: 'Over',
    protocolsHelp: 'None ticked: over everything.',
    note: 'Note',
    save: 'Save',
    failed: 'The list could not be changed',
  },
  rules: {
    title: 'When an address is blocked',
    help: 'What an address does wrong is added up. Keys that do not fit count nothing.',
    offences: {
      wrongPassword: 'A wrong password',
      unknownUser: 'An unknown name',
      limit: 'Too many connections or sign-ins at once',
      noSignIn: 'A connection without a sign-in',
    },
    points: 'points',
    minutes: 'minutes',
  },
} as const;
