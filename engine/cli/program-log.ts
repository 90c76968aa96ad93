import { inspect } from 'node:util';
import { AppError } from '../contract/errors.ts';
import { isoTime, systemClock } from '../lib/clock.ts';
import type { LogSink } from '../lib/log.ts';
import { redact } from '../lib/redact.ts';
import { type Io, printable } from './command.ts';

/** The program's own log of `serve`: lines for a person on standard error, without secrets. Stacks only with GATEHOUSE_DEBUG=1. */
export function terminalLog(io: Io): LogSink {
  const isDebugging = io.env['GATEHOUSE_DEBUG'] === '1';
  return ({ level, scope, message, error }) => {
    if (level === 'debug' && !isDebugging) return;
    io.err.write(`${isoTime(systemClock.now())} ${level.padEnd(5)} ${scope}: ${printable(redact(message + describe(error)))}\n`);
    if (isDebugging && error instanceof Error) io.err.write(`${redact(error.stack ?? '')}\n`);
  };
}

/** The same for scripts: warnings and errors, one JSON object per line. */
export function jsonLog(io: Io): LogSink {
  return ({ level, scope, message, error }) => {
    if (level !== 'warn' && level !== 'error') return;
    io.err.write(`${JSON.stringify({ level, scope, message: redact(message + describe(error)) })}\n`);
  };
}

/** The error with what caused it, and for defects of ours the place of the first frame. */
function describe(error: unknown): string {
  if (error === undefined) return '';
  if (!(error instanceof Error)) return ` (${inspect(error)})`;
  const place = error instanceof AppError ? undefined : /^\s+at (.*)$/m.exec(error.stack ?? '')?.[1];
  return ` (${error.message}${place === undefined ? '' : ` at ${place}`})${describe(error.cause)}`;
}
