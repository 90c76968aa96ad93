import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const GATEHOUSE = fileURLToPath(new URL('../../bin/gatehouse.mjs', import.meta.url));
const QUOTA_BYTES = 64 * 1024 ** 3;

/** The product under measurement: the ports of its servers, and how it is ended. */
export type Product = { readonly sftp: number; readonly ftp: number; stop(): Promise<void> };

type Ready = { readonly http: string; readonly sftp: number; readonly ftp: number; readonly token: string };

/** A new folder for files that are to be in memory, so that the disk is not what is measured. */
export function memoryFolder(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'gatehouse-bench-'));
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
 * `listeners` are arguments of `gatehouse serve`; `nodeOptions` are options of Node for its process.
 */
export async function startProduct(
  data: string,
  listeners: readonly string[],
  account: Readonly<Record<string, unknown>>,
  nodeOptions = '',
): Promise<Product> {
  const child = spawn(GATEHOUSE, ['serve', '--json', '--data', data, '--http', '127.0.0.1:0', ...listeners], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: nodeOptions },
  });
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const ready = JSON.parse(line) as Ready;
    await call(ready, 'accounts.save', { username: 'bench', quotaBytes: QUOTA_BYTES, ...account });
    await call(ready, 'rules.save', {
      name: 'Looks at every upload',
      triggers: ['upload'],
      conditions: { names: [{ pattern: '*.never' }] },
      steps: [{ action: 'delete', config: { paths: ['{{.VirtualPath}}'] } }],
    });
    return { sftp: ready.sftp, ftp: ready.ftp, stop: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

async function call(ready: Ready, method: string, input: unknown): Promise<void> {
  const response = await fetch(`${ready.http}/rpc/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`${method}: ${await response.text()}`);
}
