import type { AppError, ErrorCode } from '../../contract/errors.ts';

/** Replies of a control connection (RFC 959 §4.2): their form, and the one table from AppError codes to numbers. */

/** What each AppError becomes on the wire; its message is sent as text. A new code without a reply does not compile. */
export const REPLY_CODES = {
  not_found: 550,
  already_exists: 550,
  permission_denied: 550,
  not_a_directory: 550,
  is_a_directory: 550,
  directory_not_empty: 550,
  invalid_name: 553,
  busy: 450,
  quota_exceeded: 552,
  too_large: 552,
  unsupported: 504,
  no_space: 452,
  read_only: 550,
  io_error: 451,
  connection_lost: 426,
  refused_by_rule: 550,
  unauthenticated: 530,
  bad_credentials: 530,
  code_needed: 530,
  password_outdated: 530,
  too_many_sessions: 530,
  forbidden: 550,
  foreign_origin: 550,
  invalid_input: 501,
  invalid_json: 501,
  unknown_method: 502,
  payload_too_large: 552,
  conflict: 450,
  in_use: 450,
  gone: 550,
  usage: 501,
  port_in_use: 425,
  address_unavailable: 425,
  folder_missing: 550,
  folder_not_writable: 550,
  network_file_system: 550,
  database_newer: 451,
  database_damaged: 451,
  already_running: 451,
  not_running: 451,
  shutting_down: 421,
  log_unavailable: 451,
  outbound_refused: 550,
  outbound_failed: 451,
  action_failed: 451,
  command_not_allowed: 550,
  template_error: 451,
  timeout: 451,
  cancelled: 451,
  secret_unreadable: 451,
  internal: 451,
} as const satisfies Record<ErrorCode, number>;

/** A command answered with `code` and `text` instead of being obeyed; thrown by verbs. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** The reply to a command that `error` ended. AppError messages hold no host path, so they may be sent as they are. */
export function refusalOf(error: AppError): Refusal {
  return new Refusal(REPLY_CODES[error.code], error.message);
}

/** Line ends and other control characters as `?`: no name or message can forge a second reply or a listing line. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes.
  return text.replace(/[\u0000-\u001f\u007f]/g, '?');
}

/** One reply line with its CR LF. */
export function formatReply(code: number, text: string): string {
  return `${code} ${oneLine(text)}\r\n`;
}

/** A reply of several lines (RFC 959 §4.2): those between are indented, so that none can be taken for the last one. */
export function formatLongReply(code: number, first: string, lines: readonly string[], last: string): string {
  const middle = lines.map((line) => ` ${oneLine(line)}\r\n`).join('');
  return `${code}-${oneLine(first)}\r\n${middle}${code} ${oneLine(last)}\r\n`;
}

/** A path as PWD and MKD show it (RFC 959 appendix II): in quotes, quotes inside doubled. */
export function quotePath(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
