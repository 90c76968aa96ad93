import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type * as Ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { OpenFlag, PacketType } from '../../../../engine/protocols/sftp/packet-types.ts';
import { openDescriptors } from '../../../helpers/descriptors.ts';
import { eventually } from '../../../helpers/eventually.ts';
import type { TestVfs } from '../../../helpers/vfs.ts';
import { PASSWORD as FTP_PASSWORD, startFtp } from '../ftp/ftp-server.ts';
import { RawClient } from '../ftp/raw-client.ts';
import { type RawSftp, rawSftp } from '../sftp/raw-client.ts';
import { PASSWORD as SFTP_PASSWORD, startSftp } from '../sftp/start-sftp.ts';

/**
 * The connection is reset at every stage of a conversation. Nothing may be left of it: no session, no connection, no open file. The old version of
 * the file that is being replaced stays whole, unless the new one was complete; a new file is there whole or not at all.
 */

const { Client } = createRequire(import.meta.url)('ssh2') as typeof Ssh2;

const OLD = 'the old version';
const NEW = 'the new version, which is longer';

/** What has to hold after each stage. `mayBeNew`: everything had been sent, so that either version is right. */
async function leavesNothing(stage: string, test: TestVfs, home: string, before: number, mayBeNew: boolean): Promise<void> {
  await eventually(() => expect(test.vfs.sessions(), stage).toEqual([]));
  await eventually(() => expect(openDescriptors(test.exchange), `${stage}: descriptors`).toBeLessThanOrEqual(before));
  const content = readFileSync(join(home, 'file'), 'utf8');
  expect(mayBeNew ? [OLD, NEW] : [OLD], stage).toContain(content);
  writeFileSync(join(home, 'file'), OLD);
  const fresh = join(home, 'fresh');
  if (existsSync(fresh)) expect(mayBeNew ? readFileSync(fresh, 'utf8') : 'no such file', stage).toBe(NEW);
  rmSync(fresh, { force: true });
  const rows = test.store.tables.uploads.all().map(({ temporary, state }) => [temporary, state]);
  const hidden = readdirSync(home).filter((name) => name.endsWith('.part'));
  expect(rows.toSorted(), `${stage}: partials`).toEqual(hidden.map((name) => [name, 'partial']).toSorted());
}

type FtpStage = {
  readonly secure?: boolean;
  readonly mayBeNew?: boolean;
  readonly run: (client: RawClient) => Promise<Socket | undefined>;
};

/** A stage whose connection to reset is the control connection. */
async function done(work?: Promise<unknown>): Promise<undefined> {
  await work;
  return undefined;
}

function sending(client: RawClient, text: string): Promise<undefined> {
  client.send(text);
  return done();
}

async function storing(client: RawClient, name = 'file'): Promise<Socket> {
  const data = await client.data();
  expect(await client.command(`STOR ${name}`)).toMatch(/^150 /);
  return data;
}

const written = (socket: Socket, text: string): Promise<void> => new Promise((resolve) => socket.write(text, () => resolve()));

