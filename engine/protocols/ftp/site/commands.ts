import { attributeCommands } from './attributes.ts';
import { checksumCommands } from './checksums.ts';
import type { SiteCommand } from './site-command.ts';

const HELP: SiteCommand = {
  syntax: '',
  parse: () => [],
  run: () => Promise.resolve(siteHelp()),
};

/** Every command of SITE, by name in upper case. */
export const SITE_COMMANDS: ReadonlyMap<string, SiteCommand> = new Map(Object.entries({ HELP, ...attributeCommands, ...checksumCommands }));

/** A line for each command with its syntax, as `SITE HELP` and `HELP SITE` show them. */
export function siteHelp(): readonly string[] {
  return [...SITE_COMMANDS].map(([name, { syntax }]) => `SITE ${name} ${syntax}`.trimEnd()).sort();
}
