/**
 * Every error that may reach a person, in one table. Three kinds:
 * `user` (expected, shown as written), `world` (something outside failed; often worth a retry), `ours` (a defect of Gatehouse).
 * Converted only at the edges: errno to AppError in vfs, AppError to SSH_FX or FTP replies in protocols, to the envelope in rpc.
 */

export type ErrorKind = 'user' | 'world' | 'ours';

type CodeEntry = {
  readonly kind: ErrorKind;
  /** HTTP status that decorates the envelope; clients read the code. */
  readonly http: number;
  /** Said when the thrower has nothing more exact to say. */
  readonly text: string;
};

export const ERROR_CODES = {
  // Files
  not_found: { kind: 'user', http: 404, text: 'Nothing is there under this name. Check the path and list the folder again.' },
  already_exists: { kind: 'user', http: 409, text: 'Something with this name exists already. Choose another name or delete it first.' },
  permission_denied: { kind: 'user', http: 403, text: 'This account may not do that here. Ask the administrator for the permission.' },
  not_a_directory: { kind: 'user', http: 400, text: 'A part of this path is a file, not a folder. Check the path.' },
  is_a_directory: { kind: 'user', http: 400, text: 'This is a folder, not a file. Choose a file.' },
  directory_not_empty: { kind: 'user', http: 409, text: 'The folder is not empty. Delete what is in it first.' },
  invalid_name: { kind: 'user', http: 400, text: 'This name cannot be used here. Choose one without special characters.' },
  busy: { kind: 'user', http: 409, text: 'Somebody else is writing to this file. Try again when that transfer has ended.' },
  quota_exceeded: { kind: 'user', http: 507, text: "The account's storage is full. Delete files or ask the administrator for more space." },
  too_large: { kind: 'user', http: 413, text: 'This is larger than allowed. Split it or ask the administrator for a higher limit.' },
  unsupported: { kind: 'user', http: 501, text: 'Gatehouse does not offer this operation.' },
  no_space: { kind: 'world', http: 507, text: 'The disk is full. The administrator has to free space on the machine.' },
  read_only: { kind: 'world', http: 403, text: 'The folder can only be read. The administrator has to make it writable.' },
  io_error: { kind: 'world', http: 500, text: 'The disk reported an error. The administrator should check the disk and its connection.' },
  connection_lost: { kind: 'world', http: 503, text: 'The connection ended before the operation was complete. Connect again and resume.' },
  refused_by_rule: { kind: 'user', http: 403, text: 'A rule of this server refused the operation. Ask the administrator why.' },
  // Identity
  unauthenticated: { kind: 'user', http: 401, text: 'Sign in first: the token is missing, unknown or expired.' },
  bad_credentials: { kind: 'user', http: 401, text: 'User name or password is wrong. Check both and try again.' },
  code_needed: { kind: 'user', http: 401, text: 'Enter the code that your authenticator app shows, too.' },
  password_outdated: {
    kind: 'user',
    http: 403,
    text: 'The password has to be changed first. Sign in over SFTP, which asks for a new one, or ask the administrator.',
  },
  too_many_sessions: { kind: 'user', http: 429, text: 'There are as many sessions as are allowed. Close one and try again.' },
  forbidden: { kind: 'user', http: 403, text: 'This token may not call that. Use one that has the permission.' },
  foreign_origin: {
    kind: 'user',
    http: 403,
    text: 'The request came from a page or address that is not the console. Open the console by its own address.',
  },
  // Requests
  invalid_input: { kind: 'user', http: 400, text: 'The input is not of the expected form. Correct the named field.' },
  invalid_json: { kind: 'user', http: 400, text: 'The input is not JSON. Check quotes, commas and brackets.' },
  unknown_method: { kind: 'user', http: 404, text: 'There is no method of this name. See docs/api.md for the list.' },
  payload_too_large: { kind: 'user', http: 413, text: 'The request is larger than allowed. Send less at once.' },
  conflict: { kind: 'user', http: 409, text: 'This clashes with what exists. Reload and try again.' },
  in_use: { kind: 'user', http: 409, text: 'This is still in use. Remove the uses first.' },
  gone: { kind: 'user', http: 410, text: 'The log no longer holds this position. Start again from oldest_id.' },
  // The machine
  usage: { kind: 'user', http: 400, text: 'The command line is not understood. See --help.' },
  port_in_use: { kind: 'world', http: 503, text: 'The port is in use by another program. Stop it or choose another port.' },
  address_unavailable: { kind: 'world', http: 503, text: 'This machine has no such address. Choose one of its own addresses.' },
  folder_missing: { kind: 'world', http: 503, text: 'The folder does not exist. Create it or choose another.' },
  folder_not_writable: {
    kind: 'world',
    http: 503,
    text: 'The folder cannot be written. Change its owner or permissions, or choose another.',
  },
  network_file_system: {
    kind: 'user',
    http: 400,
    text: 'The data folder is on a network file system, where the database can be damaged. Choose a folder on a local disk.',
  },
  database_newer: {
    kind: 'user',
    http: 500,
    text: 'The data folder was written by a newer Gatehouse. Install that version or restore an older backup.',
  },
  database_damaged: { kind: 'world', http: 500, text: 'The database is damaged. Restore a backup.' },
  already_running: { kind: 'user', http: 409, text: 'Gatehouse already runs on this data folder. Use that one or stop it first.' },
  not_running: { kind: 'user', http: 503, text: 'Gatehouse does not run on this data folder. Start it with: gatehouse serve --data DIR' },
  shutting_down: { kind: 'world', http: 503, text: 'The server is stopping. Try again in a moment.' },
  log_unavailable: { kind: 'world', http: 503, text: 'The event log cannot be written. The administrator has to free disk space.' },
  // Outbound and actions
  outbound_refused: {
    kind: 'user',
    http: 400,
    text: 'Connections to this address are not allowed. Change the address or the outbound settings.',
  },
  outbound_failed: {
    kind: 'world',
    http: 502,
    text: 'The other server could not be reached or gave no proper answer. Check its address and state.',
  },
  action_failed: { kind: 'world', http: 502, text: 'The action did not succeed.' },
  command_not_allowed: {
    kind: 'user',
    http: 403,
    text: 'This program is not on the list of allowed commands. Add it under Settings, Commands.',
  },
  template_error: { kind: 'user', http: 400, text: 'The template cannot be rendered. Correct it at the place named.' },
  timeout: { kind: 'world', http: 504, text: 'It took longer than allowed. Raise the limit or make the work smaller.' },
  cancelled: { kind: 'user', http: 409, text: 'It was cancelled.' },
  secret_unreadable: { kind: 'world', http: 500, text: 'A stored secret cannot be read with the present key. Enter it again.' },
  internal: { kind: 'ours', http: 500, text: 'Something went wrong inside Gatehouse. The log holds the details.' },
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The clonable form in which an error crosses IPC, HTTP and worker boundaries. */
export type ErrorData = {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly message: string;
  /** Path of the offending input field, such as `conditions.0.pattern`. */
  readonly field?: string;
  /** The same call may succeed later without a change. */
  readonly retryable: boolean;
};

type AppErrorOptions = { readonly cause?: unknown; readonly field?: string };

/** An error with a code of the table; its message is a sentence for a person and never holds a secret or a host path. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message?: string, options: AppErrorOptions = {}) {
    super(message ?? ERROR_CODES[code].text, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.field = options.field;
  }

  get kind(): ErrorKind {
    return ERROR_CODES[this.code].kind;
  }

  /** What may be sent to a caller: no stack, no cause. */
  toData(): ErrorData {
    return {
      code: this.code,
      kind: this.kind,
      message: this.message,
      ...(this.field === undefined ? {} : { field: this.field }),
      retryable: this.kind === 'world',
    };
  }
}

/** Any thrown value as an AppError; what is not one is a defect of ours and keeps its original as cause. */
export function toAppError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('internal', undefined, { cause: thrown });
}

/** The AppError that `data` was made from, on the other side of a boundary. */
export function fromErrorData(data: ErrorData): AppError {
  return new AppError(data.code, data.message, data.field === undefined ? {} : { field: data.field });
}
