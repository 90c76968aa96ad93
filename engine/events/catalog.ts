import { z } from 'zod';
import { claimsSchema } from '../contract/admin.ts';
import { defineEvent, type EventGroup } from '../contract/define.ts';
import { recordNameIn, type StoredEvent } from '../contract/event.ts';

/**
 * The one registry of event types (spec: events, "Types"). Table, API, timeline, filters, rules and docs/events.md are derived from it.
 * Adding a type is one entry here and one `log.record()` call where the thing happens. One long table on purpose: whoever asks what the log
 * can say reads one file.
 */

/** The kinds of records that events of schema BASE are about. */
export { RECORD_KINDS } from '../contract/event.ts';

/** The virtual folder that the path lies in, where a rule acted in one as the system: then no user's tree is meant. */
const inFolder = z.string().optional();

const fileChange = z.object({
  operation: z.enum(['upload', 'append', 'overwrite', 'mkdir', 'rmdir', 'copy', 'delete', 'rename', 'setstat', 'create', 'update']),
  /** False where the content was changed in place (spec: servers, upload table). */
  atomic: z.boolean().optional(),
  resumed: z.boolean().optional(),
  folder: inFolder,
  /** Of a record its name, or its name with the fields that changed; of a file its path, or its attributes that changed. */
  old: z.json().optional(),
  new: z.json().optional(),
  /** As in the seed; that of the envelope, given when the event is read. */
  batch_id: z.int().optional(),
});

/** The delivery that something belongs to, by the seed's names. */
const delivery = z.object({ _id: z.int(), _version: z.int(), _transport_id: z.int().optional() });

const deliveredFile = z.object({ version: z.string(), export: delivery });
/** `export` is null for what a rule sends without a delivery. */
const sentFile = deliveredFile.extend({ export: delivery.nullable(), target: z.string(), folder: inFolder });
const deliveryState = z.object({ state: z.string() });
const deliveryEnd = deliveryState.extend({ protocol: z.string() });
const deliveryResult = deliveryEnd.extend({ exception: z.json() });

/** A request as it was received. */
const request = z.record(z.string(), z.json());

const share = z.enum(['created', 'opened', 'changed', 'ended']);

