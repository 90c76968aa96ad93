import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { AppError } from '../../contract/errors.ts';
import { type CallMark, markCall } from './descendants.ts';

/** How much of each output is kept: its end, where programs say what went wrong. */
const KEEP_BYTES = 64 * 1024;

/** How long the outputs may stay open once everything that could be found has been killed. */
const CLOSE_MS = 1000;

export type Ended = {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
};

type Start = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/**
 * Runs a program without a shell in a process group of its own, and ends the whole group at the timeout, when the signal aborts, and when
 * the program itself has ended, with what has left the group: nothing that it started stays behind (see CallMark for its limits).
 * Rejects with `action_failed` when it cannot be started.
 */
export async function runProcess(start: Start): Promise<Ended> {
  start.signal.throwIfAborted();
  const mark = markCall();
  const child = spawnMarked(start, mark);
  const stdout = keepEnd(child.stdout);
  const stderr = keepEnd(child.stderr);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup(child);
  }, start.timeoutMs);
  const abort = (): void => endGroup(child);
  start.signal.addEventListener('abort', abort, { once: true });
  try {
    return await new Promise<Ended>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        reject(
          new AppError(
            'action_failed',
            `${start.file} cannot be started (${error.code ?? 'unknown reason'}). Check the path, the working directory and the permissions.`,
            { cause: error },
          ),
        );
      });
      child.once('exit', (exitCode, signal) => {
        const closed = new Promise<void>((resolveClosed) => child.once('close', () => resolveClosed()));
        endGroup(child);
        const endAll = async (): Promise<Ended> => {
          await mark.endDescendants();
          // Not for ever: one that was not found may hold the pipes.
          const late = setTimeout(() => {
            child.stdout.destroy();
            child.stderr.destroy();
          }, CLOSE_MS);
          await closed;
          clearTimeout(late);
          return { exitCode, signal, timedOut, stdout: stdout(), stderr: stderr() };
        };
        endAll().then(resolve, reject);
      });
    });
  } finally {
    mark.close();
    clearTimeout(timer);
    start.signal.removeEventListener('abort', abort);
  }
}

type Spawned = ChildProcess & { readonly stdout: Readable; readonly stderr: Readable };

function spawnMarked({ file, args, cwd, env }: Start, mark: CallMark): Spawned {
  try {
    return spawn(file, [...args], {
      cwd,
      env: { ...env, ...mark.environment },
      shell: false,
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe', ...mark.descriptors],
    }) as Spawned;
  } catch (error) {
    mark.close();
    throw error;
  }
}

/** Kills the program and everything in its group. One that is gone already is fine. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () =>
      child.kill('SIGKILL'),
    );
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody of the group is left.
  }
}

/** Reads a stream and keeps its last 64 KiB. */
function keepEnd(stream: NodeJS.ReadableStream): () => string {
  let chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > 4 * KEEP_BYTES) {
      chunks = [Buffer.concat(chunks).subarray(-KEEP_BYTES)];
      bytes = KEEP_BYTES;
    }
  });
  return () => Buffer.concat(chunks).subarray(-KEEP_BYTES).toString('utf8');
}
