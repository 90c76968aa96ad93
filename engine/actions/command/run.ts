import { constants, promises as files } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, relative } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { ActionFailure, type CommandLimits, type Runner } from '../runner.ts';
import type { command } from './definition.ts';
import { runProcess } from './process.ts';

/** Starts the program and waits for its end. */
export const runCommand: Runner<typeof command> = async ({ config, source }, context) => {
  await requireAllowed(config.command, context.commands());
  const args = config.arguments.map(({ value, mayBeOption }, index) => {
    const isWritten = source.arguments[index]?.value.startsWith('-') === true;
    if (value.startsWith('-') && !mayBeOption && !isWritten) {
      throw new AppError(
        'action_failed',
        `Argument ${index + 1} begins with a dash after its template was filled in, so the program would take it for an option.`,
      );
    }
    if (value.includes('\0'))
      throw new AppError('action_failed', `Argument ${index + 1} holds a NUL character, which no program can be given.`);
    return value;
  });
  const ended = await runProcess({
    file: config.command,
    args,
    env: environment(config.environment, source.environment),
    cwd: config.workingDirectory === '' ? tmpdir() : config.workingDirectory,
    timeoutMs: config.timeoutSeconds * 1000,
    signal: context.signal,
  });
  const detail = { exitCode: ended.exitCode, signal: ended.signal, stdout: ended.stdout, stderr: ended.stderr };
  if (context.signal.aborted) {
    const reason = context.signal.reason as unknown;
    throw new ActionFailure(
      reason instanceof AppError ? reason.message : 'It was cancelled.',
      detail,
      reason instanceof AppError ? reason.code : 'cancelled',
    );
  }
  if (ended.timedOut) {
    throw new ActionFailure(
      `The program ran longer than ${config.timeoutSeconds} s and was ended with all that it had started.`,
      detail,
      'timeout',
    );
  }
  if (ended.exitCode === 0) return detail;
  throw new ActionFailure(
    ended.exitCode === null
      ? `The program was ended by signal ${ended.signal ?? 'unknown'}.`
      : `The program ended with exit code ${ended.exitCode}.`,
    detail,
  );
};

/**
 * The path must stand on the list as it is written (another name of the same file could make a program behave as another one), and the
 * file that it leads to must not be one that a partner could have put there.
 */
async function requireAllowed(path: string, commands: CommandLimits): Promise<void> {
  if (!isAbsolute(path) || !commands.allowed.includes(path)) throw new AppError('command_not_allowed');
  let real: string;
  try {
    real = await files.realpath(path);
    await files.access(real, constants.X_OK);
    if (!(await files.stat(real)).isFile()) throw new AppError('action_failed', `${path} is not a program.`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('action_failed', `${path} is not there or cannot be started. Check the path and its permissions.`, { cause: error });
  }
  if (/\.(bat|cmd)$/i.test(real)) throw new AppError('command_not_allowed', 'Batch files cannot be started safely. Use a program.');
  for (const folder of commands.exchangeFolders) {
    const inside = relative(await realOrSame(folder), real);
    if (inside === '' || (!inside.startsWith('..') && !isAbsolute(inside))) {
      throw new AppError(
        'command_not_allowed',
        'This program lies in a folder that partners can write to, so it is never started. Move it elsewhere.',
      );
    }
  }
}

async function realOrSame(folder: string): Promise<string> {
  return await files.realpath(folder).catch(() => folder);
}

type Variable = { readonly name: string; readonly value: string };

/** The little that programs need to run at all, and what the configuration adds. A `$NAME` counts only where an administrator wrote it. */
function environment(rendered: readonly Variable[], source: readonly Variable[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of process.platform === 'win32' ? ['SystemRoot', 'PATH', 'TEMP'] : ['PATH', 'LANG', 'TZ']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  rendered.forEach(({ name, value }, index) => {
    const imported = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(source[index]?.value ?? '')?.[1];
    if (imported === undefined) env[name] = value.replaceAll('\0', '');
    else if (!imported.startsWith('GATEHOUSE_')) env[name] = process.env[imported] ?? '';
  });
  return env;
}
