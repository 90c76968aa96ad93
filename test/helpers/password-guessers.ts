import { connect, type Socket } from 'node:net';

/** Clients who guess an account's password over FTP for as long as they are let, each connecting anew when it is turned away. */
export type Guessers = {
  /** Answers so far that refuse a password, and greetings. */
  answers(): number;
  /** Ends all of them; resolves when their connections are closed. */
  stop(): Promise<void>;
};

const AGAIN_MS = 10;
/** Ten addresses of this machine: strangers are limited per address. */
const ADDRESSES = 10;

/** `count` guessers at once at a port of this machine. */
export function startGuessers(port: number, username: string, count: number): Guessers {
  const open = new Set<Socket>();
  let isOn = true;
  let answers = 0;
  let closed: () => void = () => undefined;
  const allClosed = new Promise<void>((resolve) => (closed = resolve));

  function guesser(index: number): void {
    if (!isOn) return;
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${String(20 + (index % ADDRESSES))}` });
    open.add(socket);
    // Turned away is what it expects.
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      if (!/^(530|220) /m.test(chunk.toString())) return;
      answers++;
      socket.write(`USER ${username}\r\nPASS guess ${String(Math.random())}\r\n`);
    });
    socket.on('close', () => {
      open.delete(socket);
      if (!isOn && open.size === 0) closed();
      setTimeout(() => guesser(index), AGAIN_MS);
    });
  }

  for (let index = 0; index < count; index++) guesser(index);
  return {
    answers: () => answers,
    async stop() {
      isOn = false;
      for (const socket of open) socket.destroy();
      if (open.size > 0) await allClosed;
    },
  };
}
