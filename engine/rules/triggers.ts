import { defineTrigger, type TriggerDefinition } from '../contract/define.ts';
import type { StoredEvent } from '../contract/event.ts';

/**
 * The one registry of triggers (spec: rules, "Triggers"). Matching, save-time checks, wizard and docs are derived from it.
 * Adding a trigger is one entry here.
 */

const WRITES = new Set(['upload', 'overwrite', 'append']);

const onFile = (event: StoredEvent): boolean => event.schema === 'USER' && event.outcome === 'ok';
const operation = (event: StoredEvent): unknown => event.info['operation'];

export const TRIGGERS = {
  upload: defineTrigger({
    title: 'A file was uploaded',
    group: 'files',
    listensTo: ['OBJECT_INSERT', 'OBJECT_UPDATE'],
    matches: (event) => onFile(event) && WRITES.has(String(operation(event))),
    eventName: 'upload',
    hasUser: true,
    hasPath: true,
    hasSize: true,
    description: 'A partner wrote a new file, replaced one or appended to one, and it is complete under its final name.',
  }),
  download: defineTrigger({
    title: 'A file was downloaded',
    group: 'files',
    listensTo: ['ASSET_DOWNLOAD'],
    matches: onFile,
    eventName: 'download',
    hasUser: true,
    hasPath: true,
    hasSize: true,
    description: 'A partner closed a file that it had read, to the end or partly.',
  }),
  delete: defineTrigger({
    title: 'A file was deleted',
    group: 'files',
    listensTo: ['OBJECT_DELETE'],
    matches: (event) => onFile(event) && operation(event) === 'delete',
    eventName: 'delete',
    hasUser: true,
    hasPath: true,
    hasSize: true,
    description: 'A partner deleted a file. Removed folders do not count.',
  }),
  rename: defineTrigger({
    title: 'A file or folder was renamed',
    group: 'files',
    listensTo: ['OBJECT_UPDATE'],
    matches: (event) => onFile(event) && operation(event) === 'rename',
    eventName: 'rename',
    hasUser: true,
    hasPath: true,
    hasSize: false,
    description: 'A partner renamed or moved a file or folder. Conditions look at its old path.',
  }),
  mkdir: defineTrigger({
    title: 'A folder was made',
    group: 'files',
    listensTo: ['OBJECT_INSERT'],
    matches: (event) => onFile(event) && operation(event) === 'mkdir',
    eventName: 'mkdir',
    hasUser: true,
    hasPath: true,
    hasSize: false,
    description: 'A partner made a folder.',
  }),
  connect: defineTrigger({
    title: 'A partner signed in',
    group: 'sessions',
    listensTo: ['USER_LOGIN'],
    // Sign-ins to the console and the sessions of file actions are no visits.
    matches: (event) => event.outcome === 'ok' && event.protocol !== null && event.origin === 'client',
    eventName: 'connect',
    hasUser: true,
    hasPath: false,
    hasSize: false,
    description: 'A partner signed in over SFTP or FTP.',
  }),
  schedule: defineTrigger({
    title: 'At set times',
    group: 'time',
    listensTo: [],
    matches: () => false,
    eventName: 'Schedule',
    hasUser: false,
    hasPath: false,
    hasSize: false,
    description: 'The clock reached a time of the schedule. Actions in a tree of files run for every user that the rule names.',
  }),
  'on-demand': defineTrigger({
    title: 'By hand',
    group: 'by-hand',
    listensTo: [],
    matches: () => false,
    eventName: 'On demand',
    hasUser: false,
    hasPath: false,
    hasSize: false,
    description:
      'Somebody started the rule in the console or through the API. Actions in a tree of files run for every user that the rule names.',
  }),
} as const satisfies Record<string, TriggerDefinition>;

export type TriggerId = keyof typeof TRIGGERS;

/** The registry's entry, undefined for an id that it does not have. */
export function findTrigger(id: string): TriggerDefinition | undefined {
  return isTriggerId(id) ? TRIGGERS[id] : undefined;
}

/** True for the ids of this registry; a saved rule may name one that a newer program knew. */
export function isTriggerId(id: string): id is TriggerId {
  return Object.hasOwn(TRIGGERS, id);
}
