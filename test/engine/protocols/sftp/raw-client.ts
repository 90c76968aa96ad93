import { once } from 'node:events';
import { createRequire } from 'node:module';
import type * as Ssh2 from 'ssh2';
import { onTestFinished } from 'vitest';
import { PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { PacketReader } from '../../../../engine/protocols/sftp/packets.ts';
import { PASSWORD, type TestSftp } from './start-sftp.ts';

// Not imported directly: the server's own loader must be the first to load ssh2 (engine/protocols/sftp/ssh2.ts).
const { Client } = createRequire(import.meta.url)('ssh2') as typeof Ssh2;

/** An SSH client that is signed in as `user`; ended with the test. */
export async function connect(test: TestSftp, config: Partial<Ssh2.ConnectConfig> = {}): Promise<Ssh2.Client> {
  const client = new Client();
  client.on('error', () => undefined);
  onTestFinished(() => void client.end());
  const ready = once(client, 'ready');
  client.connect({ host: '127.0.0.1', port: test.server.port, username: 'user', password: PASSWORD, ...config });
  await ready;
  return client;
}

/** One answer of the server. */
export type Answer = { readonly type: number; readonly id: number; readonly body: PacketReader };

/** SFTP packets written and read by hand, so that a test can send what no client library would. */
export class RawSftp {
  readonly channel: Ssh2.ClientChannel;
  /** Answers not yet taken, in the order in which they came. */
  readonly #answers: Answer[] = [];
  #wake: (() => void) | null = null;
  #received = Buffer.alloc(0);
  #nextId = 1;
  #ended = false;

  constructor(channel: Ssh2.ClientChannel) {
    this.channel = channel;
    channel.on('data', (chunk: Buffer) => this.#onData(chunk));
    channel.on('error', () => undefined);
    channel.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
  }

  /** Sends a request; returns its id. */
  request(type: number, ...fields: (Buffer | string | number | bigint)[]): number {
    const id = this.#nextId++;
    this.send(type, id, ...fields);
    return id;
  }

  /** Sends a packet: numbers as uint32, bigints as uint64, text and bytes as strings with their length. */
  send(type: number, ...fields: (Buffer | string | number | bigint)[]): void {
    this.channel.write(packet(type, ...fields));
  }

  /** The next answer. Rejects when the channel ends before it. */
  async answer(): Promise<Answer> {
    while (this.#answers.length === 0) {
      if (this.#ended) throw new Error('the channel ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#answers.shift() as Answer;
  }

  /** Sends a request and waits for the next answer. */
  async ask(type: number, ...fields: (Buffer | string | number | bigint)[]): Promise<Answer> {
    this.request(type, ...fields);
    return this.answer();
  }

  /** Opens a file; returns its handle. */
  async open(path: string, flags: number): Promise<Buffer> {
    const answer = await this.ask(PacketType.OPEN, path, flags, 0);
    if (answer.type !== PacketType.HANDLE)
      throw new Error(`OPEN was refused with status ${answer.body.uint32()}: ${answer.body.string().toString()}`);
    return answer.body.string();
  }

  #onData(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readUInt32BE(0)) {
      const length = this.#received.readUInt32BE(0);
      const body = this.#received.subarray(4, 4 + length);
      this.#received = this.#received.subarray(4 + length);
      this.#answers.push({ type: body[0] as number, id: body.readUInt32BE(1), body: new PacketReader(body, 5) });
      this.#wake?.();
    }
  }
}

/** One packet with its length. */
export function packet(type: number, ...fields: (Buffer | string | number | bigint)[]): Buffer {
  const parts = fields.map((field) => {
    if (typeof field === 'number') {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(field);
      return bytes;
    }
    if (typeof field === 'bigint') {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(field);
      return bytes;
    }
    const bytes = Buffer.from(field);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  const body = Buffer.concat([Buffer.from([type]), ...parts]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** The raw `sftp` channel of a client, with INIT exchanged; `version` is the server's VERSION reply. */
export async function rawSftp(client: Ssh2.Client): Promise<{ sftp: RawSftp; version: Answer }> {
  const channel = await new Promise<Ssh2.ClientChannel>((resolve, reject) => {
    client.subsys('sftp', (error, opened) => (error === undefined ? resolve(opened) : reject(error)));
  });
  const sftp = new RawSftp(channel);
  sftp.send(PacketType.INIT, 3);
  return { sftp, version: await sftp.answer() };
}

/** Every name in a folder, sorted. */
export async function namesIn(sftp: RawSftp, path: string): Promise<string[]> {
  const handle = (await sftp.ask(PacketType.OPENDIR, path)).body.string();
  const found: string[] = [];
  for (;;) {
    const answer = await sftp.ask(PacketType.READDIR, handle);
    if (answer.type !== PacketType.NAME) return found.sort();
    for (let left = answer.body.uint32(); left > 0; left--) {
      found.push(answer.body.string().toString());
      answer.body.string();
      // Flags, size, mode and times, as the server always sends them.
      for (let words = 0; words < 6; words++) answer.body.uint32();
    }
  }
}
