import { readFileSync } from 'node:fs';
import { AppError } from '../contract/errors.ts';
import { compileTemplate, contextFromJson, SAMPLE_EVENTS, TemplateRuntimeError, TemplateSyntaxError, ValueError } from '../templates/index.ts';
import { type Command, parseCommandLine, usage } from './command.ts';

/** `gatehouse template`: tries a template without an engine. */
export const templateCommand: Command = {
  name: 'template',
  summary: 'render a template with an event, without an engine',
  jsonErrors: false,
  help: `Usage: gatehouse template FILE --context FILE

Renders the template in FILE (- for standard input) and prints the result as it
is, without a line end of its own. docs/templates.md describes the language.

Options:
  --context FILE   JSON object of placeholders without their dots, such as
                   {"Name":"alice","VirtualPath":"/in/a.txt","FileSize":10},
                   or the name of a sample: ${Object.keys(SAMPLE_EVENTS).join(', ')}

Exit code 1: the template or its context is wrong; standard error says where:
  gatehouse: FILE:LINE:COLUMN: words
`,
  run(args, io) {
    const { values, positionals } = parseCommandLine(args, { context: { type: 'string' } });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw usage('Name one template file');
    if (values.context === undefined) throw usage('Give the event with --context FILE');
    const source = read(file === '-' ? 0 : file, file);
    const context = readContext(values.context);
    try {
      io.out.write(compileTemplate(source).render(contextFromJson(context)));
    } catch (error) {
      if (error instanceof TemplateSyntaxError || error instanceof TemplateRuntimeError) {
        throw new AppError('template_error', `${file}:${error.line}:${error.column}: ${error.message}`, { cause: error });
      }
      if (error instanceof ValueError) throw new AppError('template_error', `${values.context}: ${error.message}`, { cause: error });
      throw error;
    }
    return Promise.resolve(0);
  },
};

function readContext(name: string): unknown {
  if (isSample(name)) return SAMPLE_EVENTS[name];
  try {
    const parsed: unknown = JSON.parse(read(name, name));
    return typeof parsed === 'string' && isSample(parsed) ? SAMPLE_EVENTS[parsed] : parsed;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid_json', `${name} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

function isSample(name: string): name is keyof typeof SAMPLE_EVENTS {
  return Object.hasOwn(SAMPLE_EVENTS, name);
}

function read(file: string | number, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('not_found', `The file ${name} cannot be read (${String((cause as NodeJS.ErrnoException).code)}).`, { cause });
  }
}
