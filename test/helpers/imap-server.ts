import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificates.ts';
import { freePort, listens, startDaemon } from './daemon.ts';
import { temporaryFolder } from './folders.ts';

export type MailFile = { readonly name: string; readonly content: string };

export type ImapServer = {
  readonly port: number;
  readonly tlsPort: number;
  /** Puts a mail into the inbox of `me`, as a delivery does. */
  deliver(mail: { from?: string; subject?: string; date?: Date; files: readonly MailFile[] }): void;
};

/** A real dovecot whose user `me` has the password `sesame-123`; with an introspection address also OAuth2. */
export async function startDovecot(introspection?: string): Promise<ImapServer> {
  const folder = temporaryFolder();
  const { pem } = await makeCertificate({ names: ['mail.example.com'] });
  writeFileSync(join(folder, 'cert.pem'), pem.certificate);
  writeFileSync(join(folder, 'key.pem'), pem.key, { mode: 0o600 });
  const inbox = join(folder, 'mail', 'me');
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(inbox, name), { recursive: true });
  mkdirSync(join(folder, 'run'));
  chmodSync(folder, 0o755);
  const [port, tlsPort] = [await freePort(), await freePort()];
  // As root it insists on the users of its package.
  const isRoot = process.getuid?.() === 0;
  const user = userInfo().username;
  if (introspection !== undefined) {
    writeFileSync(
      join(folder, 'oauth.conf'),
      `introspection_mode = auth\nintrospection_url = ${introspection}\nusername_attribute = username\n`,
    );
  }
  const config = `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain ${introspection === undefined ? '' : 'xoauth2 oauthbearer'}
mail_location = maildir:${folder}/mail/%u
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = ${isRoot ? 'dovecot' : user}
default_login_user = ${isRoot ? 'dovenull' : user}
default_internal_group = ${isRoot ? 'dovecot' : user}
${introspection === undefined ? '' : `passdb {\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = ${folder}/oauth.conf\n}`}
passdb {
  driver = static
  mechanisms = plain
  args = password=sesame-123
}
userdb {
  driver = static
  args = uid=${isRoot ? 'mail' : user} gid=${isRoot ? 'mail' : String(process.getgid?.())} home=${folder}/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
namespace inbox {
  inbox = yes
  mailbox Done {
    auto = create
  }
}
`;
  writeFileSync(join(folder, 'dovecot.conf'), config);
  // Nor does it open mails as root.
  const own = (): void => {
    if (isRoot) execFileSync('chown', ['-R', 'mail:mail', join(folder, 'mail')]);
  };
  own();
  await startDaemon('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], () => listens(port));
  let count = 0;
  return {
    port,
    tlsPort,
    deliver({ from = 'partner@example.com', subject = 'Files', date = new Date(), files }) {
      const parts = files.map(
        ({ name, content }) =>
          `--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(content).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`,
      );
      const mail = `From: <${from}>\r\nTo: <me@example.com>\r\nSubject: ${subject}\r\nDate: ${date.toUTCString()}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n${parts.join('')}--b--\r\n`;
      writeFileSync(join(inbox, 'new', `${date.getTime()}.${String(++count).padStart(3, '0')}.test`), mail);
      own();
    },
  };
}
