import { parseCommand } from '../command.ts';
import { Refusal } from '../replies.ts';
import { SITE_COMMANDS } from '../site/commands.ts';
import type { Verb } from '../verb.ts';

/** SITE (RFC 959 §4.1.3). */
export const siteVerbs: Readonly<Record<string, Verb>> = {
  SITE: {
    syntax: '<command> [<arguments>]',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    changes: true,
    run: async (control, argument, session) => {
      const { verb: name, argument: text } = parseCommand(argument);
      const command = SITE_COMMANDS.get(name);
      if (command === undefined) throw new Refusal(504, 'This SITE command is not known. SITE HELP lists those that are.');
      const args = command.parse(text);
      if (args === null) throw new Refusal(501, `Write SITE ${name} ${command.syntax}.`);
      const answer = await session.siteCommand(name, args, () => command.run(control, session, ...args));
      if (typeof answer === 'string') control.reply(200, answer);
      else control.replyLines(name === 'HELP' ? 214 : 200, `SITE ${name}:`, answer, 'End');
    },
  },
};