/** Nobody and nothing in particular is behind it. */
const NOTHING = { always: [], sometimes: [] } as const;
/** What is known of whoever asked for something: nothing of it where the engine or a rule did. */
const CALLER = ['_session', '_user', 'ipv4_address', 'protocol', 'client'] as const;

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
    sets: NOTHING,
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
    sets: NOTHING,
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
    sets: { always: [], sometimes: [...CALLER, 'object_id', 'object_version', 'caused_by'] },
    info: z.object({
      protocol: z.string(),
      method: z.string(),
      identity: z
        .object({ login: z.enum(['user', 'admin']), name: z.string(), claims: claimsSchema })
        .optional()
        .meta({ title: 'What the identity provider said of who signed in' }),
    }),
    personalInfo: ['identity'],
    addressInfo: ['identity'],
    emittedWhen: 'A partner or administrator signed in, or was vouched for by the identity provider.',
    sentence: (event) => `${who(event)} signed in over ${event.protocol ?? 'the console'}`,
  }),
  USER_LOGOUT: defineEvent({
    title: 'Signed out',
    icon: 'log-out',
    group: 'sessions',
    pollable: true,
    schema: 'BASE',
    objecttype: 'user',
    sets: { always: ['_session'], sometimes: ['_user', 'ipv4_address', 'protocol', 'client', 'object_id', 'object_version'] },
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
    sets: { always: [], sometimes: ['_user', 'ipv4_address', 'protocol', 'client', 'caused_by'] },
    info: z.object({ method: z.string(), login: z.string(), reason: z.string() }),
    personalInfo: ['login'],
    addressInfo: ['login'],
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
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: fileChange,
    personalInfo: ['old', 'new'],
    addressInfo: ['old', 'new'],
    emittedWhen: 'A new file was uploaded or copied, a folder made, a record created.',
    sentence: (event) => {
      if (event.schema === 'BASE') return `${who(event)} created the ${event.objecttype ?? 'record'} ${record(event, 'new')}`;
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
    sets: {
      always: ['object_id', 'object_version'],
      sometimes: [...CALLER, 'path', 'target_path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'],
    },
    info: fileChange,
    personalInfo: ['old', 'new'],
    addressInfo: ['old', 'new'],
    emittedWhen: 'A file was overwritten, appended to, renamed or given other attributes; a record was edited.',
    sentence: (event) => {
      if (event.schema === 'BASE') return `${who(event)} changed the ${event.objecttype ?? 'record'} ${record(event, 'new')}`;
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
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'batch_id', 'caused_by'] },
    info: fileChange,
    personalInfo: ['old', 'new'],
    addressInfo: ['old', 'new'],
    emittedWhen: 'A file, folder or record was deleted.',
    sentence: (event) =>
      event.schema === 'BASE'
        ? `${who(event)} deleted the ${event.objecttype ?? 'record'} ${record(event, 'old')}`
        : `${who(event)} deleted ${name(event)}`,
  }),
  ASSET_DOWNLOAD: defineEvent({
    title: 'Downloaded',
    icon: 'file-down',
    group: 'files',
    pollable: false,
    schema: 'USER',
    objecttype: 'asset',
    sets: { always: ['object_id', 'object_version', 'path', 'bytes', 'duration_ms', 'batch_id'], sometimes: [...CALLER, 'caused_by'] },
    info: z.object({ version: z.string(), bytes_loaded: z.int(), bytes_total: z.int(), export: z.null(), folder: inFolder }),
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
    sets: { always: ['path', 'bytes', 'batch_id'], sometimes: [...CALLER, 'object_id', 'object_version', 'duration_ms', 'caused_by'] },
    info: z.object({ direction: z.enum(['upload', 'download', 'copy', 'ssh_cmd']), reason: z.string(), bytes: z.int(), folder: inFolder }),
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
    sets: { always: ['path', 'batch_id'], sometimes: [...CALLER, 'caused_by'] },
    info: z.object({
      schema: z.string(),
      type: z.string(),
      id: z.string(),
      reason: z.enum(['not found', 'not allowed']),
      folder: inFolder,
    }),
    emittedWhen: 'What a partner opened, changed or deleted, or what console or API asked for, is missing or not allowed.',
    sentence: (event) =>
      `${who(event)} asked for ${event.info['schema'] === 'BASE' ? `${text(event, 'type')} ${text(event, 'id')}`.trim() : text(event, 'id')}: ${text(event, 'reason')}`,
  }),
  SESSION_INVALID: defineEvent({
    title: 'Token refused',
    icon: 'key-round',
    group: 'sessions',
    pollable: false,
    schema: null,
    objecttype: null,
    sets: { always: ['protocol'], sometimes: ['ipv4_address'] },
    info: z.object({ token: z.string(), reason: z.enum(['expired', 'not found']) }),
    personalInfo: ['token'],
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
    sets: { always: [], sometimes: [...CALLER, 'batch_id'] },
    info: z.object({ sections: z.array(z.string()), old: z.json(), new: z.json() }),
    personalInfo: ['old', 'new'],
    addressInfo: ['old', 'new'],
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
    sets: { always: ['_user'], sometimes: ['_session', 'caused_by'] },
    info: z.object({
      /** The name of the rule's step, or of its action where it has none. */
      type: z.string(),
      recipients: z.array(z.string()),
      subject: z.string(),
      message: z.string(),
    }),
    personalInfo: ['recipients', 'subject', 'message'],
    addressInfo: ['recipients', 'subject', 'message'],
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
    sets: { always: ['object_id', 'object_version', 'duration_ms', 'caused_by'], sometimes: ['_session'] },
    info: runEnd,
    personalInfo: ['error'],
    addressInfo: ['error'],
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
    sets: { always: ['object_id', 'object_version', 'caused_by'], sometimes: ['_session', 'duration_ms'] },
    info: runEnd,
    personalInfo: ['error'],
    addressInfo: ['error'],
    emittedWhen: 'One action of a run ended.',
    sentence: (event) => `Rule ${text(event, 'rule')}, action ${text(event, 'action')}: ${text(event, 'outcome')}`,
  }),
  OBJECT_INDEX: defineEvent({
    title: 'Catalogued',
    icon: 'file-search',
    group: 'files',
    pollable: false,
    schema: 'USER',
    objecttype: 'file',
    sets: { always: ['object_id', 'object_version', 'path', 'bytes'], sometimes: ['duration_ms'] },
    info: z.object({}),
    emittedWhen: 'A file was catalogued in the background, with size and SHA-256, and can be searched for.',
    sentence: (event) => `${name(event)} was catalogued`,
  }),
  ASSET_EXPORT_DOWNLOAD: defineEvent({
    title: 'Downloaded from a delivery',
    icon: 'file-down',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'asset',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: deliveredFile,
    emittedWhen: 'One file was read out of the folder of a delivery, not by its transport.',
    sentence: (event) => `${who(event)} downloaded ${name(event)} from a delivery`,
  }),
  ASSET_EXPORT_TRANSPORT_DOWNLOAD: defineEvent({
    title: 'Downloaded through a share',
    icon: 'file-down',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'asset',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: deliveredFile,
    emittedWhen: 'One file was read through the download transport of a delivery, or through a share.',
    sentence: (event) => `${who(event)} downloaded ${name(event)} through a share`,
  }),
  ASSET_EXPORT_TRANSPORT_COPY: defineEvent({
    title: 'Sent elsewhere',
    icon: 'send',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'asset',
    sets: { always: ['path', 'bytes', 'duration_ms'], sometimes: ['_session', '_user', 'caused_by'] },
    info: sentFile,
    personalInfo: ['target'],
    addressInfo: ['target'],
    emittedWhen: 'A rule, a delivery or a person pushed a file to another place.',
    sentence: (event) => `${name(event)} was sent to ${text(event, 'target')}`,
  }),
  ASSET_EXPORT_TRANSPORT_COPY_SCHEDULED: defineEvent({
    title: 'Sent elsewhere on schedule',
    icon: 'calendar-clock',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'asset',
    sets: { always: ['path', 'bytes', 'duration_ms'], sometimes: ['_session', '_user', 'caused_by'] },
    info: sentFile.extend({ rule_id: z.int().optional(), delivery_id: z.int().optional() }),
    personalInfo: ['target'],
    addressInfo: ['target'],
    emittedWhen: 'A schedule pushed a file to another place.',
    sentence: (event) => `${name(event)} was sent to ${text(event, 'target')} on schedule`,
  }),
  DOWNLOAD_EXPORT: defineEvent({
    title: 'Delivery fetched',
    icon: 'package-open',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'export',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: z.object({
      asset_id: z.string().optional(),
      asset_version: z.string().optional(),
      bytes_loaded: z.int(),
      bytes_total: z.int(),
      export: delivery,
      url: z.string(),
    }),
    emittedWhen: 'A file of a delivery, or its whole package, was fetched as a download.',
    sentence: (event) => `${who(event)} fetched ${text(event, 'url')} of a delivery`,
  }),
  EXPORT_INSERT: defineEvent({
    title: 'Delivery created',
    icon: 'package-plus',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'export',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: deliveryState,
    emittedWhen: 'A delivery was created.',
    sentence: (event) => `${who(event)} created delivery ${number(event)}`,
  }),
  EXPORT_UPDATE: defineEvent({
    title: 'Delivery changed',
    icon: 'package',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'export',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: deliveryState,
    emittedWhen: 'A delivery was edited.',
    sentence: (event) => `${who(event)} changed delivery ${number(event)}`,
  }),
  EXPORT_START: defineEvent({
    title: 'Delivery started',
    icon: 'package-search',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'export',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: deliveryState,
    emittedWhen: 'The work on a delivery began.',
    sentence: (event) => `${who(event)} started delivery ${number(event)}`,
  }),
  EXPORT_STOPPED: defineEvent({
    title: 'Delivery cancelled',
    icon: 'package-minus',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'export',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: deliveryEnd,
    emittedWhen: 'A person cancelled a delivery.',
    sentence: (event) => `${who(event)} cancelled delivery ${number(event)}`,
  }),
  EXPORT_FINISH: defineEvent({
    title: 'Delivery complete',
    icon: 'package-check',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'export',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: deliveryResult,
    emittedWhen: 'A delivery is complete.',
    sentence: (event) => `Delivery ${number(event)} is complete`,
  }),
  EXPORT_FAILED: defineEvent({
    title: 'Delivery failed',
    icon: 'package-x',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'export',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: deliveryResult,
    emittedWhen: 'A delivery was ended by an error.',
    sentence: (event) => `Delivery ${number(event)} failed`,
  }),
  EXPORT_ASSET: defineEvent({
    title: 'File put into a delivery',
    icon: 'file-plus',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: 'asset',
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: z.object({ export: delivery }),
    emittedWhen: 'A file was put into a delivery.',
    sentence: (event) => `${name(event)} was put into a delivery`,
  }),
  EXPORT_OBJECT: defineEvent({
    title: 'Record put into a delivery',
    icon: 'list-plus',
    group: 'deliveries',
    pollable: false,
    schema: 'USER',
    objecttype: null,
    sets: { always: ['object_id', 'object_version'], sometimes: [...CALLER, 'path', 'bytes', 'duration_ms', 'batch_id', 'caused_by'] },
    info: z.object({ export: delivery }),
    emittedWhen: 'A record of the manifest was put into a delivery.',
    sentence: (event) => `A record of ${name(event)} was put into a delivery`,
  }),
  COLLECTION_OWNER_RIGHTS_ERROR: defineEvent({
    title: 'Share without rights',
    icon: 'folder-lock',
    group: 'deliveries',
    pollable: false,
    schema: 'BASE',
    objecttype: 'share',
    sets: { always: ['object_id'], sometimes: [...CALLER, 'object_version', 'path', 'batch_id', 'caused_by'] },
    info: z.object({
      collection_id: z.int(),
      owner_id: z.int(),
      items: z.array(z.object({ objecttype: z.string(), object_id: z.int(), right: z.string() })),
    }),
    personalInfo: ['owner_id'],
    emittedWhen: 'A share or delivery failed because the one who made it has lost the right to it.',
    sentence: (event) => `The share ${text(event, 'collection_id')} failed: the one who made it has no right to it any more`,
  }),
  SHARE: defineEvent({
    title: 'Share',
    icon: 'share-2',
    group: 'deliveries',
    pollable: true,
    schema: 'BASE',
    objecttype: 'share',
    sets: { always: ['object_id'], sometimes: [...CALLER, 'object_version', 'path', 'batch_id', 'caused_by'] },
    info: z.object({ event: share, url: z.string().optional() }),
    emittedWhen: 'A share was created, opened, changed or ended.',
    sentence: (event) => `Share ${number(event)}: ${text(event, 'event')}`,
  }),
  USER_ACCEPTED_MESSAGE: defineEvent({
    title: 'Notice accepted',
    icon: 'clipboard-check',
    group: 'sessions',
    pollable: false,
    schema: 'BASE',
    objecttype: 'message',
    sets: { always: ['object_id', 'object_version'], sometimes: CALLER },
    info: z.object({ version: z.int(), method: z.string(), fields: z.record(z.string(), z.string()) }),
    personalInfo: ['fields'],
    addressInfo: ['fields'],
    emittedWhen: 'A partner accepted the notice that is shown at sign-in.',
    sentence: (event) => `${who(event)} accepted the notice`,
  }),
  IP_BLOCKED: defineEvent({
    title: 'Address blocked',
    icon: 'shield-ban',
    group: 'sessions',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: { always: ['ipv4_address'], sometimes: ['_session', '_user', 'protocol', 'batch_id', 'caused_by'] },
    info: z.object({
      score: z.int(),
      until: z.string().nullable(),
      /** User names that were tried last, newest first. */
      logins: z.array(z.string()),
      /** What is refused: the address itself, or the /64 of an IPv6 address. */
      network: z.string(),
      reason: z.string(),
    }),
    personalInfo: ['logins', 'reason'],
    addressInfo: ['logins', 'network', 'reason'],
    emittedWhen: 'The defender or a person blocked an address.',
    sentence: (event) => `${event.ipv4_address ?? 'An address'} was blocked: ${text(event, 'reason')}`,
  }),
  IP_UNBLOCKED: defineEvent({
    title: 'Address allowed again',
    icon: 'shield-check',
    group: 'sessions',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: { always: ['ipv4_address'], sometimes: ['_session', '_user', 'protocol', 'batch_id', 'caused_by'] },
    info: z.object({ network: z.string(), reason: z.string() }),
    personalInfo: ['reason'],
    addressInfo: ['network', 'reason'],
    emittedWhen: 'A block ended, by itself or by a person.',
    sentence: (event) => `${event.ipv4_address ?? 'An address'} is allowed again: ${text(event, 'reason')}`,
  }),
  SSH_COMMAND: defineEvent({
    title: 'SSH command',
    icon: 'terminal',
    group: 'files',
    pollable: false,
    schema: 'USER',
    objecttype: null,
    sets: { always: ['path', 'batch_id'], sometimes: [...CALLER, 'object_id', 'object_version', 'bytes', 'duration_ms'] },
    info: z.object({ operation: z.literal('ssh_cmd'), command: z.string() }),
    emittedWhen: 'A partner ran a built-in command over SSH: md5sum, sha1sum, sha256sum, sha512sum, cd or pwd.',
    sentence: (event) => `${who(event)} ran ${text(event, 'command')} on ${event.path ?? '?'}`,
  }),
  SITE_COMMAND: defineEvent({
    title: 'SITE command',
    icon: 'terminal',
    group: 'sessions',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: { always: ['_session'], sometimes: ['_user', 'ipv4_address', 'protocol', 'client'] },
    info: z.object({ command: z.string(), args: z.array(z.string()) }),
    personalInfo: ['args'],
    addressInfo: ['args'],
    emittedWhen: 'A partner sent a SITE command that a rule may listen to.',
    sentence: (event) => `${who(event)} sent SITE ${text(event, 'command')}`,
  }),
  SCHEMA_COMMIT: defineEvent({
    title: 'Layout changed',
    icon: 'layers',
    group: 'records',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: { always: [], sometimes: [...CALLER, 'batch_id'] },
    info: z.object({ schema: z.int() }),
    emittedWhen: 'Folders, mounts or permissions were saved, or the database was migrated; the layout has a new revision.',
    sentence: (event) => `The layout of folders and permissions is at revision ${text(event, 'schema')}`,
  }),
  API_CALL: defineEvent({
    title: 'API call',
    icon: 'webhook',
    group: 'api',
    pollable: false,
    schema: null,
    objecttype: null,
    sets: { always: [], sometimes: [...CALLER, 'batch_id'] },
    info: z.object({ method: z.string(), url: z.string(), payload: z.json() }),
    personalInfo: ['payload', 'url?'],
    addressInfo: ['payload', 'url'],
    emittedWhen:
      "A request to the console or the API, or a partner's command, that the settings want logged; never with file data, passwords or keys.",
    sentence: (event) => `${who(event)} called ${text(event, 'method')} ${text(event, 'url')}`,
  }),
  API_PROGRESS: defineEvent({
    title: 'Progress',
    icon: 'loader',
    group: 'api',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: { always: [], sometimes: CALLER },
    info: z.object({
      uuid: z.string(),
      status: z.string(),
      progress_info: z.string(),
      progress_info_parametes: z.string(),
    }),
    emittedWhen: 'Long work goes on; at most once a second.',
    sentence: (event) => `${text(event, 'status')}: ${text(event, 'progress_info')}`,
  }),
  SEARCH: defineEvent({
    title: 'Searched',
    icon: 'search',
    group: 'records',
    pollable: false,
    schema: null,
    objecttype: null,
    sets: { always: ['_session', 'batch_id'], sometimes: ['_user', 'ipv4_address', 'protocol', 'client'] },
    info: request,
    personalInfo: 'all',
    addressInfo: 'all',
    emittedWhen: 'Somebody searched and asked for it to be recorded, and the settings allow it.',
    sentence: (event) => `${who(event)} searched`,
  }),
  DETAIL_VIEW: defineEvent({
    title: 'Looked at',
    icon: 'eye',
    group: 'records',
    pollable: false,
    schema: null,
    objecttype: null,
    sets: { always: ['_session', 'batch_id'], sometimes: ['_user', 'ipv4_address', 'protocol', 'client'] },
    info: request,
    personalInfo: 'all',
    addressInfo: 'all',
    emittedWhen: 'Somebody opened one event or file and asked for it to be recorded, and the settings allow it.',
    sentence: (event) => `${who(event)} looked at an entry`,
  }),
  CUSTOM: defineEvent({
    title: 'Message of a script',
    icon: 'message-square',
    group: 'rules',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: { always: [], sometimes: [...CALLER, 'path', 'batch_id', 'caused_by'] },
    info: z.object({ message: z.string(), fields: z.record(z.string(), z.string()) }),
    personalInfo: ['message', 'fields'],
    addressInfo: ['message', 'fields'],
    emittedWhen: 'A script or form handed in an event of its own.',
    sentence: (event) => text(event, 'message'),
  }),
  PROBLEM: defineEvent({
    title: 'Problem',
    icon: 'triangle-alert',
    group: 'system',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: NOTHING,
    info: z.object({ id: z.string(), message: z.string() }),
    emittedWhen: 'Something needs an administrator.',
    sentence: (event) => text(event, 'message'),
  }),
  CERTIFICATE: defineEvent({
    title: 'Certificate',
    icon: 'file-badge',
    group: 'system',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: NOTHING,
    info: z.object({ domains: z.array(z.string()), expires: z.string(), error: z.string().optional() }),
    emittedWhen: 'The certificate in use is another one, or needs to be replaced.',
    sentence: (event) =>
      `Certificate for ${list(event, 'domains')}: ${event.outcome === 'ok' ? `good until ${text(event, 'expires')}` : text(event, 'error')}`,
  }),
  QUOTA_WARNING: defineEvent({
    title: 'Storage nearly full',
    icon: 'gauge',
    group: 'system',
    pollable: true,
    schema: 'BASE',
    objecttype: 'user',
    sets: { always: ['object_id', 'object_version'], sometimes: ['_user'] },
    info: z.object({
      /** Of a virtual folder, which has a quota of its own. */
      folder: z.string().optional(),
      used_bytes: z.int(),
      quota_bytes: z.int(),
      percent: z.number(),
      threshold: z.int().optional(),
    }),
    emittedWhen: 'An account or a virtual folder has used nearly all of its quota, or an account the share of it that a rule watches for.',
    sentence: (event) =>
      event.info['folder'] === undefined
        ? `${who(event)} has used ${text(event, 'percent')} % of the storage`
        : `The folder ${text(event, 'folder')} has used ${text(event, 'percent')} % of its storage`,
  }),
  DISK_WARNING: defineEvent({
    title: 'Disk nearly full',
    icon: 'hard-drive',
    group: 'system',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: NOTHING,
    info: z.object({ free_bytes: z.int(), total_bytes: z.int(), threshold: z.int().optional() }),
    emittedWhen: 'The disk with the exchange folder is nearly full, or as full as a rule watches for.',
    sentence: () => 'The disk is nearly full',
  }),
  FILE_OVERDUE: defineEvent({
    title: 'File is late',
    icon: 'calendar-x',
    group: 'system',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: { always: ['path'], sometimes: ['_user'] },
    info: z.object({ expectation: z.string(), due: z.string(), watch: z.record(z.string(), z.json()).optional() }),
    personalInfo: ['expectation', 'watch'],
    addressInfo: ['expectation', 'watch'],
    emittedWhen: 'A file that was expected has not come in time.',
    sentence: (event) => `${text(event, 'expectation')} has not come`,
  }),
  LOG_GAP: defineEvent({
    title: 'Gap in the log',
    icon: 'unplug',
    group: 'system',
    pollable: true,
    schema: null,
    objecttype: null,
    sets: NOTHING,
    info: z.object({ lost: z.int(), refused: z.int().optional(), from: z.string(), to: z.string(), reason: z.string() }),
    emittedWhen: 'Events could not be stored; this counts them, and the operations that were refused for it.',
    sentence: (event) => `${text(event, 'lost')} events could not be stored`,
  }),
} as const;

