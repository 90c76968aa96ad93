import { execFile } from 'node:child_process';

export type ProgramResult = { readonly code: number; readonly output: string };

/**
 * Runs a program of the system with an argument list, never through a shell. Null when it cannot be started or takes longer than
 * `timeoutMs`. `output` is what it wrote to both streams, 1 MiB at most.
 */
export type RunProgram = (file: string, args: readonly string[], timeoutMs?: number) => Promise<ProgramResult | null>;

const ANSWER_WITHIN_MS = 5000;
const LARGEST_OUTPUT_BYTES = 1024 ** 2;

export const runProgram: RunProgram = (file, args, timeoutMs = ANSWER_WITHIN_MS) =>
  new Promise((resolve) => {
    execFile(
      file,
      args,
      // Words that are looked for in the output must not be translated.
      { timeout: timeoutMs, maxBuffer: LARGEST_OUTPUT_BYTES, windowsHide: true, env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        resolve(typeof code === 'number' ? { code, output: stdout + stderr } : null);
      },
    );
  });
