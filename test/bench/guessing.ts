import { once } from 'node:events';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startGuessers } from '../helpers/password-guessers.ts';
import { end, memoryFolder, startProduct } from './product.ts';
import { type BenchRow, median } from './row.ts';

const ROUNDS = 5;
const BYTES = 512 * 1024 ** 2;
const GUESSERS = 200;
/** So many answers show that all of them are at it. */
const WARM_UP = 2 * GUESSERS;
const CLIENT_PATIENCE_S = '300';

/**
 * A transfer while 200 clients guess passwords, divided by the same transfer alone, in rounds that alternate: the peer's column is the product
 * itself, left in peace. Seconds without the sign-in, which waits its turn among the guesses. Takes about a minute and 1 GB of memory.
 */
export async function benchGuessing(): Promise<BenchRow[]> {
  const folder = memoryFolder();
  const source = join(folder, 'large');
  writeFileSync(source, '');
  truncateSync(source, BYTES);
  const product = await startProduct(join(folder, 'data'), { password: 'bench-secret' });
  try {
    await product.call('settings.save', { defender: { mostStrangers: 400, mostStrangersPerAddress: 30 } });
    const target = `ftp://127.0.0.1:${String(product.ftp)}/large`;
    const ways = { upload: ['-T', source, target], download: ['-o', '/dev/null', target] } as const;
    const took = { upload: { alone: [] as number[], beset: [] as number[] }, download: { alone: [] as number[], beset: [] as number[] } };
    await seconds(ways.upload);
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of ['upload', 'download'] as const) took[way].alone.push(await seconds(ways[way]));
      const guessers = startGuessers(product.ftp, 'bench', GUESSERS);
      while (guessers.answers() < WARM_UP) await pause(50);
      for (const way of ['upload', 'download'] as const) took[way].beset.push(await seconds(ways[way]));
      await guessers.stop();
    }
    return (['upload', 'download'] as const).map((way) => {
      const value = median(took[way].beset);
      const peer = median(took[way].alone);
      const name = `FTP ${way}, 512 MiB, while 200 guess passwords (beside it alone)`;
      return { name, value, unit: 's', peer, ratio: value / peer, floor: 2, better: 'lower' };
    });
  } finally {
    await end(product.process);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One transfer by curl, seconds after the sign-in. */
async function seconds(args: readonly string[]): Promise<number> {
  const timed = ['-sS', '-m', CLIENT_PATIENCE_S, '-u', 'bench:bench-secret', '-w', '%{time_total} %{time_pretransfer}'];
  // Not spawnSync: the guessers live in this process.
  const client = spawn('curl', [...timed, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  client.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(client, 'close')) as [number | null];
  if (code !== 0) throw new Error(`curl ended with ${String(code)}`);
  const [total = 0, begun = 0] = said.split(' ').map(Number);
  return total - begun;
}
