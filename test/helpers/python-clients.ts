import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Target } from './clients.ts';
import { temporaryFolder } from './folders.ts';
import { type Finished, run } from './run.ts';

/** Clients that are Python libraries, as partners' scripts use them. */

/** A Python client: `operations` is the body of a function per operation, with `local` and `remote` (or `path`, `source`, `target`) set. */
function python(
  name: string,
  target: Target,
  connect: string,
  operations: Record<'put' | 'get' | 'resumePut' | 'resumeGet' | 'rename' | 'remove' | 'mkdir' | 'rmdir' | 'list', string>,
): Client {
  const folder = temporaryFolder();
  const file = join(folder, 'client.py');
  const bodies = Object.entries(operations).map(([operation, body]) => `def ${operation}(c, a, b):\n${body.replaceAll(/^/gm, '    ')}`);
  writeFileSync(
    file,
    `import sys, os\n${connect}\n${bodies.join('\n')}\nc = connect(int(sys.argv[1]), sys.argv[2], sys.argv[3])\nglobals()[sys.argv[4]](c, sys.argv[5], sys.argv[6] if len(sys.argv) > 6 else None)\n`,
  );
  const call = (operation: string, ...args: string[]): Promise<Finished> =>
    run('/usr/bin/python3', [file, String(target.port), target.username, target.password, operation, ...args], {
      timeoutMs: target.timeoutMs,
      signal: target.signal,
    });
  return {
    name,
    put: (local, remote) => call('put', local, remote),
    get: (remote, local) => call('get', remote, local),
    resumePut: (local, remote) => call('resumePut', local, remote),
    resumeGet: (remote, local) => call('resumeGet', remote, local),
    manage: {
      rename: (from, to) => call('rename', from, to),
      remove: (path) => call('remove', path),
      mkdir: (path) => call('mkdir', path),
      rmdir: (path) => call('rmdir', path),
    },
    list: (path) => call('list', path),
  };
}

export function paramiko(target: Target): Client {
  return python(
    'paramiko',
    target,
    `import paramiko
def connect(port, username, password):
    ssh = paramiko.SSHClient()
    ssh.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    ssh.connect('127.0.0.1', port, username, password, allow_agent=False, look_for_keys=False)
    c = ssh.open_sftp()
    c.keep = ssh
    return c`,
    {
      put: 'c.put(a, b)',
      get: 'c.get(a, b)',
      resumePut:
        "size = c.stat(b).st_size\nwith open(a, 'rb') as f, c.open(b, 'r+') as r:\n    f.seek(size)\n    r.seek(size)\n    r.write(f.read())",
      resumeGet: "with c.open(a, 'rb') as r, open(b, 'ab') as f:\n    r.seek(f.tell())\n    f.write(r.read())",
      rename: 'c.rename(a, b)',
      remove: 'c.remove(a)',
      mkdir: 'c.mkdir(a)',
      rmdir: 'c.rmdir(a)',
      list: 'print("\\n".join(e.longname for e in c.listdir_attr(a)))',
    },
  );
}

export function ftplib(tls: '1.2' | '1.3' | null, target: Target): Client {
  const connect =
    tls === null
      ? "c = ftplib.FTP(); c.encoding = 'utf-8'; c.connect('127.0.0.1', port, 10); c.login(username, password)"
      : `x = ssl.create_default_context(); x.check_hostname = False; x.verify_mode = ssl.CERT_NONE
    x.minimum_version = x.maximum_version = ssl.TLSVersion.TLSv${tls.replace('.', '_')}
    c = ftplib.FTP_TLS(context=x); c.encoding = 'utf-8'; c.connect('127.0.0.1', port, 10); c.login(username, password); c.prot_p()`;
  return python(
    `ftplib${tls === null ? '' : ` TLS ${tls}`}`,
    target,
    `import ftplib, ssl\ndef connect(port, username, password):\n    ${connect}\n    return c`,
    {
      put: "with open(a, 'rb') as f:\n    c.storbinary('STOR ' + b, f)",
      get: "with open(b, 'wb') as f:\n    c.retrbinary('RETR ' + a, f.write)",
      resumePut:
        "c.voidcmd('TYPE I')\nsize = c.size(b)\nwith open(a, 'rb') as f:\n    f.seek(size)\n    c.storbinary('STOR ' + b, f, rest=size)",
      resumeGet: "with open(b, 'ab') as f:\n    c.retrbinary('RETR ' + a, f.write, rest=f.tell())",
      rename: 'c.rename(a, b)',
      remove: 'c.delete(a)',
      mkdir: 'c.mkd(a)',
      rmdir: 'c.rmd(a)',
      list: 'print("\\n".join(name for name, facts in c.mlsd(a)))',
    },
  );
}

export function asyncssh(target: Target): Client {
  return python(
    'asyncssh',
    target,
    `import asyncio, warnings
warnings.simplefilter('ignore')
import asyncssh
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
async def wait(x): return await x
def do(x): return loop.run_until_complete(wait(x))
def connect(port, username, password):
    ssh = do(asyncssh.connect('127.0.0.1', port, username=username, password=password, known_hosts=None, client_keys=None))
    c = do(ssh.start_sftp_client())
    c.keep = ssh
    return c
def read(path, at):
    with open(path, 'rb') as f:
        f.seek(at)
        return f.read()
async def add(c, path, at, content):
    async with c.open(path, 'r+b') as r: await r.write(content, at)
async def tail(c, path, at):
    async with c.open(path, 'rb') as r: return await r.read(-1, at)`,
    {
      put: 'do(c.put(a, b))',
      get: 'do(c.get(a, b))',
      resumePut: 'size = do(c.stat(b)).size\ndo(add(c, b, size, read(a, size)))',
      resumeGet: "with open(b, 'ab') as f:\n    f.write(do(tail(c, a, f.tell())))",
      rename: 'do(c.rename(a, b))',
      remove: 'do(c.remove(a))',
      mkdir: 'do(c.mkdir(a))',
      rmdir: 'do(c.rmdir(a))',
      list: 'print("\\n".join(do(c.listdir(a))))',
    },
  );
}
