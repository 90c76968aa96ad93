import v8 from 'node:v8';

/** Calls that no process makes. */
const NEVER = 2_000_000_000;

/**
 * Has V8 keep the generic wrapper with which WebAssembly calls JavaScript, as the parser of HTTP answers does a few times for each answer.
 * V8 13 (Node 24) makes one for each signature after 1,000 calls, and now and then ends the process when it frees one that another thread
 * made ("Check failed: jit_page.has_value()", seen once in some hundred test processes; nodejs/node#64500). It applies to the whole process
 * and to modules that are loaded afterwards; other versions are left alone.
 */
export function keepGenericWasmWrappers(): void {
  if (process.versions.v8.startsWith('13.')) v8.setFlagsFromString(`--wasm-wrapper-tiering-budget=${NEVER}`);
}
