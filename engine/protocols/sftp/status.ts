import { AppError, type ErrorCode, toAppError } from '../../contract/errors.ts';
import { MalformedPacket } from './packets.ts';

/** Status codes of version 3 (draft-ietf-secsh-filexfer-02, section 7). */
export const StatusCode = {
  OK: 0,
  EOF: 1,
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  BAD_MESSAGE: 5,
  NO_CONNECTION: 6,
  CONNECTION_LOST: 7,
  OP_UNSUPPORTED: 8,
} as const;
export type StatusCode = (typeof StatusCode)[keyof typeof StatusCode];

const { NO_SUCH_FILE, PERMISSION_DENIED, FAILURE, BAD_MESSAGE, CONNECTION_LOST, OP_UNSUPPORTED } = StatusCode;

/** Every code that a session may answer with; version 3 has a word for few, the sentence beside it says the rest. */
const STATUS_OF_CODE = {
  not_found: NO_SUCH_FILE,
  already_exists: FAILURE,
  permission_denied: PERMISSION_DENIED,
  not_a_directory: NO_SUCH_FILE,
  is_a_directory: FAILURE,
  directory_not_empty: FAILURE,
  invalid_name: FAILURE,
  busy: FAILURE,
  quota_exceeded: FAILURE,
  too_large: FAILURE,
  unsupported: OP_UNSUPPORTED,
  no_space: FAILURE,
  read_only: PERMISSION_DENIED,
  io_error: FAILURE,
  connection_lost: CONNECTION_LOST,
  refused_by_rule: PERMISSION_DENIED,
  unauthenticated: PERMISSION_DENIED,
  bad_credentials: PERMISSION_DENIED,
  code_needed: PERMISSION_DENIED,
  password_outdated: PERMISSION_DENIED,
  too_many_sessions: FAILURE,
  forbidden: PERMISSION_DENIED,
  foreign_origin: PERMISSION_DENIED,
  invalid_input: BAD_MESSAGE,
  invalid_json: BAD_MESSAGE,
  unknown_method: OP_UNSUPPORTED,
  payload_too_large: FAILURE,
  conflict: FAILURE,
  in_use: FAILURE,
  gone: FAILURE,
  usage: FAILURE,
  port_in_use: FAILURE,
  address_unavailable: FAILURE,
  folder_missing: NO_SUCH_FILE,
  folder_not_writable: PERMISSION_DENIED,
  network_file_system: FAILURE,
  database_newer: FAILURE,
  database_damaged: FAILURE,
  already_running: FAILURE,
  not_running: FAILURE,
  shutting_down: FAILURE,
  log_unavailable: FAILURE,
  outbound_refused: FAILURE,
  outbound_failed: FAILURE,
  action_failed: FAILURE,
  command_not_allowed: PERMISSION_DENIED,
  template_error: FAILURE,
  timeout: FAILURE,
  cancelled: FAILURE,
  secret_unreadable: FAILURE,
  internal: FAILURE,
} as const satisfies Record<ErrorCode, StatusCode>;

export type Status = { readonly code: StatusCode; readonly message: string; readonly error: AppError };

/** What a client is told of a thrown value: the AppError's own sentence, which holds no host path. What is not one is `internal`. */
export function statusOf(thrown: unknown): Status {
  const error =
    thrown instanceof MalformedPacket ? new AppError('invalid_input', `The request is malformed: ${thrown.message}.`) : toAppError(thrown);
  return { code: STATUS_OF_CODE[error.code], message: error.message, error };
}
