import { promisify } from 'node:util';
import type { SFTPWrapper } from 'ssh2';
import { keyFingerprints } from '../../protocols/host-keys.ts';
import { SshClient } from '../../protocols/sftp/ssh2.ts';
import { ANSWER_WITHIN_MS, type OpenTestClient, type TestClient, TestFailure, wordsOf } from './client.ts';

/** ssh2's own client. `ownKeys`: SHA-256 fingerprints of our host keys, as OpenSSH shows them. */
export function sftpTestClient(ownKeys: readonly string[]): OpenTestClient {
  return ({ host, port, username, password }, onProven) =>
    new Promise((resolve, reject) => {
      const client = new SshClient();
      let stage: 'connecting' | 'signing in' | 'signed in' = 'connecting';
      let seenKey = '';
      const closed = new Promise<void>((done) => client.once('close', () => done()));
      const fail = (error: TestFailure): void => {
        client.destroy();
        reject(error);
      };
      client.on('error', (error) => {
        if (seenKey !== '' && !ownKeys.includes(seenKey))
          fail(new TestFailure('foreign', `Another SSH server answers here, with the host key ${seenKey}.`, error));
        else if (error.level === 'client-authentication') fail(new TestFailure('refused', 'The sign-in was refused.', error));
        else fail(new TestFailure(stage === 'connecting' && seenKey === '' ? 'unreachable' : 'broken', wordsOf(error), error));
      });
      // A server that hangs up says nothing: without this the promise would stay open.
      client.once('close', () => reject(new TestFailure(stage === 'connecting' ? 'unreachable' : 'broken', 'the server hung up')));
      client.once('handshake', () => {
        stage = 'signing in';
        onProven();
      });
      client.once('ready', () => {
        stage = 'signed in';
        client.sftp((error, sftp) => {
          if (error === undefined) resolve(overSftp(sftp, end));
          else fail(new TestFailure('broken', wordsOf(error), error));
        });
      });
      async function end(): Promise<void> {
        client.end();
        const late = setTimeout(() => client.destroy(), ANSWER_WITHIN_MS);
        await closed;
        clearTimeout(late);
      }
      client.connect({
        host,
        port,
        username,
        password,
        readyTimeout: ANSWER_WITHIN_MS,
        hostVerifier: (key: Buffer) => {
          seenKey = keyFingerprints(key).sha256;
          return ownKeys.includes(seenKey);
        },
      });
    });
}

function overSftp(sftp: SFTPWrapper, end: () => Promise<void>): TestClient {
  const readdir = promisify(sftp.readdir.bind(sftp));
  const writeFile = promisify<string, Buffer>(sftp.writeFile.bind(sftp));
  const readFile = promisify<string, Buffer>(sftp.readFile.bind(sftp));
  const unlink = promisify(sftp.unlink.bind(sftp));
  return {
    list: async () => (await readdir('/')).map(({ filename }) => filename),
    put: (name, content) => writeFile(`/${name}`, content),
    get: (name) => readFile(`/${name}`),
    remove: (name) => unlink(`/${name}`),
    end,
  };
}
