import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const ENV = {
  // Clients print and read names in UTF-8 whatever the machine's own locale.
  LC_ALL: 'C.UTF-8',
  // An engine's worker threads, and each `gatehouse` that a test starts, find their modules compiled: they start twice as fast.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('.cache/compiled', import.meta.url)),
};

/** Two suites: `short` is what every commit runs (under 15 minutes), `long` adds many kills, long fuzz and big files. */
export default defineConfig({
  test: {
    globalSetup: ['test/helpers/require-peers.ts', 'test/helpers/shared-builds.ts'],
    reporters: ['default'],
    pool: 'forks',
    // As the engine has it: see engine/lib/wasm-wrappers.ts.
    execArgv: ['--wasm-wrapper-tiering-budget=2000000000'],
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'short',
          // Each worker loads the engine once, not once for each file: a third of a short file's time. Files keep what they change to themselves.
          isolate: false,
          env: ENV,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.long.test.ts'],
          // A wizard walked through in a browser takes its time on two busy cores; nothing waits for these limits otherwise.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      { test: { name: 'long', env: ENV, include: ['test/**/*.long.test.ts'], testTimeout: 30 * 60_000, hookTimeout: 60_000 } },
    ],
  },
});
