/** The program's own diagnostic log (not the event log). Lines must not hold secrets; callers log codes, names and sizes. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogSink = (line: {
  readonly level: LogLevel;
  readonly scope: string;
  readonly message: string;
  readonly error?: unknown;
}) => void;

export type Logger = {
  readonly [Level in LogLevel]: (message: string, error?: unknown) => void;
};

/** A logger that names the part of the program it speaks for. */
export function createLogger(sink: LogSink, scope: string): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, error?: unknown): void =>
      sink({ level, scope, message, ...(error === undefined ? {} : { error }) });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Drops everything; for tests. */
export const silentSink: LogSink = () => undefined;
