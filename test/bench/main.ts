import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { type BenchOptions, type BenchRow, meetsFloor } from './row.ts';

/**
 * `npm run bench [-- --only sftp,ftp,guessing,templates,events,rules,console]`: prints the table and writes it to test-output/bench.json. Ends with 1 when a
 * figure misses its floor. Wants a quiet machine: run nothing beside it. `--size large` takes a log of ten million events (15 GB of disk)
 * instead of a million, `both` one after the other; `--data FOLDER` keeps these logs for later runs; `--parts` names parts of the suites of events and rules.
 */
const SUITES = {
  sftp: async () => (await import('./sftp.ts')).benchSftp,
  ftp: async () => (await import('./ftp.ts')).benchFtp,
  guessing: async () => (await import('./guessing.ts')).benchGuessing,
  templates: async () => (await import('./templates.ts')).benchTemplates,
  events: async () => (await import('./events.ts')).benchEvents,
  rules: async () => (await import('./rules.ts')).benchRules,
  console: async () => (await import('./console.ts')).benchConsole,
} as const;
const SIZES: Readonly<Record<string, BenchOptions['sizes']>> = { small: ['small'], large: ['large'], both: ['small', 'large'] };

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(SUITES).join(',') },
    size: { type: 'string', default: 'small' },
    parts: { type: 'string', default: '' },
    data: { type: 'string' },
  },
});
const chosen = values.only.split(',').filter((name): name is keyof typeof SUITES => Object.hasOwn(SUITES, name));
const sizes = SIZES[values.size] ?? ['small'];
const parts = values.parts.split(',').filter((name) => name !== '');

const rows: BenchRow[] = [];
// Each is loaded for itself: what the others keep in memory would be looked through at each collection, and show as pauses.
for (const name of chosen) {
  const run = await SUITES[name]();
  rows.push(...(await run({ sizes, parts, data: values.data })));
}

const figure = (value: number | undefined): string =>
  value === undefined ? '' : value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en');
const machine = `${String(cpus().length)} cores (${cpus()[0]?.model.trim() ?? '?'}), ${String(Math.round(totalmem() / 1024 ** 3))} GiB, Node ${process.versions.node}`;
const table = [
  '| Work | Gatehouse | Peer | Ratio | Floor | Target |',
  '|---|---|---|---|---|---|',
  ...rows.map((row) => {
    const measured = `${figure(row.value)} ${row.unit}`;
    const peer = row.peer === undefined ? '' : `${figure(row.peer)} ${row.unit}`;
    return `| ${row.name} | ${measured} | ${peer} | ${figure(row.ratio ?? row.peerRatio)} | ${figure(row.floor)}${meetsFloor(row) ? '' : ' **missed**'} | ${figure(row.target)} |`;
  }),
].join('\n');
process.stdout.write(`${table}\n\n${new Date().toISOString().slice(0, 10)}, ${machine}\n`);
mkdirSync('test-output', { recursive: true });
writeFileSync('test-output/bench.json', `${JSON.stringify({ at: new Date().toISOString(), machine, rows }, null, 2)}\n`);
process.exitCode = rows.every(meetsFloor) ? 0 : 1;
