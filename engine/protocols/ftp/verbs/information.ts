import { Refusal } from '../replies.ts';
import { siteHelp } from '../site/commands.ts';
import type { Registry, Verb } from '../verb.ts';

/** FEAT (RFC 2389), HELP, SYST, NOOP (RFC 959 §4.1.3); `registry` is asked when they run, so that they tell of every verb. */
export function informationVerbs(registry: () => Registry): Readonly<Record<string, Verb>> {
  return {
    FEAT: {
      syntax: '',
      argument: 'none',
      duringTransfer: 'wait',
      login: 'none',
      run: (control) => {
        const lines = [...registry().values()].flatMap(({ features = [] }) =>
          typeof features === 'function' ? features(control) : features,
        );
        control.replyLines(211, 'Features:', lines.sort(), 'End');
      },
    },
    HELP: {
      syntax: '[<command>]',
      argument: 'optional',
      duringTransfer: 'wait',
      login: 'none',
      run: (control, argument) => {
        const name = argument.toUpperCase();
        if (name === '') {
          control.replyLines(214, 'Commands:', columns([...registry().keys()].sort()), 'End');
          return;
        }
        if (name === 'SITE') {
          control.replyLines(214, 'SITE commands:', siteHelp(), 'End');
          return;
        }
        const verb = registry().get(name);
        if (verb === undefined) throw new Refusal(502, 'This command is not known.');
        control.reply(214, `${name} ${verb.syntax}`.trimEnd());
      },
    },
    SYST: {
      syntax: '',
      argument: 'none',
      duringTransfer: 'wait',
      login: 'none',
      run: (control) => control.reply(215, 'UNIX Type: L8'),
    },
    NOOP: {
      syntax: '',
      argument: 'none',
      duringTransfer: 'now',
      login: 'none',
      run: (control) => control.reply(200, 'OK.'),
    },
  };
}

function columns(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < names.length; at += 8) {
    const line = names.slice(at, at + 8).map((name) => name.padEnd(5));
    lines.push(line.join(' ').trimEnd());
  }
  return lines;
}
