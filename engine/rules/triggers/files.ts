import { defineTrigger } from '../../contract/define.ts';
import type { StoredEvent } from '../../contract/event.ts';
import { FILE, ok, operation } from './shapes.ts';

const WRITES = new Set(['upload', 'overwrite', 'append']);
const onFile = (event: StoredEvent, name: string): boolean => ok(event) && event.schema === 'USER' && operation(event) === name;
const failedTransfer = (event: StoredEvent, direction: string): boolean =>
  event.type === 'TRANSFER_FAILED' && event.info['direction'] === direction;
const isUpload = (event: StoredEvent): boolean =>
  (event.schema === 'USER' && WRITES.has(String(operation(event)))) || failedTransfer(event, 'upload');
const isDownload = (event: StoredEvent): boolean => event.type === 'ASSET_DOWNLOAD' || failedTransfer(event, 'download');
/** Whether an operation came so far that rules were asked: a refusal comes from permissions, or from the rules that were there then. */
const wasBegun = (event: StoredEvent): boolean => event.outcome !== 'denied';

/** What stands before an operation, which goes on when the rule's sync actions have succeeded. No event tells of it yet. */
const BEFORE = { ...FILE, listensTo: [], matches: (): boolean => false, sync: 'must' } as const;

/** What partners do with files and folders, and what stands before it. */
export const FILE_TRIGGERS = {
  upload: defineTrigger({
    ...FILE,
    title: 'A file was uploaded',
    listensTo: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED'],
    matches: isUpload,
    failures: 'when-asked',
    reverse: true,
    eventName: 'upload',
    sync: 'may',
    description: 'A partner wrote a new file, replaced one or appended to one, and it is complete under its final name.',
  }),
  'pre-upload': defineTrigger({
    ...BEFORE,
    title: 'Before a file is uploaded',
    before: 'upload',
    asked: { types: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED'], matches: (event) => isUpload(event) && wasBegun(event) },
    eventName: 'pre-upload',
    description:
      'A partner wants to write a file. Success of the sync actions allows it, failure refuses it. The size is that of the file to be replaced, else 0.',
  }),
  'first-upload': defineTrigger({
    ...FILE,
    title: 'A partner uploaded for the first time',
    listensTo: ['OBJECT_INSERT', 'OBJECT_UPDATE'],
    matches: (event) => ok(event) && isUpload(event),
    firstOf: 'upload',
    eventName: 'first-upload',
    description: "The first complete upload in an account's life.",
  }),
  download: defineTrigger({
    ...FILE,
    title: 'A file was downloaded',
    listensTo: ['ASSET_DOWNLOAD', 'TRANSFER_FAILED'],
    matches: isDownload,
    failures: 'when-asked',
    reverse: true,
    eventName: 'download',
    description: 'A partner closed a file that it had read, to the end or partly.',
  }),
  'pre-download': defineTrigger({
    ...BEFORE,
    title: 'Before a file is downloaded',
    before: 'download',
    asked: { types: ['ASSET_DOWNLOAD', 'TRANSFER_FAILED'], matches: (event) => isDownload(event) && wasBegun(event) },
    eventName: 'pre-download',
    description:
      'A partner wants to read a file. Success of the sync actions allows it, failure refuses it; the action "Serve another file" gives another one instead.',
  }),
  'first-download': defineTrigger({
    ...FILE,
    title: 'A partner downloaded for the first time',
    listensTo: ['ASSET_DOWNLOAD'],
    matches: (event) => ok(event) && isDownload(event),
    firstOf: 'download',
    eventName: 'first-download',
    description: "The first download in an account's life.",
  }),
  delete: defineTrigger({
    ...FILE,
    title: 'A file was deleted',
    listensTo: ['OBJECT_DELETE'],
    matches: (event) => onFile(event, 'delete'),
    reverse: true,
    eventName: 'delete',
    description: 'A partner deleted a file. Removed folders do not count.',
  }),
  'pre-delete': defineTrigger({
    ...BEFORE,
    title: 'Before a file is deleted',
    before: 'delete',
    asked: { types: ['OBJECT_DELETE'], matches: (event) => onFile(event, 'delete') },
    eventName: 'pre-delete',
    description:
      'A partner wants to delete a file. Success of the sync actions allows it, failure refuses it; a file that they moved away counts as deleted.',
  }),
  rename: defineTrigger({
    ...FILE,
    title: 'A file or folder was renamed',
    listensTo: ['OBJECT_UPDATE'],
    matches: (event) => onFile(event, 'rename'),
    reverse: true,
    eventName: 'rename',
    hasSize: false,
    hasTarget: true,
    description:
      'A partner renamed or moved a file or folder. Path conditions look at its old path, target path conditions at the new one.',
  }),
  copy: defineTrigger({
    ...FILE,
    title: 'A file was copied',
    listensTo: ['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED'],
    matches: (event) => (event.schema === 'USER' && operation(event) === 'copy') || failedTransfer(event, 'copy'),
    failures: 'when-asked',
    eventName: 'copy',
    description: 'A file was copied inside the tree. The path is that of the copy.',
  }),
  ssh_cmd: defineTrigger({
    ...FILE,
    title: 'A command was run over SSH',
    listensTo: ['SSH_COMMAND', 'TRANSFER_FAILED'],
    matches: (event) => event.type === 'SSH_COMMAND' || failedTransfer(event, 'ssh_cmd'),
    failures: 'when-asked',
    eventName: 'ssh_cmd',
    description: 'A partner ran one of the built-in commands: md5sum, sha1sum, sha256sum, sha512sum, cd or pwd.',
  }),
  mkdir: defineTrigger({
    ...FILE,
    title: 'A folder was made',
    listensTo: ['OBJECT_INSERT'],
    matches: (event) => onFile(event, 'mkdir'),
    reverse: true,
    eventName: 'mkdir',
    hasSize: false,
    description: 'A partner made a folder.',
  }),
  rmdir: defineTrigger({
    ...FILE,
    title: 'A folder was removed',
    listensTo: ['OBJECT_DELETE'],
    matches: (event) => onFile(event, 'rmdir'),
    eventName: 'rmdir',
    hasSize: false,
    description: 'A partner removed an empty folder.',
  }),
  error: defineTrigger({
    ...FILE,
    title: 'Something went wrong for a partner',
    listensTo: ['TRANSFER_FAILED', 'RESOURCE_NOT_AVAILABLE'],
    // What console and scripts ask for in vain is nothing that happened to a partner.
    matches: ({ info }) => info['schema'] !== 'BASE',
    failures: 'only',
    eventName: 'error',
    hasSize: false,
    description: 'A transfer failed, broke off or met a full quota or disk, or a partner asked for what is missing or not allowed.',
  }),
} as const;
