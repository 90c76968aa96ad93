import type { EngineOptions } from '../engine/index.ts';
import { seal, unseal } from '../engine/lib/seal.ts';

export const WRAP_KEY_BYTES = 32;
const CONTEXT = 'gatehouse data key, desktop';

/**
 * Protects the data key of the stored secrets on a desktop (DESIGN 10). The system's key store is asynchronous and belongs to main, the
 * engine opens its secrets synchronously in another process: so main keeps a random wrap key in the key store (wrap-key-file.ts) and
 * hands it over at the start.
 */
export function createKeyWrap(wrapKey: Uint8Array): NonNullable<EngineOptions['keyWrap']> {
  return {
    name: 'desktop',
    wrap: (key) => seal(wrapKey, key, CONTEXT),
    unwrap: (wrapped) => unseal(wrapKey, wrapped, CONTEXT),
  };
}
