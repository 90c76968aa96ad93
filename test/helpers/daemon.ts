import { spawn } from 'node:child_process';
import { createServer, connect, type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

/** A port that was free a moment ago, for servers that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A real server in the foreground, ended with everything that it started when the test has finished. Resolves when `ready` does. */
export async function startDaemon(command: string, args: readonly string[], ready: () => Promise<void>): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  let said = '';
  let ended: string | undefined;
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `ended with ${String(code ?? signal)}`));
  onTestFinished(async () => {
    if (ended !== undefined || child.pid === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  });
  await eventually(async () => {
    if (ended !== undefined) throw new Error(`${command} ${ended}: ${said}`);
    await ready();
  }, 30_000);
}

/** Resolves when something listens on the port, or at the path of a socket. */
export async function listens(at: number | string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = typeof at === 'number' ? connect(at, '127.0.0.1') : connect(at);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
