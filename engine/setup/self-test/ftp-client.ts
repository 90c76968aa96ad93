import { Readable, Writable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Client, FTPError } from 'basic-ftp';
import { ANSWER_WITHIN_MS, type OpenTestClient, TestFailure, wordsOf } from './client.ts';

const NOT_LOGGED_IN = 530;

/** basic-ftp. `ownCertificate`: SHA-256 of our certificate (`AB:CD:…`), which AUTH TLS must show; null for plain FTP. */
export function ftpTestClient(ownCertificate: string | null): OpenTestClient {
  return async ({ host, port, username, password }, onProven) => {
    const client = new Client(ANSWER_WITHIN_MS);
    try {
      await client.connect(host, port).catch((error: unknown) => {
        throw new TestFailure('unreachable', wordsOf(error), error);
      });
      if (ownCertificate !== null) await secure(client, ownCertificate);
      onProven();
      await client.login(username, password).catch((error: unknown) => {
        if (error instanceof FTPError && error.code === NOT_LOGGED_IN) throw new TestFailure('refused', 'The sign-in was refused.', error);
        throw error;
      });
      await client.useDefaultSettings();
    } catch (error) {
      client.close();
      throw error instanceof TestFailure ? error : new TestFailure('broken', wordsOf(error), error);
    }
    return {
      list: async () => (await client.list()).map(({ name }) => name),
      put: async (name, content) => {
        await client.uploadFrom(Readable.from([content]), name);
      },
      get: async (name) => {
        const chunks: Buffer[] = [];
        const sink = new Writable({
          write(chunk: Buffer, _encoding, done) {
            chunks.push(chunk);
            done();
          },
        });
        await client.downloadTo(sink, name);
        return Buffer.concat(chunks);
      },
      remove: async (name) => {
        await client.remove(name);
      },
      end: async () => {
        // The server ends the session on QUIT; one that is gone already is no matter.
        await client.send('QUIT').catch(() => undefined);
        client.close();
      },
    };
  };
}

/** The certificate is compared itself: whether an authority signed it does not matter here. */
async function secure(client: Client, ownCertificate: string): Promise<void> {
  await client.useTLS({ rejectUnauthorized: false });
  const { socket } = client.ftp;
  const seen = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.fingerprint256 : undefined;
  if (seen !== ownCertificate) {
    throw new TestFailure('foreign', `Another FTP server answers here, with the certificate ${seen ?? 'none'}.`);
  }
}
