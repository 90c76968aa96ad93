import { availableParallelism } from 'node:os';
import { hash, type Options, verify } from '@node-rs/argon2';
import { createFairQueue } from '../lib/fair-queue.ts';

/**
 * argon2id with OWASP's first recommendation (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. The package's default algorithm is
 * argon2id; the parameters stand in every hash, so raising them here leaves old hashes valid.
 */
const PARAMETERS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };

/** Longer texts are refused unhashed; `accounts.save` allows no longer ones. */
const LONGEST_PASSWORD = 1024;

/**
 * A hash of 32 random bytes that were thrown away, made with PARAMETERS: what an unknown user's password is compared with, so that
 * the answer takes as long as for a known one.
 */
const NOBODY = hash(crypto.getRandomValues(new Uint8Array(32)), PARAMETERS);

/** Hashing and checking of passwords, never more at once than leaves the thread pool free for files. */
export type Passwords = {
  hash(password: string): Promise<string>;
  /**
   * Whether the password fits the hash; null stands for "no such user" or "no password set" and costs the same time.
   * `source` is whom the queue shares out between. Rejects with `busy` when too many wait. `isWanted` is asked when its turn has come: false
   * is the answer, unhashed, when nobody wants to know any more.
   */
  verify(source: string, stored: string | null, password: string, isWanted?: () => boolean): Promise<boolean>;
};

/** One per engine. At most max(1, cores/2) run at once: unlimited, argon2 slows every file operation a hundredfold. */
export function createPasswords(): Passwords {
  const queue = createFairQueue({
    parallel: Math.max(1, Math.floor(availableParallelism() / 2)),
    line: { most: 512, mostPerSource: 128, whenFull: 'Too many sign-ins are being checked. Try again in a moment.' },
  });
  return {
    hash: (password) => queue.run('console', () => hash(password, PARAMETERS)),
    verify: (source, stored, password, isWanted = () => true) =>
      queue.run(source, async () => {
        if (!isWanted()) return false;
        const isUsable = stored !== null && password.length <= LONGEST_PASSWORD;
        const fits = await verify(isUsable ? stored : await NOBODY, isUsable ? password : '');
        return isUsable && fits;
      }),
  };
}
