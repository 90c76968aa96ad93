/** A token of the simple syntax and the Go expression that it stands for. */
export interface SimpleToken {
  readonly name: string;
  /** What stands between `{{` and `}}`; null for tokens that are known but have no counterpart here. */
  readonly action: string | null;
  /** True when it speaks of one file, so that a batch without a loop shows only the last one. */
  readonly ofFile: boolean;
  readonly sentence: string;
}

function file(name: string, action: string, sentence: string): SimpleToken {
  return { name, action, ofFile: true, sentence };
}

function event(name: string, action: string, sentence: string): SimpleToken {
  return { name, action, ofFile: false, sentence };
}

const ERRORS = 'stringJoin .Errors ", "';

const FILE_TOKENS = [
  file('name', '.ObjectName', 'File name.'),
  file('the_file_name', '.ObjectName', 'File name.'),
  file('path', '.VirtualPath', 'Path as users see it.'),
  file('the_file_path', '.VirtualPath', 'Path as users see it.'),
  file('parent_path', 'pathDir .VirtualPath', 'Folder of the file.'),
  file('stem', 'stringTrimSuffix .ObjectName (pathExt .ObjectName)', 'File name without its extension.'),
  file('ext', 'pathExt .ObjectName', 'Extension with its dot.'),
  file('size', '.FileSize', 'Size in bytes.'),
  file('the_file_size_formatted', 'humanizeBytes .FileSize', 'Size with a unit.'),
  file('speed', '.Speed', 'KB per second.'),
  file('the_file_speed', '.Speed', 'KB per second.'),
  file('error', ERRORS, 'Error texts.'),
  file('the_file_error', ERRORS, 'Error texts.'),
  file('end', '.Timestamp.Format "2006-01-02 15:04:05"', 'When the transfer ended.'),
  file('real_path', '.FsPath', "Path in the machine's file system."),
  file('real_parent_path', 'pathDir .FsPath', "Folder in the machine's file system."),
];

const EVENT_TOKENS = [
  event('items_count', '$.Count', 'Number of files.'),
  event('user_session_upload_count', '$.Count', 'Number of files.'),
  event('user_session_download_count', '$.Count', 'Number of files.'),
  event('username', '$.Name', 'Account name.'),
  event('user_name', '$.Name', 'Account name.'),
  event('email', '$.Email', 'Address of the account.'),
  event('user_time', '$.Timestamp.Format "2006-01-02 15:04:05"', 'Time of the event.'),
  event('now', '$.Timestamp.Format "2006-01-02 15:04:05"', 'Time of the event.'),
  event('task_error', 'stringJoin $.Errors ", "', 'Error texts.'),
  event('task_errors', 'stringJoin $.Errors ", "', 'Error texts.'),
  event('event_name', '$.Rule', 'Name of the rule.'),
  event('event_execution_id', '$.Run', 'Identifier of the run.'),
  event('r', '"\\r"', 'Carriage return.'),
  event('n', '"\\n"', 'Line feed.'),
];

const DATE_PARTS: readonly (readonly [string, string, string])[] = [
  ['MM', '01', 'Month, two digits'],
  ['dd', '02', 'Day, two digits'],
  ['yy', '06', 'Year, two digits'],
  ['yyyy', '2006', 'Year'],
  ['HH', '15', 'Hour, 00 to 23'],
  ['hh', '03', 'Hour, 01 to 12'],
  ['mm', '04', 'Minute, two digits'],
  ['ss', '05', 'Second, two digits'],
  ['aa', 'PM', 'AM or PM'],
  ['EEE', 'Mon', 'Weekday, three letters'],
];

/** Dates: bare and `_` mean the time of the file, a leading dot that of the whole event. */
const DATE_TOKENS = [
  ...DATE_PARTS.flatMap(([name, layout, sentence]) => [
    file(name, `.Timestamp.Format "${layout}"`, `${sentence} of the file's time.`),
    file(`_${name}`, `.Timestamp.Format "${layout}"`, `${sentence} of the file's time.`),
    event(`.${name}`, `$.Timestamp.Format "${layout}"`, `${sentence} of the event's time.`),
  ]),
  file('S', 'slice (.Timestamp.Format ".000") 1', "Milliseconds of the file's time."),
  file('_S', 'slice (.Timestamp.Format ".000") 1', "Milliseconds of the file's time."),
  event('.S', 'slice ($.Timestamp.Format ".000") 1', "Milliseconds of the event's time."),
];

/** Known names without a counterpart: they stay as they are and are reported. */
const ABSENT_TOKENS = [
  'url',
  'parent_url',
  'start',
  'resume_loc',
  'md5',
  'user_dir',
  'first_name',
  'last_name',
  'task_error_names',
  'task_error_types',
  'error_trace',
  'web_upload_form',
  'all',
  'math_start',
  'math_end',
  'parse_start',
  'parse_end',
  'alert_type',
  'alert_sub_type',
  'alert_timeout',
  'alert_max',
  'alert_msg',
  'alert_ram_free',
  'alert_ram_max',
  'alert_memory_threads',
].map((name): SimpleToken => ({ name, action: null, ofFile: false, sentence: 'Not available here.' }));

/** Every token of the simple syntax by name. */
export const SIMPLE_TOKENS: ReadonlyMap<string, SimpleToken> = new Map(
  [...FILE_TOKENS, ...EVENT_TOKENS, ...DATE_TOKENS, ...ABSENT_TOKENS].map((token) => [token.name, token]),
);
