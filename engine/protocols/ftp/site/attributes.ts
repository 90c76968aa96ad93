import { parseTimeValue } from '../listing.ts';
import { Refusal } from '../replies.ts';
import type { SiteCommand } from './site-command.ts';

/** CHMOD and UTIME, in the forms that ProFTPD, Pure-FTPd and their clients use. */
export const attributeCommands: Readonly<Record<string, SiteCommand>> = {
  CHMOD: {
    syntax: '<octal mode> <path>',
    parse: (text) => {
      const [, mode = '', path = ''] = /^([0-7]{3,4}) (.+)$/.exec(text) ?? [];
      return path === '' ? null : [mode, path];
    },
    run: async (control, session, mode = '', path = '') => {
      await session.setAttributes(control.path(path), { mode: Number.parseInt(mode, 8) & 0o777 });
      return 'Mode changed.';
    },
  },
  UTIME: {
    syntax: '<YYYYMMDDhhmm[ss]> <path>, or <path> <accessed> <changed> <created> UTC',
    parse: (text) => {
      const long = /^(.+) (\d{12,14}) (\d{12,14}) (\d{12,14}) UTC$/i.exec(text);
      if (long !== null) return long.slice(1);
      const [, time = '', path = ''] = /^(\d{12}(?:\d{2})?) (.+)$/.exec(text) ?? [];
      return path === '' ? null : [time, path];
    },
    run: async (control, session, ...args) => {
      const [path = '', accessed = '', changed = ''] = args.length === 4 ? args : [args[1], args[0], args[0]];
      await session.setAttributes(control.path(path), { atimeMs: time(accessed), mtimeMs: time(changed) });
      return 'Times changed.';
    },
  },
};

/** `YYYYMMDDhhmm` with or without seconds. */
function time(text: string): number {
  const epochMs = parseTimeValue(text.length === 12 ? `${text}00` : text);
  if (epochMs === null) throw new Refusal(501, `${text} is not a time as YYYYMMDDhhmmss from 1970 on.`);
  return epochMs;
}