/** Each ends with the reset of the control connection, or of the data connection that it returns. */
const FTP: Readonly<Record<string, FtpStage>> = {
  'after the greeting': { run: () => done() },
  'after AUTH TLS': { run: (client) => done(client.command('AUTH TLS')) },
  'in the TLS handshake': {
    run: async (client) => {
      await client.command('AUTH TLS');
      client.send(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    },
  },
  'after the TLS handshake': { run: (client) => done(client.startTls()) },
  'after USER': { run: (client) => done(client.command('USER partner')) },
  'while the password is checked': {
    run: async (client) => {
      await client.command('USER partner');
      client.send(`PASS ${FTP_PASSWORD}\r\n`);
    },
  },
  'signed in': { run: (client) => done(client.signIn()) },
  'in the middle of a line': { run: (client) => sending(client, 'STOR fi') },
  'after EPSV': { run: (client) => done(signedIn(client).then(() => client.passive())) },
  'with a data connection': { run: (client) => done(signedIn(client).then(() => client.data())) },
  'after STOR': { run: (client) => done(signedIn(client).then(() => storing(client))) },
  'with STOR waiting for its data connection': {
    run: async (client) => {
      await signedIn(client);
      await client.passive();
      await client.command('STOR file');
    },
  },
  'in the data of an upload': {
    run: async (client) => {
      await signedIn(client);
      await written(await storing(client), NEW.slice(0, 10));
    },
  },
  'of the data connection of an upload': {
    run: async (client) => {
      await signedIn(client);
      const data = await storing(client);
      await written(data, NEW.slice(0, 10));
      return data;
    },
  },
  'of the data connection of a new file': {
    run: async (client) => {
      await signedIn(client);
      const data = await storing(client, 'fresh');
      await written(data, NEW.slice(0, 10));
      return data;
    },
  },
  'of the data connection of an append': {
    run: async (client) => {
      await signedIn(client);
      const data = await client.data();
      await client.command('APPE file');
      await written(data, NEW.slice(0, 10));
      return data;
    },
  },
  'before the reply to an upload': {
    mayBeNew: true,
    run: async (client) => {
      await signedIn(client);
      const data = await storing(client);
      data.end(NEW);
      await once(data, 'finish');
    },
  },
  'after the reply to an upload': {
    mayBeNew: true,
    run: (client) => done(signedIn(client).then(() => client.upload('STOR fresh', NEW))),
  },
  'in a download': {
    run: async (client) => {
      await signedIn(client);
      const data = await client.data();
      await client.command('RETR file');
      return data;
    },
  },
  'in a listing': {
    run: async (client) => {
      await signedIn(client);
      const data = await client.data();
      client.send('MLSD\r\n');
      return data;
    },
  },
  'after RNFR': { run: (client) => done(signedIn(client).then(() => client.command('RNFR file'))) },
  'after QUIT': { run: (client) => signedIn(client).then(() => sending(client, 'QUIT\r\n')) },
  'in the handshake of a data connection': {
    secure: true,
    run: async (client) => {
      const data = await storing(client);
      await written(data, '\x16\x03\x01\x02\x00\x01');
      return data;
    },
  },
  'in the data of an upload over TLS': {
    secure: true,
    run: async (client) => {
      const data = await storing(client);
      const secure = connectTls({ socket: data, rejectUnauthorized: false });
      secure.on('error', () => undefined);
      await once(secure, 'secureConnect');
      await written(secure, NEW.slice(0, 10));
    },
  },
};

async function signedIn(client: RawClient): Promise<void> {
  expect(await client.signIn()).toMatch(/^230 /);
}

it('FTP: a reset leaves nothing behind, at any stage', async () => {
  const test = await startFtp();
  const first = await RawClient.signedIn(test);
  await first.upload('STOR file', OLD);
  first.reset();
  await eventually(() => expect(test.vfs.sessions()).toEqual([]));
  const before = openDescriptors(test.exchange);
  for (const [stage, { secure = false, mayBeNew = false, run }] of Object.entries(FTP)) {
    const client = secure ? await RawClient.signedIn(test, { tls: true }) : await RawClient.connect(test.port);
    const data = await run(client);
    data?.resetAndDestroy();
    if (data !== undefined) await client.reply().catch(() => undefined);
    client.reset();
    await leavesNothing(stage, test, test.home, before, mayBeNew);
  }
  expect(test.logged.filter((line) => line.startsWith('error'))).toEqual([]);
  expect(await (await RawClient.signedIn(test)).upload('STOR file', NEW)).toMatch(/^226 /);
}, 60_000);

/** Resolves when so many bytes have come from the server. */
async function received(socket: Socket, bytes: number): Promise<void> {
  while (socket.bytesRead < bytes) await once(socket, 'data');
}

const { READ, WRITE, CREAT, TRUNC } = OpenFlag;

/** An SFTP channel on this connection. */
type SftpStage = { readonly mayBeNew?: boolean; readonly run: (sftp: RawSftp, client: Ssh2.Client) => unknown };

const opened = (sftp: RawSftp, name = '/file', flags = WRITE | CREAT | TRUNC): Promise<Buffer> => sftp.open(name, flags);

const SFTP: Readonly<Record<string, SftpStage>> = {
  'with a channel': { run: () => undefined },
  'in the middle of a packet': { run: (sftp) => void sftp.channel.write(Buffer.from([0, 0, 0, 50, 3, 0])) },
  'before the answer to OPEN': { run: (sftp) => void sftp.request(PacketType.OPEN, '/file', WRITE | CREAT | TRUNC, 0) },
  'after OPEN': { run: (sftp) => opened(sftp) },
  'after OPEN of a new file': { run: (sftp) => opened(sftp, '/fresh') },
  'in the data of an upload': {
    run: async (sftp) => {
      const handle = await opened(sftp);
      await sftp.ask(PacketType.WRITE, handle, 0n, NEW.slice(0, 10));
      sftp.request(PacketType.WRITE, handle, 10n, NEW.slice(10, 12));
    },
  },
  'in the data of an append': {
    run: async (sftp) => {
      const handle = await opened(sftp, '/file', WRITE | OpenFlag.APPEND);
      await sftp.ask(PacketType.WRITE, handle, 0n, NEW.slice(0, 10));
    },
  },
  'in a WRITE': {
    run: async (sftp) => {
      const handle = await opened(sftp);
      sftp.channel.write(Buffer.concat([Buffer.from([0, 0, 1, 0, PacketType.WRITE, 0, 0, 0, 9]), handle]));
    },
  },
  'before CLOSE': {
    run: async (sftp) => {
      const handle = await opened(sftp);
      await sftp.ask(PacketType.WRITE, handle, 0n, NEW);
    },
  },
  'before the answer to CLOSE': {
    mayBeNew: true,
    run: async (sftp) => {
      const handle = await opened(sftp);
      await sftp.ask(PacketType.WRITE, handle, 0n, NEW);
      sftp.request(PacketType.CLOSE, handle);
    },
  },
  'after CLOSE': {
    mayBeNew: true,
    run: async (sftp) => {
      const handle = await opened(sftp, '/fresh');
      await sftp.ask(PacketType.WRITE, handle, 0n, NEW);
      await sftp.ask(PacketType.CLOSE, handle);
    },
  },
  'in a download': {
    run: async (sftp) => {
      const handle = await opened(sftp, '/file', READ);
      for (let count = 0; count < 100; count++) sftp.request(PacketType.READ, handle, 0n, 10);
    },
  },
  'in a listing': {
    run: async (sftp) => {
      const handle = (await sftp.ask(PacketType.OPENDIR, '/')).body.string();
      sftp.request(PacketType.READDIR, handle);
    },
  },
  'before the answer to a rename of an open upload': {
    run: async (sftp) => {
      const handle = await opened(sftp, '/other');
      await sftp.ask(PacketType.WRITE, handle, 0n, NEW);
      sftp.request(PacketType.EXTENDED, 'posix-rename@openssh.com', '/other', '/file');
    },
  },
  'in a channel that was closed': { run: (sftp) => sftp.channel.close() },
};

/** Bytes of the server after which its side of the first exchange of keys, and of the sign-in, breaks off. */
const FIRST_BYTES = [0, 1, 20, 25, 200, 600, 900, 1000, 1200, 1300, 1400, 1500];

it('SFTP: a reset leaves nothing behind, at any stage', async () => {
  const test = await startSftp();
  const home = test.home();
  const begin = (): { client: Ssh2.Client; socket: Socket; ready: Promise<unknown> } => {
    const socket = connectTcp(test.server.port, '127.0.0.1');
    const client = new Client();
    client.on('error', () => undefined);
    const ready = once(client, 'ready');
    ready.catch(() => undefined);
    client.connect({ sock: socket, username: 'user', password: SFTP_PASSWORD });
    return { client, socket, ready };
  };
  const first = begin();
  await first.ready;
  const { sftp } = await rawSftp(first.client);
  const handle = await opened(sftp);
  await sftp.ask(PacketType.WRITE, handle, 0n, OLD);
  await sftp.ask(PacketType.CLOSE, handle);
  first.socket.resetAndDestroy();
  await eventually(() => expect(test.vfs.sessions()).toEqual([]));
  const before = openDescriptors(test.exchange);
  for (const bytes of FIRST_BYTES) {
    const { socket, ready } = begin();
    await once(socket, 'connect');
    await Promise.race([received(socket, bytes), ready]);
    socket.resetAndDestroy();
    await leavesNothing(`after ${bytes} bytes`, test, home, before, false);
  }
  for (const [stage, { mayBeNew = false, run }] of Object.entries(SFTP)) {
    const { client, socket, ready } = begin();
    await ready;
    await run((await rawSftp(client)).sftp, client);
    socket.resetAndDestroy();
    await leavesNothing(stage, test, home, before, mayBeNew);
  }
  const again = begin();
  await again.ready;
  expect((await rawSftp(again.client)).version.type).toBe(PacketType.VERSION);
  again.client.end();
}, 60_000);
