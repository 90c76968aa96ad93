import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { startFtp, type TestFtp } from './ftp-server.ts';

/** Real clients, each with upload, download, resume both ways, rename, delete, listing of odd names and many small files. */

const run = promisify(execFile);

/** A password without characters that a client's own syntax takes for something. */
const SECRET = 'secret';
const ODD = 'öd "d" & $(x) [1] %20.txt';

const content = Buffer.from(Array.from({ length: 700_001 }, (_, at) => (at * 13 + (at >> 9)) & 0xff));

function start(): Promise<TestFtp> {
  return startFtp({
    signIn: ({ username }, password) => Promise.resolve(username === 'partner' && password === SECRET ? accountOf() : null),
  });
}

let accountOf: () => ReturnType<TestFtp['account']>;

async function started(): Promise<{ test: TestFtp; folder: string }> {
  const test = await start();
  accountOf = () => test.account('partner');
  mkdirSync(test.home, { recursive: true });
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'local'), content);
  return { test, folder };
}

describe.each([
  ['clear text', []],
  ['TLS 1.2', ['--ssl-reqd', '--tls-max', '1.2']],
  ['TLS 1.3', ['--ssl-reqd', '--tlsv1.3']],
])('curl over %s', (_name, security) => {
  it('does its whole round', async () => {
    const { test, folder } = await started();
    const url = (path: string): string => `ftp://localhost:${test.port}/${encodeURIComponent(path)}`;
    const curl = async (...args: string[]): Promise<Buffer> =>
      (
        await run(
          'curl',
          ['-sS', '-4', '--max-time', '20', '--cacert', test.certificateFile, '-u', `partner:${SECRET}`, ...security, ...args],
          { encoding: 'buffer', maxBuffer: 1e8 },
        )
      ).stdout;
    await curl('-T', join(folder, 'local'), url(ODD));
    expect(readFileSync(join(test.home, ODD)).equals(content)).toBe(true);
    expect((await curl(url(ODD))).equals(content)).toBe(true);
    expect((await curl('-C', '700000', url(ODD))).equals(content.subarray(700_000))).toBe(true);
    expect((await curl('--list-only', url(''))).toString()).toBe(`${ODD}\n`);
    expect((await curl(url(''))).toString()).toMatch(/700001 [A-Z][a-z]{2} [ \d]\d /);
    expect((await curl('-I', url(ODD))).toString()).toMatch(/Content-Length: 700001/);
    writeFileSync(join(test.home, 'half'), content.subarray(0, 300_000));
    await curl('-C', '300000', '-T', join(folder, 'local'), url('half'));
    expect(readFileSync(join(test.home, 'half')).equals(content)).toBe(true);
    await curl('-a', '-T', join(folder, 'local'), url('half'));
    expect(readFileSync(join(test.home, 'half')).length).toBe(2 * content.length);
    await curl('-T', join(folder, 'local'), '--ftp-create-dirs', `ftp://localhost:${test.port}/a/b/c`);
    expect(readFileSync(join(test.home, 'a/b/c')).equals(content)).toBe(true);
    await curl('-Q', 'DELE half', '-Q', 'RNFR a', '-Q', 'RNTO b', url(''));
    expect(readdirSync(test.home).sort()).toEqual(['b', ODD].sort());
  });
});

