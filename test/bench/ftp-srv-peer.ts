import { readFileSync } from 'node:fs';
import ftpSrv from 'ftp-srv';

/** ftp-srv as a process of its own, for the benchmark: `node ftp-srv-peer.ts FOLDER PORT PASSIVE-FROM PASSIVE-TO KEY CERTIFICATE`. */
const [root = '', port = '', from = '', to = '', key = '', certificate = ''] = process.argv.slice(2);
const server = new ftpSrv.FtpSrv({
  url: `ftp://127.0.0.1:${port}`,
  pasv_url: '127.0.0.1',
  pasv_min: Number(from),
  pasv_max: Number(to),
  tls: { key: readFileSync(key), cert: readFileSync(certificate) },
  anonymous: true,
});
server.on('login', (_login, resolve) => resolve({ root }));
await server.listen();
