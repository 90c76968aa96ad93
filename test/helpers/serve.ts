import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Input, Method, Output } from '../../engine/contract/rpc.ts';
import { callOverHttp } from './engine.ts';

export const GATEHOUSE = fileURLToPath(new URL('../../bin/gatehouse.mjs', import.meta.url));

/** A `gatehouse serve` of its own process, to be killed. */
export type Serving = {
  readonly process: ChildProcess;
  readonly http: string;
  readonly sftp: number;
  readonly ftp: number;
  readonly token: string;
  /** Opens the console once; asked for with `console`. */
  readonly open: string;
  call<M extends Method>(method: M, input: Input<M>): Promise<Output<M>>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  terminate(): Promise<number | null>;
};

/** Starts the shipped command as a script would and waits for its line of JSON. With `console` the servers are left to the set-up wizard. */
export async function serve(
  dataFolder: string,
  options: { ftp?: boolean; console?: boolean; env?: Record<string, string> } = {},
): Promise<Serving> {
  const args = ['serve', '--json', '--data', dataFolder, '--http', '127.0.0.1:0'];
  if (options.console !== true) args.push('--sftp', '127.0.0.1:0');
  if (options.ftp === true) args.push('--ftp', '127.0.0.1:0', '--passive', '23000-23999');
  const child = spawn(GATEHOUSE, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`gatehouse serve ended with ${String(code)}: ${errors}`))),
  ])) as [string];
  const ready = JSON.parse(line) as { ready: boolean; http: string; sftp: number; ftp: number; token: string; open: string };
  const ended = once(child, 'exit');
  return {
    process: child,
    ...ready,
    call: (method, input) => callOverHttp(ready, method, input),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async terminate() {
      child.kill('SIGTERM');
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}
