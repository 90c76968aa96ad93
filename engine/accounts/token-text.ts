import { createHash, randomBytes } from 'node:crypto';

/**
 * What a token is for, readable from its beginning, so that scanners of logs and repositories recognise one: the owner's of one run, an
 * API token, a console session's bearer, a single-use link to the console.
 */
export const TOKEN_PREFIXES = { owner: 'gho', api: 'gha', console: 'ghc', link: 'ghl' } as const;

/** 256 random bits behind the prefix of their kind. */
export function newToken(kind: keyof typeof TOKEN_PREFIXES): string {
  return `${TOKEN_PREFIXES[kind]}_${randomBytes(32).toString('base64url')}`;
}

/** What is kept and looked up instead of a token, in hex. SHA-256 is enough for what is random: there is nothing to guess. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
