import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Input } from '../../engine/contract/rpc.ts';
import { type Serving, serve } from '../helpers/serve.ts';

const QUOTA_BYTES = 64 * 1024 ** 3;

/** A new folder for files that are to be in memory, so that the disk is not what is measured. */
export function memoryFolder(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'gatehouse-bench-'));
}

/** The servers in another order each round: whoever comes first finds the machine's memory and caches as the work before left them. */
export function inTurn<T>(servers: readonly T[], round: number): T[] {
  const first = round % servers.length;
  return [...servers.slice(first), ...servers.slice(0, first)];
}

/** Asks a process to end, and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/**
 * The product as shipped: its command, an account `bench` with a quota and with what it signs in with, one rule that looks at every upload.
 * `nodeOptions` are options of Node for its process.
 */
export async function startProduct(data: string, account: Partial<Input<'accounts.save'>>, nodeOptions = ''): Promise<Serving> {
  const product = await serve(data, { ftp: true, env: { NODE_OPTIONS: nodeOptions } });
  try {
    await product.call('accounts.save', { username: 'bench', quotaBytes: QUOTA_BYTES, ...account });
    await product.call('rules.save', {
      name: 'Looks at every upload',
      triggers: ['upload'],
      conditions: { names: [{ pattern: '*.never' }] },
      steps: [{ action: 'delete', config: { paths: ['{{.VirtualPath}}'] } }],
    });
    return product;
  } catch (error) {
    await end(product.process);
    throw error;
  }
}
