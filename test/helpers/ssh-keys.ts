import { sshUtils } from '../../engine/protocols/sftp/ssh2.ts';

/** A new Ed25519 key pair of a client, in OpenSSH's form. ssh2 writes about one in 400 so that nobody can read it: those are thrown away. */
export function clientKeys(): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = sshUtils.generateKeyPairSync('ed25519');
    if (!(sshUtils.parseKey(pair.private) instanceof Error)) return pair;
  }
}
