/** A command line taken apart (RFC 959 §5.3.1). */
export type Command = {
  /** Upper case. */
  readonly verb: string;
  /** Everything after the first space, untouched: quotes and further spaces belong to names and passwords. */
  readonly argument: string;
};

/** Splits a line at its first space. Never throws: an unknown verb is for the registry to refuse. */
export function parseCommand(line: string): Command {
  const space = line.indexOf(' ');
  if (space === -1) return { verb: line.toUpperCase(), argument: '' };
  return { verb: line.slice(0, space).toUpperCase(), argument: line.slice(space + 1) };
}

/**
 * The path of a LIST, NLST or STAT argument without the `ls` options that many clients put before it (`-la`, `-a -l`). A name that
 * itself starts with a dash can be written as `./-name`, or listed with MLSD, which knows no options.
 */
export function withoutListOptions(argument: string): string {
  let rest = argument;
  for (;;) {
    const option = /^\s*-[A-Za-z0-9]+(?: |$)/.exec(rest);
    if (option === null) return rest;
    rest = rest.slice(option[0].length);
  }
}