export type EventType = keyof typeof EVENTS;
export type EventInfo<T extends EventType> = z.input<(typeof EVENTS)[T]['info']>;

/**
 * Types that nothing records yet, since what they tell of is not there yet. A test compares this list with the source: it fails for a type
 * that is recorded and stands here, and for one that is not recorded and does not.
 */
export const NOT_YET_EMITTED: { readonly [Type in EventType]?: string } = {
  ASSET_EXPORT_DOWNLOAD: 'Deliveries are to come.',
  ASSET_EXPORT_TRANSPORT_DOWNLOAD: 'Shares and deliveries are to come.',
  DOWNLOAD_EXPORT: 'Deliveries are to come.',
  EXPORT_INSERT: 'Deliveries are to come.',
  EXPORT_UPDATE: 'Deliveries are to come.',
  EXPORT_START: 'Deliveries are to come.',
  EXPORT_STOPPED: 'Deliveries are to come.',
  EXPORT_FINISH: 'Deliveries are to come.',
  EXPORT_FAILED: 'Deliveries are to come.',
  EXPORT_ASSET: 'Deliveries are to come.',
  EXPORT_OBJECT: 'Deliveries are to come.',
  COLLECTION_OWNER_RIGHTS_ERROR: 'Shares and deliveries are to come.',
  SHARE: 'Shares are to come.',
  USER_ACCEPTED_MESSAGE: 'The notice at sign-in is to come.',
  OBJECT_INDEX: 'The catalogue of files is to come: reading every upload again for its SHA-256 pays only with a search that uses it.',
  CUSTOM: 'Events of scripts are to come.',
};

