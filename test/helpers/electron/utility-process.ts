import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PARENT_PORT = fileURLToPath(new URL('./parent-port.ts', import.meta.url));

/** Electron's utilityProcess as a real child process; messages are structured-cloned. Children that still run are killed by `killAll`. */
export function createUtilityProcesses() {
  const children = new Set<ChildProcess>();
  return {
    utilityProcess: {
      fork(modulePath: string, args: readonly string[] = []) {
        const child = fork(modulePath, [...args], {
          serialization: 'advanced',
          execArgv: ['--import', PARENT_PORT],
          stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        });
        children.add(child);
        child.on('exit', () => children.delete(child));
        return {
          pid: child.pid,
          stderr: child.stderr,
          postMessage(message: object): void {
            if (child.connected) child.send(message);
          },
          kill: () => child.kill(),
          on(event: 'message' | 'exit', listener: (value: unknown) => void) {
            // Electron gives a code where Node gives a signal.
            if (event === 'exit') child.on('exit', (code) => listener(code ?? 1));
            else child.on('message', listener);
            return this;
          },
        };
      },
    },
    pids: (): number[] => [...children].flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    killAll(): void {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}
