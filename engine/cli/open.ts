import { openInBrowser } from './browser.ts';
import { call } from './client.ts';
import { type Command, type Io, parseCommandLine, usage } from './command.ts';
import { findTarget, type Target } from './target.ts';

/** `gatehouse open`: a new link to the console. */
export const openCommand: Command = {
  name: 'open',
  summary: 'open the console of a running engine in the browser',
  jsonErrors: false,
  help: `Usage: gatehouse open [--print] [--data DIR]

Opens the console of a running engine in the browser. The link signs in once,
within two minutes; the tab stays signed in until 12 hours after its last use or
the next start of the engine.

Options:
  --print     print the link instead, for a browser of your own choice (keep it to
              yourself: whoever opens it first is signed in)
  --data DIR  data folder of the running engine (default: where "serve" keeps it)

Without a screen the link is printed too.
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, { data: { type: 'string' }, print: { type: 'boolean', default: false } });
    if (positionals[0] !== undefined) throw usage(`"${positionals[0]}" is not an option`);
    const target = findTarget(values, io.env);
    if (values.print) io.out.write(`${(await call(target, 'console.open', {})).url}\n`);
    else io.out.write(await openConsole(target, io));
    return 0;
  },
};

/** Opens the console in the browser. Resolves with what to tell the person: with the link where no browser could be started. */
export async function openConsole(target: Target, io: Io): Promise<string> {
  const { url, file } = await call(target, 'console.open', { redirectFile: true });
  if (file !== null && (await openInBrowser(file, io.env))) {
    return 'The console opens in your browser. If it does not, "gatehouse open --print" gives the link.\n';
  }
  return `Open the console within two minutes by this link, which signs in once:\n  ${url}\n`;
}
