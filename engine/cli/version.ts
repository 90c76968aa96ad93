import { VERSION } from '../lib/version.ts';
import { type Command, parseCommandLine } from './command.ts';

/** `gatehouse version`. */
export const versionCommand: Command = {
  name: 'version',
  summary: 'print the version',
  jsonErrors: false,
  help: `Usage: gatehouse version

Prints the version of Gatehouse.
`,
  run(args, io) {
    parseCommandLine(args, {});
    io.out.write(`gatehouse ${VERSION}\n`);
    return Promise.resolve(0);
  },
};
