/**
 * Makes the golden files: `node test/engine/templates/make-golden.ts` with a Go toolchain on the path. Each file holds vectors
 * of one kind in the form of the reference vectors. Cases whose output shows memory addresses, or that Go does not finish, are left out.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dice, constantCase, damagedCase, formatCase, programCase, timeCase, type TemplateCase } from './generate.ts';
import { askGo, buildOracle, compare, type Answer } from './oracle.ts';

const CONTEXTS = ['upload', 'failed', 'provider', 'idp'];
const KINDS = { format: formatCase, time: timeCase, constant: constantCase, program: programCase, damaged: damagedCase };
const PER_KIND = 1200;

function isStable(answer: Answer): boolean {
  return (
    answer.error !== 'timeout' &&
    answer.output.length < 2000 &&
    !/0x[0-9a-f]{6,}/i.test(answer.output) &&
    compare(answer) !== 'memory address'
  );
}

const binary = buildOracle();
for (const [kind, make] of Object.entries(KINDS)) {
  const dice = new Dice(kind.length * 7919);
  const cases = Array.from({ length: PER_KIND }, (): TemplateCase => ({ context: dice.pick(CONTEXTS), template: make(dice) }));
  const unique = [...new Map(cases.map((item) => [`${item.context} ${item.template}`, item])).values()];
  // Go itself says twice which outputs are the same in every run.
  const [first, second] = [askGo(binary, unique), askGo(binary, unique)];
  const stable = first.filter((answer, i) => isStable(answer) && answer.output === second[i]?.output);
  writeFileSync(
    join(import.meta.dirname, 'golden', `${kind}.json`),
    `[\n${stable.map((answer) => JSON.stringify(answer)).join(',\n')}\n]\n`,
  );
  process.stdout.write(`${kind}: ${stable.length}\n`);
}
