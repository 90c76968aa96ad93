import { extname } from 'node:path';

/** The worker file `name` beside the module `base`: `.ts` in a checkout, `.js` in a build. */
export function workerUrl(base: string, name: string): URL {
  return new URL(`./${name}${extname(new URL(base).pathname)}`, base);
}
