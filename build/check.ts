import { spawnSync } from 'node:child_process';

/** Everything that must hold at every commit, cheapest first; goes on after a failure so that one run shows all of them. */
const STEPS = ['format', 'types', 'lint', 'layers', 'dead', 'docs'] as const;

const failed = STEPS.filter((step) => {
  process.stdout.write(`\n── ${step}\n`);
  return spawnSync('npm', ['run', '--silent', `check:${step}`], { stdio: 'inherit', shell: process.platform === 'win32' }).status !== 0;
});
process.stdout.write(failed.length === 0 ? '\nAll checks passed.\n' : `\nFailed: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
