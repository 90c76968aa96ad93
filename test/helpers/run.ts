import { spawn } from 'node:child_process';

export type Finished = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunOptions = {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly input?: string;
  readonly timeoutMs?: number | undefined;
  /** Kills it and what it started (SIGKILL) when it aborts. */
  readonly signal?: AbortSignal | undefined;
};

/** Runs an external client to its end; killed after `timeoutMs` (20 s). Never rejects for an exit code. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
      timeout: options.timeoutMs ?? 20_000,
      killSignal: 'SIGKILL',
      // A group of its own, to be killed as a whole.
      detached: options.signal !== undefined,
    });
    const kill = (): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    options.signal?.addEventListener('abort', kill);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      options.signal?.removeEventListener('abort', kill);
      resolve({ code, signal, stdout, stderr });
    });
    child.stdin.on('error', () => undefined); // A client that does not read its input is not a failure of the test.
    child.stdin.end(options.input ?? '');
  });
}
