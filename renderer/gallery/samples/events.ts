import type { StoredEvent } from '../../../engine/contract/event.ts';
import { type EventInfo, EVENTS, type EventType } from '../../../engine/events/catalog.ts';
import { SAMPLE_NOW } from './now.ts';

type Sketch<T extends EventType> = Partial<Omit<StoredEvent, 'type' | 'info'>> & { readonly info: EventInfo<T> };

const BY_PARTNER = {
  origin: 'client',
  protocol: 'SFTP',
  ipv4_address: '81.2.69.142',
  _user: { _id: 3, _generated_displayname: 'Acme Ltd' },
} as const;
const ON_FILE = {
  ...BY_PARTNER,
  schema: 'USER',
  objecttype: 'file',
  path: '/inbox/invoice.pdf',
  bytes: 2_134_000,
  duration_ms: 3100,
} as const;
const ON_RECORD = { schema: 'BASE', origin: 'console', _user: { _id: 1, _generated_displayname: 'admin' } } as const;

const ON_DELIVERY = { ...ON_RECORD, schema: 'USER', objecttype: 'export', object_id: 8 } as const;
const DELIVERY = { _id: 8, _version: 1 } as const;

/** Made-up events of every type: a new type without one does not compile. */
const SKETCHES: { readonly [T in EventType]: readonly Sketch<T>[] } = {
  SERVER_START: [{ info: { version: '0.1.0', listeners: { sftp: '0.0.0.0:2022' }, recovered_uploads: 0 } }],
  SERVER_SHUTDOWN: [{ info: { version: '0.1.0', unclean: false } }, { info: { version: '0.1.0', unclean: true } }],
  USER_LOGIN: [
    { ...BY_PARTNER, info: { protocol: 'SFTP', method: 'publickey' } },
    { ...ON_RECORD, info: { protocol: 'console', method: 'password' } },
  ],
  USER_LOGOUT: [
    { ...BY_PARTNER, info: { protocol: 'SFTP', reason: 'disconnect', uploads: 6, downloads: 0, bytes_in: 41_200_000, bytes_out: 0 } },
  ],
  LOGIN_FAILED: [{ ...BY_PARTNER, outcome: 'denied', _user: null, info: { method: 'password', login: 'acme', reason: 'wrong password' } }],
  OBJECT_INSERT: [
    { ...ON_FILE, info: { operation: 'upload', atomic: true } },
    { ...ON_FILE, path: '/inbox/2026', bytes: null, info: { operation: 'mkdir' } },
    { ...ON_RECORD, basetype: 'user', objecttype: 'user', info: { operation: 'create', new: 'kestrel' } },
  ],
  OBJECT_UPDATE: [
    { ...ON_FILE, info: { operation: 'overwrite', atomic: true } },
    { ...ON_FILE, target_path: '/done/invoice.pdf', info: { operation: 'rename' } },
    { ...ON_RECORD, basetype: 'rule', objecttype: 'rule', info: { operation: 'update', new: 'Invoices to accounting' } },
  ],
  OBJECT_DELETE: [
    { ...ON_FILE, info: { operation: 'delete' } },
    { ...ON_RECORD, basetype: 'user', objecttype: 'user', info: { operation: 'delete', old: 'kestrel' } },
  ],
  ASSET_DOWNLOAD: [
    { ...ON_FILE, objecttype: 'asset', info: { version: 'original', bytes_loaded: 2_134_000, bytes_total: 2_134_000, export: null } },
  ],
  TRANSFER_FAILED: [{ ...ON_FILE, outcome: 'aborted', info: { direction: 'upload', reason: 'the connection was lost', bytes: 812_000 } }],
  RESOURCE_NOT_AVAILABLE: [
    { ...ON_FILE, outcome: 'failed', info: { schema: 'USER', type: 'file', id: '/outbox/prices.csv', reason: 'not found' } },
  ],
  SESSION_INVALID: [{ origin: 'api', outcome: 'denied', info: { token: '9f2c…', reason: 'expired' } }],
  BASE_CONFIG_UPDATE: [{ ...ON_RECORD, objecttype: 'settings', info: { sections: ['sftp', 'mail'], old: null, new: null } }],
  EMAIL_SENT: [
    { origin: 'rule', info: { type: 'rule', recipients: ['accounting@example.com'], subject: 'New invoice from Acme Ltd', message: '' } },
  ],
  RULE_RUN: [{ origin: 'rule', info: { rule: 'Invoices to accounting', run_id: 42, attempt: 1, outcome: 'done' } }],
  ACTION_RUN: [
    {
      origin: 'rule',
      info: {
        rule: 'Invoices to accounting',
        run_id: 42,
        attempt: 1,
        outcome: 'failed',
        action: 'E-mail',
        step: 1,
        error: 'The mail server refused the recipient.',
      },
    },
  ],
  OBJECT_INDEX: [{ ...ON_FILE, info: {} }],
  ASSET_EXPORT_DOWNLOAD: [{ ...ON_FILE, info: { version: 'original', export: DELIVERY } }],
  ASSET_EXPORT_TRANSPORT_DOWNLOAD: [{ ...ON_FILE, info: { version: 'original', export: DELIVERY } }],
  ASSET_EXPORT_TRANSPORT_COPY: [{ ...ON_FILE, info: { version: 'original', export: DELIVERY, target: 'backup.example.com' } }],
  ASSET_EXPORT_TRANSPORT_COPY_SCHEDULED: [{ ...ON_FILE, info: { version: 'original', export: DELIVERY, target: 'backup.example.com' } }],
  DOWNLOAD_EXPORT: [
    { ...ON_DELIVERY, info: { bytes_loaded: 41_200_000, bytes_total: 41_200_000, export: DELIVERY, url: '/november.zip' } },
  ],
  EXPORT_INSERT: [{ ...ON_DELIVERY, info: { state: 'new' } }],
  EXPORT_UPDATE: [{ ...ON_DELIVERY, info: { state: 'new' } }],
  EXPORT_START: [{ ...ON_DELIVERY, info: { state: 'running' } }],
  EXPORT_STOPPED: [{ ...ON_DELIVERY, info: { state: 'stopped', protocol: 'download' } }],
  EXPORT_FINISH: [{ ...ON_DELIVERY, info: { state: 'done', protocol: 'download', exception: null } }],
  EXPORT_FAILED: [
    { ...ON_DELIVERY, outcome: 'failed', info: { state: 'failed', protocol: 'sftp', exception: 'The other server refused the file.' } },
  ],
  EXPORT_ASSET: [{ ...ON_FILE, info: { export: DELIVERY } }],
  EXPORT_OBJECT: [{ ...ON_FILE, info: { export: DELIVERY } }],
  COLLECTION_OWNER_RIGHTS_ERROR: [{ ...ON_RECORD, outcome: 'denied', info: { collection_id: 12, owner_id: 3, items: [] } }],
  SHARE: [{ ...ON_RECORD, object_id: 12, info: { event: 'created' } }],
  USER_ACCEPTED_MESSAGE: [{ ...BY_PARTNER, info: { version: 2, method: 'keyboard-interactive', fields: {} } }],
  IP_BLOCKED: [
    {
      ipv4_address: '198.51.100.7',
      info: {
        score: 16,
        until: '2026-11-20T14:03:27Z',
        logins: ['root', 'admin'],
        network: '198.51.100.7',
        reason: 'too many failed sign-ins',
      },
    },
  ],
  IP_UNBLOCKED: [{ ipv4_address: '198.51.100.7', info: { network: '198.51.100.7', reason: 'its time was over' } }],
  SSH_COMMAND: [{ ...BY_PARTNER, path: '/in/invoice-4711.pdf', info: { operation: 'ssh_cmd', command: 'sha256sum' } }],
  SITE_COMMAND: [{ ...BY_PARTNER, info: { command: 'DONE', args: [] } }],
  SCHEMA_COMMIT: [{ info: { schema: 14 } }],
  API_CALL: [{ ...ON_RECORD, origin: 'api', info: { method: 'POST', url: '/api/rule', payload: null } }],
  API_PROGRESS: [{ info: { uuid: '5d0c', status: 'Export', progress_info: '4,120 of 90,000 events', progress_info_parametes: '' } }],
  SEARCH: [{ ...ON_RECORD, info: { text: 'invoice' } }],
  DETAIL_VIEW: [{ ...ON_RECORD, info: { id: 12 } }],
  CUSTOM: [{ origin: 'api', info: { message: 'The nightly import is done', fields: {} } }],
  PROBLEM: [{ outcome: 'failed', info: { id: 'listener-sftp', message: 'Port 22 is taken by another program' } }],
  CERTIFICATE: [
    { info: { domains: ['files.example.com'], expires: '2027-02-18' } },
    { outcome: 'failed', info: { domains: ['files.example.com'], expires: '2026-11-26', error: 'the name does not lead here' } },
  ],
  QUOTA_WARNING: [
    { ...BY_PARTNER, schema: 'BASE', objecttype: 'user', info: { used_bytes: 9_400_000_000, quota_bytes: 10_000_000_000, percent: 94 } },
    { schema: 'BASE', objecttype: 'folder', info: { folder: 'prices', used_bytes: 81, quota_bytes: 100, percent: 81, threshold: 80 } },
  ],
  DISK_WARNING: [{ info: { free_bytes: 4_000_000_000, total_bytes: 500_000_000_000 } }],
  FILE_OVERDUE: [{ outcome: 'failed', info: { expectation: 'Payroll of NovaPrint', due: '2026-11-20T09:00:00Z' } }],
  LOG_GAP: [
    { outcome: 'failed', info: { lost: 12, from: '2026-11-20T12:00:00Z', to: '2026-11-20T12:01:00Z', reason: 'the disk was full' } },
  ],
};

const EMPTY: Omit<StoredEvent, '_id' | 'type' | 'info' | 'timestamp'> = {
  ipv4_address: null,
  pollable: false,
  schema: null,
  basetype: null,
  objecttype: null,
  object_id: null,
  global_object_id: null,
  object_version: null,
  _session: null,
  _user: null,
  protocol: null,
  client: null,
  path: null,
  target_path: null,
  bytes: null,
  duration_ms: null,
  outcome: 'ok',
  batch_id: null,
  origin: 'system',
  caused_by: null,
};

/** The made-up events, type by type in the order of the catalogue. */
export const SAMPLE_EVENTS: readonly StoredEvent[] = Object.keys(EVENTS).flatMap((type, at) =>
  (SKETCHES[type as EventType] as readonly Sketch<EventType>[]).map((sketch, index) => ({
    ...EMPTY,
    ...sketch,
    info: sketch.info as StoredEvent['info'],
    _id: at * 10 + index + 1,
    type,
    timestamp: new Date(SAMPLE_NOW - at * 95_000).toISOString(),
  })),
);
