import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../contract/errors.ts';
import { readEngineFile } from '../http/engine-file.ts';
import { isLoopback } from '../lib/address.ts';
import { defaultDataFolder } from '../lib/data-folder.ts';
import { usage } from './command.ts';

/** The engine that a command talks to. */
export type Target = { readonly url: string; readonly token: string };

/** Options of every command that talks to an engine. */
export const TARGET_OPTIONS = {
  data: { type: 'string' },
  url: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

export const TARGET_HELP = `  --data DIR          data folder of a running engine (default: where "serve" keeps it)
  --url URL           address of an engine, with --token-file instead of --data
  --token-file FILE   file whose first line is a token`;

/**
 * Finds the engine anew each time it is called: after a restart, the file in the data folder says another address and token.
 * Throws `usage`, `not_running`, or `folder_missing` for a token file that cannot be read.
 */
export function findTarget(
  given: { readonly data?: string | undefined; readonly url?: string | undefined; readonly 'token-file'?: string | undefined },
  env: NodeJS.ProcessEnv,
): Target {
  const tokenFile = given['token-file'];
  if (given.url === undefined) {
    if (tokenFile !== undefined) throw usage('--token-file goes with --url');
    const { url, token } = readEngineFile(resolve(given.data ?? defaultDataFolder(env)));
    return { url, token };
  }
  if (given.data !== undefined) throw usage('Give either --data or --url');
  if (tokenFile === undefined) throw usage('--url needs --token-file');
  return { url: checkedUrl(given.url), token: readToken(tokenFile) };
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw usage(`--url takes an address such as http://127.0.0.1:8590, not "${text}"`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, '')))
    throw usage('A token may only travel to this machine in the clear: use https, or a tunnel that ends at 127.0.0.1');
  return url.origin;
}

function readToken(file: string): string {
  try {
    const [line = ''] = readFileSync(file, 'utf8').split(/\r?\n/);
    if (line.trim() !== '') return line.trim();
  } catch (cause) {
    throw new AppError('not_found', `The token file ${file} cannot be read (${String((cause as NodeJS.ErrnoException).code)}).`, { cause });
  }
  throw new AppError('not_found', `The token file ${file} is empty.`);
}
