import { z } from 'zod';
import { defineEvent } from '../contract/define.ts';
import type { StoredEvent } from '../contract/event.ts';

/**
 * The one registry of event types (spec: events, "Types"). Table, API, timeline, filters, rules and docs/events.md are derived from it.
 * Adding a type is one entry here and one `log.record()` call where the thing happens.
 */

const fileChange = z.object({
  operation: z.enum(['upload', 'append', 'overwrite', 'mkdir', 'rmdir', 'copy', 'delete', 'rename', 'setstat', 'create', 'update']),
  /** False where the content was changed in place (spec: servers, upload table). */
  atomic: z.boolean().optional(),
  resumed: z.boolean().optional(),
  old: z.json().optional(),
  new: z.json().optional(),
});

const runEnd = z.object({
  rule: z.string(),
  run_id: z.int(),
  attempt: z.int(),
  outcome: z.string(),
  action: z.string().optional(),
  step: z.int().optional(),
  error: z.string().optional(),
});

export const EVENTS = {
  SERVER_START: defineEvent({
    title: 'Server started',
    icon: 'power',
    group: 'system',
    pollable: false,
    schema: null,
    objecttype: null,
    info: z.object({ version: z.string(), listeners: z.record(z.string(), z.string()), recovered_uploads: z.int() }),
    emittedWhen: 'The engine is up and its listeners accept partners.',
    sentence: (event) => `Gatehouse ${text(event, 'version')} started`,
  }),
  SERVER_SHUTDOWN: defineEvent({
    title: 'Server stopped',
    icon: 'power-off',
    group: 'system',
    pollable: false,
    schema: null,
    objecttype: null,
    info: z.object({ version: z.string(), unclean: z.boolean() }),
    emittedWhen: 'Orderly stop; after a crash the next start writes it, marked unclean.',
    sentence: (event) => (event.info['unclean'] === true ? 'Gatehouse had stopped without warning' : 'Gatehouse stopped'),
  }),
  USER_LOGIN: defineEvent({
    title: 'Signed in',
    icon: 'log-in',
    group: 'sessions',
    pollable: true,
    schema: 'BASE',
    objecttype: 'user',
    info: z.object({ protocol: z.string(), method: z.string() }),
    emittedWhen: 'A partner or administrator signed in.',
    sentence: (event) => `${who(event)} signed in over ${event.protocol ?? 'the console'}`,
  }),
  USER_LOGOUT: defineEvent({
    title: 'Signed out',
    icon: 'log-out',
    group: 'sessions',
    pollable: true,
    schema: 'BASE',
    objecttype: 'user',
    info: z.object({
      protocol: z.string(),
      reason: z.string(),
      uploads: z.int(),
      downloads: z.int(),
      bytes_in: z.int(),
      bytes_out: z.int(),
    }),
    emittedWhen: 'Sign-out, disconnect or expiry of a session.',
    sentence: (event) => `${who(event)} left`,
  }),
  LOGIN_FAILED: defineEvent({
    title: 'Sign-in failed',
    icon: 'shield-alert',
    group: 'sessions',
    pollable: false,
    schema: null,
    objecttype: null,
    info: z.object({ method: z.string(), login: z.string(), reason: z.string() }),
    emittedWhen: 'A sign-in was refused, over any protocol.',
    sentence: (event) => `Sign-in as ${text(event, 'login')} from ${event.ipv4_address ?? 'this machine'} failed: ${text(event, 'reason')}`,
  }),
  OBJECT_INSERT: defineEvent({
    title: 'Created',
    icon: 'file-plus',
    group: 'files',
    pollable: false,
    schema: 'BOTH',
    objecttype: null,
    info: fileChange,
    emittedWhen: 'A new file was uploaded or copied, a folder made, a record created.',
    sentence: (event) => {
      if (event.schema === 'BASE') return `${who(event)} created the ${event.objecttype ?? 'record'} ${text(event, 'new')}`;
      if (event.info['operation'] === 'mkdir') return `${who(event)} made the folder ${name(event)}`;
      return `${who(event)} uploaded ${name(event)}`;
    },
  }),
  OBJECT_UPDATE: defineEvent({
    title: 'Changed',
    icon: 'file-pen',
    group: 'files',
    pollable: true,
    schema: 'BOTH',
    objecttype: null,
    info: fileChange,
    emittedWhen: 'A file was overwritten, appended to, renamed or given other attributes; a record was edited.',
    sentence: (event) => {
      if (event.schema === 'BASE') return `${who(event)} changed the ${event.objecttype ?? 'record'} ${text(event, 'new')}`;
      if (event.info['operation'] === 'rename') return `${who(event)} renamed ${name(event)} to ${event.target_path ?? '?'}`;
      return `${who(event)} changed ${name(event)}`;
    },
  }),
  OBJECT_DELETE: defineEvent({
    title: 'Deleted',
    icon: 'trash-2',
    group: 'files',
    pollable: true,
    schema: 'BOTH',
    objecttype: null,
    info: fileChange,
    emittedWhen: 'A file, folder or record was deleted.',
    sentence: (event) =>
      event.schema === 'BASE'
        ? `${who(event)} deleted the ${event.objecttype ?? 'record'} ${text(event, 'old')}`
        : `${who(event)} deleted ${name(event)}`,
  }),
  ASSET_DOWNLOAD: defineEvent({
    title: 'Downloaded',
    icon: 'file-down',
    group: 'files',
    pollable: false,
    schema: 'USER',
    objecttype: 'asset',
    info: z.object({ version: z.string(), bytes_loaded: z.int(), bytes_total: z.int(), export: z.null() }),
    emittedWhen: 'A partner closed a file it had read, to the end or partly.',
    sentence: (event) => `${who(event)} downloaded ${name(event)}`,
  }),
  TRANSFER_FAILED: defineEvent({
    title: 'Transfer failed',
    icon: 'file-x',
    group: 'files',
    pollable: true,
    schema: 'USER',
    objecttype: 'file',
    info: z.object({ direction: z.enum(['upload', 'download', 'copy']), reason: z.string(), bytes: z.int() }),
    emittedWhen: 'An upload or download ended by error, lost connection, denial, quota or full disk.',
    sentence: (event) => `${who(event)} could not complete the ${text(event, 'direction')} of ${name(event)}: ${text(event, 'reason')}`,
  }),
  RESOURCE_NOT_AVAILABLE: defineEvent({
    title: 'Not available',
    icon: 'file-question',
    group: 'files',
    pollable: false,
    schema: null,
    objecttype: null,
    info: z.object({ schema: z.string(), type: z.string(), id: z.string(), reason: z.enum(['not found', 'not allowed']) }),
    emittedWhen: 'A partner opened, changed or deleted something that is missing or not allowed.',
    sentence: (event) => `${who(event)} asked for ${text(event, 'id')}: ${text(event, 'reason')}`,
  }),
  SESSION_INVALID: defineEvent({
    title: 'Token refused',
    icon: 'key-round',
    group: 'api',
    pollable: false,
    schema: null,
    objecttype: null,
    info: z.object({ token: z.string(), reason: z.enum(['expired', 'not found']) }),
    emittedWhen: 'The API was called with a token that is unknown or expired; the event holds its hash.',
    sentence: (event) => `A token was refused: ${text(event, 'reason')}`,
  }),
  BASE_CONFIG_UPDATE: defineEvent({
    title: 'Settings changed',
    icon: 'settings',
    group: 'records',
    pollable: false,
    schema: 'BASE',
    objecttype: 'settings',
    info: z.object({ sections: z.array(z.string()), old: z.json(), new: z.json() }),
    emittedWhen: 'Settings were saved; secrets are masked.',
    sentence: (event) => `Settings changed: ${list(event, 'sections')}`,
  }),
  EMAIL_SENT: defineEvent({
    title: 'E-mail sent',
    icon: 'mail',
    group: 'rules',
    pollable: false,
    schema: null,
    objecttype: null,
    info: z.object({ type: z.string(), recipients: z.array(z.string()), subject: z.string(), message: z.string() }),
    emittedWhen: 'The mail server accepted a message.',
    sentence: (event) => `E-mail sent: ${text(event, 'subject')}`,
  }),
  RULE_RUN: defineEvent({
    title: 'Rule ran',
    icon: 'workflow',
    group: 'rules',
    pollable: true,
    schema: 'BASE',
    objecttype: 'rule',
    info: runEnd,
    emittedWhen: 'A run of a rule ended.',
    sentence: (event) => `Rule ${text(event, 'rule')}: ${text(event, 'outcome')}`,
  }),
  ACTION_RUN: defineEvent({
    title: 'Action ran',
    icon: 'zap',
    group: 'rules',
    pollable: true,
    schema: 'BASE',
    objecttype: 'rule',
    info: runEnd,
    emittedWhen: 'One action of a run ended.',
    sentence: (event) => `Rule ${text(event, 'rule')}, action ${text(event, 'action')}: ${text(event, 'outcome')}`,
  }),
} as const;

export type EventType = keyof typeof EVENTS;
export type EventInfo<T extends EventType> = z.input<(typeof EVENTS)[T]['info']>;

/** True for the types that this program knows; an older console may meet a newer log. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENTS, type);
}

/** The timeline's sentence of any stored event; types of a newer program get a neutral one. */
export function eventSentence(event: StoredEvent): string {
  return isEventType(event.type) ? EVENTS[event.type].sentence(event) : event.type;
}

function who(event: StoredEvent): string {
  return event._user?._generated_displayname ?? (event.origin === 'client' ? 'Somebody' : 'Gatehouse');
}

function name(event: StoredEvent): string {
  return event.path?.split('/').pop() ?? '?';
}

function text(event: StoredEvent, key: string): string {
  const value = event.info[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?';
}

function list(event: StoredEvent, key: string): string {
  const value = event.info[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').join(', ') : '?';
}
