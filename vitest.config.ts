import { defineConfig } from 'vitest/config';

/** Clients print and read names in UTF-8 whatever the machine's own locale. */
const CLIENTS_ENV = { LC_ALL: 'C.UTF-8' };

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
          env: CLIENTS_ENV,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.long.test.ts'],
          // A wizard walked through in a browser takes its time on two busy cores; nothing waits for these limits otherwise.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'long', env: CLIENTS_ENV, include: ['test/**/*.long.test.ts'], testTimeout: 30 * 60_000, hookTimeout: 60_000 } },
    ],
  },
});