/** True for the types that this program knows; an older console may meet a newer log. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENTS, type);
}

/** The group of settings that an event belongs to: one that tells of a record belongs with all records, whatever its type is there for. */
export function groupOf(type: EventType, schema: 'BASE' | 'USER' | null): EventGroup {
  const { group, schema: declared } = EVENTS[type];
  return declared === 'BOTH' && schema === 'BASE' ? 'records' : group;
}

/** The timeline's sentence of any stored event; types of a newer program get a neutral one. */
export function eventSentence(event: StoredEvent): string {
  return isEventType(event.type) ? EVENTS[event.type].sentence(event) : event.type;
}

function who(event: StoredEvent): string {
  return event._user?._generated_displayname ?? (event.origin === 'client' ? 'Somebody' : 'Gatehouse');
}

function name(event: StoredEvent): string {
  const base = event.path?.split('/').pop() ?? '?';
  const { folder } = event.info;
  return typeof folder === 'string' ? `${base} in the folder ${folder}` : base;
}

function text(event: StoredEvent, key: string): string {
  const value = event.info[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?';
}

/** The name of a record on one side of its change. */
function record(event: StoredEvent, side: 'old' | 'new'): string {
  return recordNameIn(event.info[side]) ?? '?';
}

function number(event: StoredEvent): string {
  return String(event.object_id ?? '?');
}

function list(event: StoredEvent, key: string): string {
  const value = event.info[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').join(', ') : '?';
}
