import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { AppError } from '../contract/errors.ts';
import { post } from './client.ts';
import { type Command, type Io, parseCommandLine, usage } from './command.ts';
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from './target.ts';

/** `gatehouse call`: one method of the API, JSON in and out. */
export const callCommand: Command = {
  name: 'call',
  summary: 'call a method of the API, JSON in and out',
  jsonErrors: true,
  help: `Usage: gatehouse call METHOD [JSON | - | @FILE] [options]

Calls a method of a running engine (docs/api.md lists them). The input is given
as JSON text, read from standard input (-) or from a file (@FILE); without it the
method gets no input. Prints the answer as one line of JSON.

Options:
${TARGET_HELP}

Exit code 0: the answer is on standard output.
Exit code 1: standard error holds one line of JSON with the error:
  {"code":"not_found","kind":"user","message":"…","retryable":false}
Exit code 2: the command line is not understood.

Examples:
  gatehouse call server.status
  gatehouse call accounts.save '{"username":"acme","password":"…"}'
  gatehouse call rules.save @rule.json
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, TARGET_OPTIONS);
    const [method, input, ...more] = positionals;
    if (method === undefined) throw usage('Name the method to call');
    if (more.length > 0) throw usage(`"${more[0] ?? ''}" is one argument too many; put the JSON into quotes`);
    const json = await readInput(input, io);
    const envelope = await post(findTarget(values, io.env), method, json);
    if (!envelope.ok) {
      io.err.write(`${JSON.stringify(envelope.error)}\n`);
      return 1;
    }
    io.out.write(`${JSON.stringify(envelope.value)}\n`);
    return 0;
  },
};

async function readInput(given: string | undefined, io: Io): Promise<string> {
  const json = given === undefined ? '' : given === '-' ? await text(io.in) : given.startsWith('@') ? readFile(given.slice(1)) : given;
  if (json.trim() === '') return '';
  try {
    JSON.parse(json);
  } catch (cause) {
    throw new AppError(
      'invalid_json',
      `The input is not JSON: ${cause instanceof Error ? cause.message : String(cause)}. Check quotes, commas and brackets.`,
      { cause },
    );
  }
  return json;
}

function readFile(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (cause) {
    throw new AppError('not_found', `The file ${name} cannot be read (${String((cause as NodeJS.ErrnoException).code)}).`, { cause });
  }
}
