import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Vector, freshContexts, outcomeOf, isSame } from '../../../build/vectors.ts';
import { type TemplateCase } from './generate.ts';

/** Go's answer; `timeout` when Go did not finish in five seconds. */
export type Answer = Vector;

const SOURCE = join(import.meta.dirname, 'oracle');

/**
 * Builds the Go program that renders templates with Go's own text/template.
 * Throws with a hint when there is no Go toolchain: the comparison is not skipped in silence.
 */
export function buildOracle(): string {
  const binary = join(mkdtempSync(join(tmpdir(), 'oracle-')), 'oracle');
  // Without random heap addresses a printed pointer has as many digits here as there.
  const env = { ...process.env, GOEXPERIMENT: 'norandomizedheapbase64' };
  const plain = spawnSync('go', ['build', '-o', binary, '.'], { cwd: SOURCE, encoding: 'utf8', env });
  // Toolchains before 1.26 do not know that name, and have no random addresses either.
  const build = plain.status === 0 ? plain : spawnSync('go', ['build', '-o', binary, '.'], { cwd: SOURCE, encoding: 'utf8' });
  if (build.error)
    throw new Error('The comparison with Go needs a Go toolchain: apt-get install golang-go, or https://go.dev/dl.', {
      cause: build.error,
    });
  if (build.status !== 0) throw new Error(`go build: ${build.stderr}`);
  return binary;
}

/** Go's answers to some cases, in order. */
export function askGo(binary: string, cases: readonly TemplateCase[]): Answer[] {
  const answers: Answer[] = [];
  while (answers.length < cases.length) {
    const input = cases
      .slice(answers.length)
      .map((item) => `${JSON.stringify(item)}\n`)
      .join('');
    const run = spawnSync(binary, { input, encoding: 'utf8', maxBuffer: 2 ** 30, env: { TZ: 'Europe/Rome' } });
    const lines = run.stdout.split('\n').filter((line) => line !== '');
    if (lines.length === 0) throw new Error(`The Go program stopped: ${run.stderr.slice(0, 2000)}`);
    answers.push(...lines.map((line) => JSON.parse(line) as Answer));
  }
  return answers;
}

/** Why an answer may differ. Every reason is described in engine/templates/README.md. */
export type Reason = 'memory address' | 'limit' | 'Go does not finish';

/** How an answer of ours compares with Go's: the same, different for a known reason, or different. */
export function compare(answer: Answer): 'same' | Reason | { readonly expected: Answer; readonly got: ReturnType<typeof outcomeOf> } {
  const got = outcomeOf(answer);
  if (isSame(answer, got)) return 'same';
  if (answer.error === 'timeout') return 'Go does not finish';
  if (/grows beyond|more than \d+ steps|nested deeper/.test(got.message ?? '')) return 'limit';
  if (showsAddress(got.output, answer)) return 'memory address';
  return { expected: answer, got };
}

/**
 * Whether the output depends on addresses: then it differs when the same event is made again, or shows the inside of a time
 * zone, which Go reaches through a pointer.
 */
function showsAddress(ours: string, answer: Answer): boolean {
  if (/time\.Location/.test(ours + answer.output)) return true;
  return outcomeOf(answer, freshContexts()).output !== ours;
}
