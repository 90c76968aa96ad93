import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { PASSWORD, type TestFtp } from './ftp-server.ts';

/** A control connection by hand: sends exactly the bytes that a test names and reads whole replies. */
export class RawClient {
  readonly #host: string;
  #socket: Socket | TLSSocket;
  #text = '';
  #wake: () => void = () => undefined;
  ended = false;

  private constructor(host: string, socket: Socket) {
    this.#host = host;
    this.#socket = socket;
    this.#attach(socket);
  }

  /** Connects and reads the greeting. */
  static async connect(port: number, options: { readonly host?: string; readonly from?: string } = {}): Promise<RawClient> {
    const host = options.host ?? '127.0.0.1';
    const socket = connect({ port, host, ...(options.from === undefined ? {} : { localAddress: options.from }) });
    onTestFinished(() => void socket.destroy());
    const client = new RawClient(host, socket);
    await client.reply();
    return client;
  }

  /** Connects to a port with implicit TLS and reads the greeting. */
  static async connectSecured(port: number): Promise<RawClient> {
    const secure = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    onTestFinished(() => void secure.destroy());
    const client = new RawClient('127.0.0.1', secure);
    await client.reply();
    return client;
  }

  /** The TLS session of the control connection, for a data connection that resumes it. */
  get tlsSession(): Buffer | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket.getSession() : undefined;
  }

  /** Connects and signs in as `partner`. */
  static async signedIn(test: Pick<TestFtp, 'port'>, options: { readonly tls?: boolean | ConnectionOptions } = {}): Promise<RawClient> {
    const client = await RawClient.connect(test.port);
    if (options.tls !== undefined && options.tls !== false) {
      await client.startTls(options.tls === true ? {} : options.tls);
      await client.command('PBSZ 0');
      await client.command('PROT P');
    }
    await client.signIn();
    return client;
  }

  async signIn(): Promise<string> {
    await this.command('USER partner');
    return this.command(`PASS ${PASSWORD}`);
  }

  /** Sends bytes as they are. */
  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Sends one line and reads one reply. */
  async command(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return this.reply();
  }

  /** The next whole reply with its line ends; rejects when the connection ends or nothing comes for 10 s. */
  async reply(): Promise<string> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const whole = /^(?:(\d{3})-[^]*?\r\n)?(?<=^|\n)(?:\1|\d{3}) [^\r\n]*\r\n/.exec(this.#text);
      if (whole !== null) {
        this.#text = this.#text.slice(whole[0].length);
        return whole[0].trimEnd();
      }
      if (this.ended) throw new Error(`the connection ended; unread: ${JSON.stringify(this.#text)}`);
      if (Date.now() > deadline) throw new Error(`no reply; unread: ${JSON.stringify(this.#text)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** The code of `command`'s reply. */
  async code(line: string): Promise<number> {
    return Number((await this.command(line)).slice(0, 3));
  }

  /** AUTH TLS and the handshake. Rejects where the server refuses it. */
  async startTls(options: ConnectionOptions = {}): Promise<void> {
    const reply = await this.command('AUTH TLS');
    if (!reply.startsWith('234 ')) throw new Error(reply);
    await this.handshake(options);
  }

  /** The handshake alone, after a 234. */
  async handshake(options: ConnectionOptions = {}): Promise<void> {
    this.#socket.removeAllListeners('data');
    const secure = connectTls({ ...options, socket: this.#socket, rejectUnauthorized: false });
    this.#socket = secure;
    this.#attach(secure);
    await once(secure, 'secureConnect');
  }

  /** EPSV; resolves with the port. */
  async passive(): Promise<number> {
    const reply = await this.command('EPSV');
    const port = /\|\|\|(\d+)\|/.exec(reply)?.[1];
    if (port === undefined) throw new Error(reply);
    return Number(port);
  }

  /** EPSV and a connection to that port. */
  async data(): Promise<Socket> {
    return openData(await this.passive(), this.#host);
  }

  /** Runs a command that sends data; resolves with its replies and the data. */
  async download(line: string): Promise<{ replies: string[]; data: Buffer }> {
    const socket = await this.data();
    this.send(`${line}\r\n`);
    const first = await this.reply();
    if (!first.startsWith('1')) return { replies: [first], data: Buffer.alloc(0) };
    const data = await readAll(socket);
    return { replies: [first, await this.reply()], data };
  }

  /** Runs a command that takes data; resolves with its last reply. */
  async upload(line: string, content: string | Uint8Array): Promise<string> {
    const socket = await this.data();
    const first = await this.command(line);
    if (!first.startsWith('1')) return first;
    socket.end(content);
    return this.reply();
  }

  /** Closes the connection without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Resets the connection. */
  reset(): void {
    // Node never closes a socket that is reset while it ends, and a TLS layer hides the one below.
    if (this.#socket.writableEnded || this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  /** Resolves when the server has ended the connection. */
  async untilEnded(): Promise<void> {
    while (!this.ended) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  #attach(socket: Socket | TLSSocket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString();
      this.#wake();
    });
    const end = (): void => {
      this.ended = true;
      this.#wake();
    };
    socket.on('error', end);
    socket.on('close', end);
  }
}

/** A connection to a data port, by default from and to 127.0.0.1. */
export async function openData(port: number, host = '127.0.0.1', from?: string): Promise<Socket> {
  const socket = connect({ port, host, ...(from === undefined ? {} : { localAddress: from }) });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  // A reset is one way in which the server may refuse.
  socket.on('error', () => undefined);
  return socket;
}

/** Everything until the end of the stream. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
