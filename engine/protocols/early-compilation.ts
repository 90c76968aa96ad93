import v8 from 'node:v8';

/**
 * V8 interprets a function until it has been called often, and what a transfer runs through are hundreds of functions: the first thousands of
 * small files take up to half as long again as later ones. With these flags a function is compiled, plainly, at its first call, and what the
 * optimizing compilers need to know is gathered from then on. Measured with OpenSSH's client: the first 6,000 small files take a tenth less
 * processor time, and as much less of the clock. It applies to the whole process from now on, and only to the V8 that it was measured with.
 */
export function compileEarly(): void {
  if (process.versions.v8.startsWith('13.')) v8.setFlagsFromString('--always-sparkplug --no-lazy-feedback-allocation');
}
