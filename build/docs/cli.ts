import { COMMANDS, PROGRAM_HELP } from '../../engine/cli/main.ts';
import { GENERATED } from './markdown.ts';

/** docs/cli.md, from the help texts of the commands. */
export function cliDocs(): string {
  return `${GENERATED}
# Command line

\`\`\`text
${PROGRAM_HELP.trimEnd()}
\`\`\`

Errors are one line on standard error, \`gatehouse: words\`; \`call\`, and the others with \`--json\`, write the error as one line of
JSON with its code instead ([api.md](api.md#error-codes)). Set \`GATEHOUSE_DEBUG=1\` to see where a defect of Gatehouse comes from.

${COMMANDS.map(({ name, help }) => `## gatehouse ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``).join('\n\n')}
`;
}
