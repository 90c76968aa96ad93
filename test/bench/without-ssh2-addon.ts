import { registerHooks } from 'node:module';

/** Loaded before the product (`--import`): its ssh2 finds no native addon, as where none could be built. */
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.endsWith('/sshcrypto.node')) throw new Error('left out for this measurement');
    return nextResolve(specifier, context);
  },
});
