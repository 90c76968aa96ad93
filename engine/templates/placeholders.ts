import {
  ANY,
  ANY_MAP,
  BOOL,
  INT,
  INT64,
  STRING,
  STRINGS,
  TIME,
  mapOf,
  pointerTo,
  sliceOf,
  structType,
  type GoType,
  type StructType,
} from './types.ts';

/** A field of the event that templates can use. This table makes completion, hover texts, checks and docs/templates.md. */
export interface Placeholder {
  readonly name: string;
  readonly type: GoType;
  /** A value of the sample event, as JSON. */
  readonly sample: unknown;
  /** What it is, in one sentence. */
  readonly sentence: string;
}

const STRING_MAP = mapOf(STRING, STRING);
const JSON_MAP = mapOf(STRING, ANY);

function entry(name: string, type: GoType, sample: unknown, sentence: string): Placeholder {
  return { name, type, sample, sentence };
}

function struct(name: string, entries: readonly Placeholder[]): StructType {
  return structType(name, entries);
}

const ACCOUNT_FIELDS = [
  entry('Username', STRING, 'carol', 'Account name; empty for groups and shares.'),
  entry('Email', STRING, 'carol@example.com', 'Address of the account.'),
  entry('Description', STRING, 'Accounting', 'Free text.'),
  entry('Status', INT, 1, '1 when the account is enabled, 0 when it is not.'),
  entry('QuotaSize', INT64, 1_073_741_824, 'Allowed bytes, 0 for no limit.'),
  entry('Groups', STRINGS, ['staff', 'eu'], 'Names of the groups.'),
  entry('CreatedAt', INT64, 1_735_689_600_000, 'Creation as milliseconds since 1970; show it with `fromMillis`.'),
];

const SHARE_FIELDS = [
  entry('Name', STRING, 'invoices', 'Name of the share.'),
  entry('Scope', STRING, 'read', 'What the share allows: `read`, `write` or both.'),
  entry('ExpiresAt', INT64, 1_767_225_600_000, 'End as milliseconds since 1970, 0 for never.'),
];

// The names of these types are those of the program that made the reference vectors; `%T` and `%#v` show them.
const ACCOUNT = struct('main.account', ACCOUNT_FIELDS);
const SHARE = struct('main.share', SHARE_FIELDS);

const OBJECT_FIELDS = [
  entry('Share', pointerTo(SHARE), null, 'The share; nil when the event is about something else, so guard it with `if`.'),
  entry('User', pointerTo(ACCOUNT), { Username: 'carol' }, 'The user; nil when the event is about something else.'),
  entry('Admin', pointerTo(ACCOUNT), null, 'The administrator; nil when the event is about something else.'),
  entry('Group', pointerTo(ACCOUNT), null, 'The group; nil when the event is about something else.'),
];

/** `.Object`. Its last field, the record behind `JSON`, is not reachable by name. */
const OBJECT = structType('main.object', [...OBJECT_FIELDS, { name: 'raw', type: ANY }]);

/** The placeholders of the seed, in the order in which `{{.}}` prints them. */
const SEED_PLACEHOLDERS: readonly Placeholder[] = [
  entry('Name', STRING, 'alice', 'User, folder or administrator name; for certificates the domain; for schedules the rule.'),
  entry('ExtName', STRING, 'ext@partner.example', 'Address with which somebody signed in to a share.'),
  entry('Event', STRING, 'upload', 'Name of the event, for example `upload`, `download`, `add`.'),
  entry('Status', INT, 1, '1 when all went well, 2 after an error, 3 when a quota was exceeded.'),
  entry('Errors', STRINGS, [], 'Error texts; join them with `stringJoin .Errors ", "`.'),
  entry('VirtualPath', STRING, '/a/b/file.txt', 'Path as users see it.'),
  entry('FsPath', STRING, '/srv/alice/a/b/file.txt', "Path in the machine's file system."),
  entry('VirtualTargetPath', STRING, '', 'Target of a rename or copy, as users see it.'),
  entry('FsTargetPath', STRING, '', "Target of a rename or copy in the machine's file system."),
  entry('ObjectName', STRING, 'file.txt', 'File or folder name, or the name of the account, group or share.'),
  entry('ObjectType', STRING, '', 'What a configuration event is about: `user`, `group`, `admin`, `share`.'),
  entry('FileSize', INT64, 10_000, 'Size in bytes; show it with `humanizeBytes`.'),
  entry('Elapsed', INT64, 1532, 'Duration in milliseconds.'),
  entry('Protocol', STRING, 'SFTP', 'Protocol, for example `SFTP` or `FTP`.'),
  entry('IP', STRING, '203.0.113.9', 'Address of the client.'),
  entry('Role', STRING, 'sales', 'Role of the user or administrator.'),
  entry('Email', STRING, 'user@example.com', 'Address of the acting or, for configuration events, the affected account.'),
  entry('Timestamp', TIME, '2025-07-04T14:30:05.123456789Z', 'Time of the event; `.Timestamp.Format "2006-01-02 15:04:05"`.'),
  entry('UID', STRING, 'c9r1', 'Identifier of the event.'),
  entry('Object', OBJECT, null, 'The account, group or share; `.Object.JSON` is the whole record.'),
  entry('IDPFields', JSON_MAP, {}, 'Claims of the identity provider: `.IDPFields.department`.'),
  entry('Metadata', STRING_MAP, { version: '1.0', author: 'alice' }, 'Metadata of the file as names and texts.'),
];

