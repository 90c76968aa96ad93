import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasScreen } from '../engine/cli/browser.ts';
import { main } from '../engine/cli/main.ts';
import { bundleDesktop } from './bundle.ts';
import { buildConsole, isConsoleStale } from './console.ts';
import { electronProgram, fetchElectron } from './electron-runtime.ts';

/**
 * `npm start`: the desktop application where Electron's runtime is there or comes within 20 s, else the engine with its console in the
 * browser. GATEHOUSE_NO_DOWNLOAD=1 and CI keep it from fetching the runtime.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const PARENT_EVERY_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Resolves with the exit code; 0 after a signal. The arguments are those of `gatehouse serve`, which the desktop application does not take. */
async function start(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    if (isConsoleStale()) {
      say('Building the console; this takes some seconds …');
      if (!(await buildConsole(stop.signal))) {
        if (stop.signal.aborted) return 0;
        say('The console could not be built. Run "npm install" and try again; the lines above say what was missing.');
        return 1;
      }
    }
    const desktop = args.length === 0 ? await findDesktop(stop.signal) : { reason: 'Options of "gatehouse serve" were given' };
    if (stop.signal.aborted) return 0;
    if ('program' in desktop) return await runDesktop(desktop.program, stop.signal);
    say(`${desktop.reason}: Gatehouse runs here, with its console in the browser.`);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
  return main(['serve', '--open', ...args]);
}

/** Electron's program, or in words why the desktop application cannot be opened. */
async function findDesktop(signal: AbortSignal): Promise<{ readonly program: string } | { readonly reason: string }> {
  if (!hasScreen(process.env)) return { reason: 'This machine has no screen for the desktop application' };
  if (process.platform === 'linux' && process.getuid?.() === 0) return { reason: 'The desktop application does not run as root' };
  const folder = join(root, 'node_modules/electron');
  const installed = electronProgram(folder);
  if (installed !== null) return { program: installed };
  if (process.env['GATEHOUSE_NO_DOWNLOAD'] === '1' || Boolean(process.env['CI'] ?? ''))
    return { reason: "Electron's runtime is not installed, and downloads are switched off" };
  say("Fetching Electron's runtime for the desktop application, for 20 seconds at most …");
  const fetched = await fetchElectron(folder, signal);
  return fetched === null ? { reason: "Electron's runtime could not be fetched in time" } : { program: fetched };
}

async function runDesktop(program: string, signal: AbortSignal): Promise<number> {
  await bundleDesktop();
  return new Promise((resolve) => {
    const child = spawn(program, [root], { stdio: 'inherit' });
    signal.addEventListener('abort', () => child.kill('SIGTERM'));
    child.once('error', (error) => {
      say(`The desktop application could not be started: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(signal.aborted ? 0 : (code ?? 1)));
  });
}

/**
 * npm passes a signal on to its shell, which ends without its child. That its parent has gone is how the child learns of it; the signal
 * then goes the way of any other.
 */
function endWithNpm(): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_EVERY_MS).unref();
}

function say(words: string): void {
  process.stderr.write(`gatehouse: ${words}\n`);
}

endWithNpm();
const [first, ...rest] = process.argv.slice(2);
/** For the launcher (bin/gatehouse.mjs), which refuses an older Node in words and then comes here with `start` as the first argument. */
export const exitCode = await start(first === 'start' ? rest : process.argv.slice(2));
process.exitCode = exitCode;