describe.each([
  ['clear text', 'set ftp:ssl-allow no'],
  ['TLS', 'set ftp:ssl-force yes; set ftp:ssl-protect-data yes'],
])('lftp over %s', (_name, security) => {
  it('does its whole round', async () => {
    const { test, folder } = await started();
    const lftp = async (commands: string): Promise<string> => {
      const settings = `set cmd:fail-exit yes; set net:max-retries 1; set net:timeout 10; set ssl:ca-file ${test.certificateFile}; ${security}`;
      const { stdout } = await run(
        'timeout',
        ['60', 'lftp', '-c', `${settings}; open -u partner,${SECRET} ftp://localhost:${test.port}; ${commands}`],
        { cwd: folder },
      );
      return stdout;
    };
    const small = join(folder, 'small');
    mkdirSync(small);
    for (let at = 0; at < 100; at++) writeFileSync(join(small, `file ${at}`), content.subarray(at, at + 4096));
    await lftp('mirror -R small; mirror small back');
    for (const copy of [join(test.home, 'small'), join(folder, 'back')]) {
      expect(readdirSync(copy)).toHaveLength(100);
      for (let at = 0; at < 100; at++) expect(readFileSync(join(copy, `file ${at}`)).equals(content.subarray(at, at + 4096))).toBe(true);
    }
    writeFileSync(join(folder, 'empty'), '');
    await lftp('put empty; get empty -o nothing; rm empty');
    await lftp('put local -o up; get up -o down; pget -n 4 up -o parallel; mv up moved; mkdir -p x/y; rm -r small; ls');
    expect(readFileSync(join(test.home, 'moved')).equals(content)).toBe(true);
    expect(readFileSync(join(folder, 'down')).equals(content)).toBe(true);
    expect(readFileSync(join(folder, 'parallel')).equals(content)).toBe(true);
    writeFileSync(join(folder, 'part'), content.subarray(0, 123_456));
    writeFileSync(join(test.home, 'half'), content.subarray(0, 300_000));
    await lftp('get -c moved -o part; put -c local -o half');
    expect(readFileSync(join(folder, 'part')).equals(content)).toBe(true);
    expect(readFileSync(join(test.home, 'half')).equals(content)).toBe(true);
    writeFileSync(join(test.home, ODD), '');
    expect(await lftp('cls -1')).toContain(ODD);
    await lftp('rm half');
    expect(readdirSync(test.home).sort()).toEqual(['moved', ODD, 'x'].sort());
  });
});

describe.each([['clear text'], ['TLSv1_2'], ['TLSv1_3']])("Python's ftplib over %s", (version) => {
  it('does its whole round', async () => {
    const { test, folder } = await started();
    const script = join(folder, 'round.py');
    writeFileSync(script, FTPLIB);
    const { stdout } = await run(
      'timeout',
      ['60', '/usr/bin/python3', script, String(test.port), version, test.certificateFile, SECRET, ODD],
      { cwd: folder },
    );
    expect(stdout.trim().split('\n')).toEqual(['ok']);
    expect(readFileSync(join(test.home, ODD)).equals(content)).toBe(true);
  });
});

const FTPLIB = `
import ftplib, io, ssl, sys
port, version, certificate, secret, odd = int(sys.argv[1]), *sys.argv[2:]
def connect():
    if version == 'clear text':
        ftp = ftplib.FTP()
    else:
        context = ssl.create_default_context(cafile=certificate)
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
        ftp = ftplib.FTP_TLS(context=context)
    ftp.connect('localhost', port, timeout=15)
    ftp.login('partner', secret)
    if version != 'clear text': ftp.prot_p()
    return ftp
def get(ftp, name, rest=None):
    out = io.BytesIO()
    ftp.retrbinary('RETR ' + name, out.write, rest=rest)
    return out.getvalue()
def put(ftp, name, data, command='STOR', rest=None):
    assert ftp.storbinary(command + ' ' + name, io.BytesIO(data), rest=rest).startswith('226')
content = open('local', 'rb').read()
ftp = connect()
put(ftp, odd, content)
assert get(ftp, odd) == content
assert get(ftp, odd, 700000) == content[700000:]
put(ftp, 'half', content[:1000]); put(ftp, 'half', content[1000:], rest=1000)
assert get(ftp, 'half') == content
put(ftp, 'half', b'more', 'APPE'); assert get(ftp, 'half') == content + b'more'
ftp.voidcmd('TYPE I'); assert ftp.size('half') == len(content) + 4
assert sorted(ftp.nlst()) == sorted(['half', odd])
facts = dict(ftp.mlsd('', ['type', 'size']))
assert facts[odd] == {'type': 'file', 'size': str(len(content))}, facts
lines = []; ftp.dir(lines.append); assert len(lines) == 2
ftp.rename('half', 'other'); ftp.delete('other')
assert ftp.mkd('a "b" c') == '/a "b" c'
ftp.cwd('a "b" c'); assert ftp.pwd() == '/a "b" c'; ftp.cwd('..'); ftp.rmd('a "b" c')
for number in range(30): put(ftp, 'small', content[:number])
assert get(ftp, 'small') == content[:29]; ftp.delete('small')
if version == 'clear text':
    # ftplib sends all of ABOR as urgent data.
    data = ftp.transfercmd('RETR ' + odd)
    assert ftp.abort()[:3] in ('426', '226'), 'abort'
    data.close()
    while True:
        try:
            if ftp.getresp()[:3] == '226': break
        except ftplib.error_temp: pass
    assert ftp.voidcmd('NOOP')[:3] == '200'
ftp.quit()
for number in range(10): connect().quit()
print('ok')
`;