const ITEM_FIELDS = [
  ...SEED_PLACEHOLDERS.filter(({ name }) =>
    ['Name', 'Event', 'Status', 'Errors', 'VirtualPath', 'FsPath', 'VirtualTargetPath', 'FsTargetPath', 'ObjectName'].includes(name),
  ),
  ...SEED_PLACEHOLDERS.filter(({ name }) => ['FileSize', 'Elapsed', 'Protocol', 'IP', 'Timestamp', 'UID', 'Metadata'].includes(name)),
  entry('Speed', INT64, 6527, 'Bytes per millisecond, that is KB per second.'),
];

/** A file of a batch. */
const ITEM = struct('main.item', ITEM_FIELDS);

const RESULT_FIELDS = [
  entry('Action', STRING, 'disable', 'What was done or found.'),
  entry('User', STRING, 'dave', 'The account.'),
  entry('Reason', STRING, 'no sign-in', 'Why.'),
  entry('Days', INT, 90, 'Days since, or days left.'),
];
const RESULT = struct('main.result', RESULT_FIELDS);

const RECIPIENT_FIELDS = [
  entry('Name', STRING, 'bob', 'Account name of the recipient.'),
  entry('Email', STRING, 'bob@example.com', 'Address of the recipient.'),
];
const RECIPIENT = struct('main.recipient', RECIPIENT_FIELDS);

const PROBLEM_FIELDS = [
  entry('Path', STRING, '/a/b', 'Folder that was open.'),
  entry('SelectedItem', STRING, 'file.txt', 'What was selected.'),
  entry('Browser', STRING, 'Firefox', 'Browser or client.'),
  entry('Resolution', STRING, '1920x1080', 'Size of the screen.'),
  entry('WindowSize', STRING, '1280x900', 'Size of the window.'),
  entry('BrowserVersion', STRING, '142.0', 'Version of the browser or client.'),
  entry('Host', STRING, 'files.example.com', 'Host name that was called.'),
  entry('LocalTime', STRING, '1751639405123', "The reporter's clock as milliseconds since 1970."),
  entry('LocalTimeFormatted', STRING, '2025-07-04 16:30:05', "The reporter's clock as text."),
  entry('TimezoneOffset', STRING, '-120', 'Minutes from local time to UTC, as browsers tell it.'),
  entry('Message', STRING, 'The upload stops at 99 %.', 'What the reporter wrote.'),
  entry('TestResults', STRING, 'upload: failed', 'Results of the connection test.'),
];
const PROBLEM = struct('main.problem', PROBLEM_FIELDS);

/** All placeholders: those of the seed and those of batches, rules and forms. */
export const PLACEHOLDERS: readonly Placeholder[] = [
  ...SEED_PLACEHOLDERS,
  entry('Speed', INT64, 6527, 'Bytes per millisecond, that is KB per second.'),
  entry('RetentionReports', STRING, '', 'Retention reports as zip file; for attachments, file parts and as whole body.'),
  entry('Items', sliceOf(ITEM), [], 'The files of a batch; a rule that runs per file sees one.'),
  entry('Count', INT, 1, 'Number of files in `.Items`.'),
  entry('TotalSize', INT64, 10_000, 'Bytes of all files in `.Items`.'),
  entry('Results', sliceOf(RESULT), [], 'What earlier checks of this run found.'),
  entry('Recipient', RECIPIENT, { Name: 'bob', Email: 'bob@example.com' }, 'Who is being told, when the rule tells several people.'),
  entry('Session', STRING, 'c9r0', 'Identifier of the session.'),
  entry('Rule', STRING, 'Tell accounting', 'Name of the rule.'),
  entry('Run', STRING, 'r42', 'Identifier of the run.'),
  entry('Variables', STRING_MAP, { month: '2026-11' }, 'What earlier actions of this run kept with *Set variable*: `.Variables.month`.'),
  entry('Now', TIME, '2025-07-04T14:30:07Z', 'The present, as opposed to the time of the event.'),
  entry('Custom', STRING_MAP, { project: 'Atlas' }, 'Fields of a form: `.Custom.project`.'),
  entry('Problem', PROBLEM, {}, 'What somebody reported as a problem.'),
  entry('Code', STRING, '', 'The code of a sign-in, in the mail of *Ask for a code* alone.'),
];

/** The type of the dot in a template, exactly as in the program that made the reference vectors. */
export const SEED_EVENT = struct('main.ctx', SEED_PLACEHOLDERS);
/** The type of the dot in the templates of rules. */
export const EVENT = struct('main.ctx', PLACEHOLDERS);

/** The placeholders inside a structure, for completion after a dot. */
export const NESTED: ReadonlyMap<string, readonly Placeholder[]> = new Map([
  [ACCOUNT.name, ACCOUNT_FIELDS],
  [SHARE.name, SHARE_FIELDS],
  [OBJECT.name, OBJECT_FIELDS],
  [ITEM.name, ITEM_FIELDS],
  [RESULT.name, RESULT_FIELDS],
  [RECIPIENT.name, RECIPIENT_FIELDS],
  [PROBLEM.name, PROBLEM_FIELDS],
]);

/** How a type is called in help texts. */
export function typeLabel(type: GoType): string {
  switch (type.kind) {
    case 'string':
      return 'text';
    case 'int':
      return type.name;
    case 'time':
      return 'time';
    case 'slice':
      return type.elem.kind === 'string' ? 'list of texts' : 'list';
    case 'map':
      return type.name === ANY_MAP.name ? 'map' : 'object';
    case 'bool':
      return BOOL.name;
    default:
      return 'object';
  }
}
