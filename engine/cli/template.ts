import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { AppError } from '../contract/errors.ts';
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
                   or the name of a sample: upload, failed, provider, idp

Exit code 1: the template or its context is wrong; standard error says where:
  gatehouse: FILE:LINE:COLUMN: words
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, { context: { type: 'string' } });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw usage('Name one template file');
    if (values.context === undefined) throw usage('Give the event with --context FILE');
    // Only here: the other commands start without the language.
    const { compileTemplate, contextFromJson, SAMPLE_EVENTS, TemplateRuntimeError, TemplateSyntaxError, ValueError } = await import(
      '../templates/index.ts'
    );
    const source = file === '-' ? await text(io.in) : read(file);
    const context = readContext(values.context, SAMPLE_EVENTS);
    try {
      io.out.write(compileTemplate(source).render(contextFromJson(context)));
    } catch (error) {
      if (error instanceof TemplateSyntaxError || error instanceof TemplateRuntimeError) {
        throw new AppError('template_error', `${file}:${error.line}:${error.column}: ${error.message}`, { cause: error });
      }
      if (error instanceof ValueError) throw new AppError('template_error', `${values.context}: ${error.message}`, { cause: error });
      throw error;
    }
    return 0;
  },
};

function readContext(name: string, samples: Readonly<Record<string, unknown>>): unknown {
  if (Object.hasOwn(samples, name)) return samples[name];
  try {
    return JSON.parse(read(name));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid_json', `${name} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

function read(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (cause) {
    throw new AppError('not_found', `The file ${name} cannot be read (${String((cause as NodeJS.ErrnoException).code)}).`, { cause });
  }
}
