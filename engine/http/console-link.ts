import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleSessions } from '../accounts/console-sessions.ts';
import type { Output } from '../contract/rpc.ts';
import { isoTime } from '../lib/clock.ts';

const REDIRECT_FILE = /^open-console-[0-9a-f]{16}\.html$/;

/**
 * Makes a link to the console with a single-use token in its fragment, which no server and no Referer sees. With `redirectFile` also a
 * page (mode 0600) in the data folder that leads there: browsers are started on that page, because everybody on the machine can read a
 * command line. The page goes when the token does.
 */
export function createConsoleLink(
  at: { readonly url: string; readonly dataFolder: string; readonly sessions: Pick<ConsoleSessions, 'invite'> },
  options: { readonly redirectFile: boolean },
): Output<'console.open'> {
  const file = options.redirectFile ? join(at.dataFolder, `open-console-${randomBytes(8).toString('hex')}.html`) : null;
  const { token, expiresAt } = at.sessions.invite(() => {
    if (file !== null) rmSync(file, { force: true });
  });
  const url = `${at.url}/#token=${token}`;
  if (file !== null) writeFileSync(file, redirectPage(url), { mode: 0o600, flag: 'wx' });
  return { url, file, expiresAt: isoTime(expiresAt) };
}

/** Removes the pages that a killed engine left. */
export function removeRedirectFiles(dataFolder: string): void {
  for (const name of readdirSync(dataFolder)) if (REDIRECT_FILE.test(name)) rmSync(join(dataFolder, name), { force: true });
}

/** The address is made of an IP address, a port and base64url: nothing in it needs escaping. */
function redirectPage(url: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Gatehouse</title>
<p><a href="${url}" rel="noreferrer">Open the Gatehouse console</a></p>
`;
}
