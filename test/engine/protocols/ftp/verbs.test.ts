import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { timeValue } from '../../../../engine/protocols/ftp/listing.ts';
import { REGISTRY } from '../../../../engine/protocols/ftp/registry.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { startFtp } from './ftp-server.ts';
import { RawClient } from './raw-client.ts';

/** One line of a table: what is sent, and a pattern for the whole reply. */
type Exchange = readonly [command: string, reply: RegExp];

async function play(client: RawClient, exchanges: readonly Exchange[]): Promise<void> {
  for (const [command, reply] of exchanges) expect(await client.command(command), command).toMatch(reply);
}

describe('before sign-in', () => {
  it('answers what needs no account and refuses the rest with 530', async () => {
    const test = await startFtp();
    const client = await RawClient.connect(test.port);
    await play(client, [
      ['NOOP', /^200 /],
      ['SYST', /^215 UNIX Type: L8$/],
      ['FEAT', /^211-[^]*\r\n211 End$/],
      ['OPTS UTF8 ON', /^200 /],
      ['CLNT test', /^200 /],
      ['HOST ftp.example.com', /^220 /],
      ['HOST [2001:db8::7]', /^220 /],
      ['HOST [2001:db8]', /^501 /],
      ['HOST a b', /^501 /],
      ['ACCT x', /^503 /],
      ['CCC', /^533 /],
      ['PASS x', /^503 /],
      ['PBSZ 0', /^503 /],
      ['PROT P', /^503 /],
      ['SITE HELP', /^530 /],
      ['NONSENSE', /^530 /],
    ]);
    for (const [name, verb] of REGISTRY) if (verb.login === 'required') expect(await client.code(`${name} x`), name).toBe(530);
  });

  it('takes the right password, says no more about a wrong one than about an unknown user', async () => {
    const test = await startFtp();
    const client = await RawClient.connect(test.port);
    await play(client, [['USER nobody', /^331 /]]);
    const unknown = await client.command('PASS x');
    await play(client, [['USER partner', /^331 /]]);
    expect(await client.command('PASS x')).toBe(unknown);
    expect(unknown).toMatch(/^530 /);
    await play(client, [['PASS x', /^503 /]]);
    expect(await client.signIn()).toMatch(/^230 /);
    await play(client, [['PASS again', /^503 /]]);
  });

  it('lets USER be repeated, before and after sign-in', async () => {
    const test = await startFtp();
    const client = await RawClient.connect(test.port);
    await play(client, [
      ['USER other', /^331 /],
      ['USER partner', /^331 /],
    ]);
    expect(await client.signIn()).toMatch(/^230 /);
    await play(client, [
      ['USER partner', /^331 /],
      ['PWD', /^530 /],
    ]);
    expect(await client.signIn()).toMatch(/^230 /);
    expect((await test.recorded('USER_LOGIN', 'USER_LOGOUT')).map((event) => event.type)).toEqual([
      'USER_LOGIN',
      'USER_LOGOUT',
      'USER_LOGIN',
    ]);
  });

  it('closes after too many wrong passwords and after the login grace', async () => {
    const test = await startFtp({ limits: { loginAttempts: 3, loginGraceMs: 600 } });
    const guesser = await RawClient.connect(test.port);
    for (const code of [530, 530, 421]) {
      await guesser.command('USER partner');
      expect(await guesser.code('PASS guess')).toBe(code);
    }
    await guesser.untilEnded();
    const silent = await RawClient.connect(test.port);
    await silent.command('USER partner');
    expect(await silent.reply()).toMatch(/^421 /);
    await silent.untilEnded();
  });

  it('says why an account may not come in now', async () => {
    const test = await startFtp({ account: { enabled: false } });
    const client = await RawClient.connect(test.port);
    expect(await client.signIn()).toMatch(/^5[35]0 .*switched off/);
  });

  it('closes idle sessions, and connections above the limit', async () => {
    const test = await startFtp({ limits: { idleMs: 300, connections: 1 } });
    const client = await RawClient.signedIn(test);
    const second = await RawClient.connect(test.port).catch((error: unknown) => error);
    if (second instanceof RawClient) await second.untilEnded();
    expect(await client.reply()).toMatch(/^421 /);
    await client.untilEnded();
    // The place is free again once the session of the closed connection is.
    const later = await eventually(() => RawClient.signedIn(test));
    expect(await later.code('NOOP')).toBe(200);
  });
});

describe('signed in', () => {
  it('answers every verb without its argument with 501, and unknown ones with 500 or 502', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    for (const [name, verb] of REGISTRY) if (verb.argument === 'required') expect(await client.command(name), name).toMatch(/^501 Write /);
    await play(client, [
      ['SMNT x', /^502 /],
      ['ADAT x', /^502 /],
      ['NONSENSE', /^500 /],
      ['', /^500 /],
    ]);
  });

  it('keeps parameters to what it offers', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await play(client, [
      ['TYPE I', /^200 /],
      ['TYPE a n', /^200 /],
      ['TYPE L 8', /^200 /],
      ['TYPE E', /^504 /],
      ['STRU F', /^200 /],
      ['STRU R', /^504 /],
      ['MODE S', /^200 /],
      ['MODE Z', /^504 /],
      ['ALLO 100', /^200 /],
      ['ALLO 100 R 80', /^200 /],
      ['ALLO x', /^501 /],
      ['REST 5', /^350 .*5/],
      ['REST -5', /^501 /],
      ['OPTS UTF8', /^200 /],
      ['OPTS UTF8 OFF', /^504 /],
      ['OPTS MLST Size;type;nonsense;', /^200 MLST OPTS type;size;$/],
      ['FEAT', /\r\n MLST type\*;size\*;modify;perm;unix\.mode;\r\n/],
      ['OPTS MLST', /^200 MLST OPTS$/],
      ['OPTS X', /^501 /],
      ['AUTH KERBEROS_V4', /^504 /],
      ['AUTH TLS', /^503 /],
      ['CCC', /^533 /],
      ['ACCT sales', /^202 /],
      ['HOST example.com', /^503 /],
      ['LANG', /^200 /],
      ['LANG en-GB', /^200 /],
      ['LANG fr', /^504 /],
      ['RANG 5', /^501 /],
      ['RANG 9 5', /^501 /],
      ['RANG 5 9', /^350 .*5 to 9/],
      ['RANG 1 0', /^350 /],
      ['EPSV 3', /^522 .*\(1\)/],
      ['PASV', /^227 .*\(127,0,0,1,\d+,\d+\)/],
      ['EPSV 1', /^229 .*\(\|\|\|\d+\|\)/],
      ['EPSV ALL', /^200 /],
      ['PASV', /^503 /],
      ['ABOR', /^225 /],
      ['REIN', /^220 /],
      ['PWD', /^530 /],
    ]);
  });

  it('tells of itself', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const features = await client.command('FEAT');
    for (const feature of [
      'AUTH TLS',
      'PBSZ',
      'PROT',
      'REST STREAM',
      'EPSV',
      'SIZE',
      'MDTM',
      'MLST type*;size*;modify*;perm*;unix.mode*;',
      'UTF8',
      'TVFS',
      'CLNT',
      'EPRT',
      'HOST',
      'LANG EN*',
      'MFMT',
      'AVBL',
      'RANG STREAM',
    ]) {
      expect(features).toContain(`\r\n ${feature}\r\n`);
    }
    const help = await client.command('HELP');
    for (const name of REGISTRY.keys()) expect(help).toMatch(new RegExp(`\\b${name}\\b`));
    await play(client, [
      ['HELP STOR', /^214 STOR <path>$/],
      ['HELP NONSENSE', /^502 /],
      ['HELP SITE', /^214-[^]*SITE CHMOD <octal mode> <path>\r\n[^]*214 End$/],
      ['STAT', /^211-Status:\r\n Signed in as partner from 127\.0\.0\.1\r\n[^]*No transfer under way\r\n211 End$/],
    ]);
  });

  it('walks and changes directories, keeping quotes and spaces', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await play(client, [
      ['PWD', /^257 "\/" /],
      ['MKD a "q"  -p b', /^257 "\/a ""q""  -p b" created\.$/],
      ['CWD a "q"  -p b', /^250 /],
      ['PWD', /^257 "\/a ""q""  -p b" /],
      ['XMKD in', /^257 "\/a ""q""  -p b\/in"/],
      ['XCWD in', /^250 /],
      ['XCUP', /^250 /],
      ['CDUP', /^250 /],
      ['CDUP', /^250 "\/"/],
      ['XPWD', /^257 "\/" /],
      ['RMD a "q"  -p b', /^550 /],
      ['XRMD a "q"  -p b/in', /^250 /],
      ['RMD a "q"  -p b', /^250 /],
      ['CWD nowhere', /^550 /],
      ['MKD a\rb', /^553 /],
      ['CWD ../../../..', /^250 "\/"/],
      ['MKD x', /^257 /],
      ['MKD x', /^550 /],
      ['DELE x', /^550 /],
    ]);
  });

  it('renames, deletes and tells sizes and times', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.upload('STOR a.bin', 'hello');
    await client.upload('STOR b.bin', 'other');
    // What this file system makes of a time that may be too late for it.
    utimesSync(join(test.home, 'a.bin'), 0, Date.UTC(9999, 11, 31, 23, 59, 59) / 1000);
    const latest = timeValue(statSync(join(test.home, 'a.bin')).mtimeMs);
    utimesSync(join(test.home, 'a.bin'), 0, Date.UTC(2026, 0, 2, 3, 4, 5) / 1000);
    await play(client, [
      ['SIZE a.bin', /^550 .*TYPE I/],
      ['TYPE I', /^200 /],
      ['SIZE a.bin', /^213 5$/],
      ['SIZE /', /^550 /],
      ['SIZE none', /^550 /],
      ['MDTM a.bin', /^213 20260102030405$/],
      ['MDTM /', /^550 /],
      ['RNTO c.bin', /^503 /],
      ['RNFR none', /^550 /],
      ['RNFR a.bin', /^350 /],
      ['NOOP', /^200 /],
      ['RNTO c.bin', /^503 /],
      ['RNFR a.bin', /^350 /],
      ['RNTO b.bin', /^250 /],
      ['RNTO b.bin', /^503 /],
      ['SIZE a.bin', /^550 /],
      ['MFMT 20250102030405 b.bin', /^213 Modify=20250102030405; b\.bin$/],
      ['MDTM b.bin', /^213 20250102030405$/],
      ['MFMT 20250102030405.5 b.bin', /^213 /],
      ['MFMT 20251302030405 b.bin', /^501 /],
      ['MFMT 20250231000000 b.bin', /^501 /],
      ['MFMT 19690101000000 b.bin', /^501 .*1970/],
      ['MFMT b.bin', /^501 /],
      ['MFMT 20250102030405 none', /^550 /],
      ['MFMT 99991231235959 b.bin', new RegExp(`^213 Modify=${latest}; b\\.bin$`)],
      ['MDTM b.bin', new RegExp(`^213 ${latest}$`)],
      ['AVBL', /^213 \d+$/],
      ['AVBL b.bin', /^550 /],
      ['DELE b.bin', /^250 /],
      ['DELE b.bin', /^550 /],
      ['QUIT', /^221 /],
    ]);
    await client.untilEnded();
  });

  it('tells checksums of files and of parts of them', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');
    await client.upload('STOR a b', '123456789');
    expect(await client.command('FEAT')).toContain('\r\n HASH SHA-256*;SHA-512;SHA-1;MD5\r\n');
    expect(await client.command('HASH a b')).toBe(`213 SHA-256 0-9 ${digest('sha256', '123456789')} a b`);
    await client.command('RANG 2 4');
    expect(await client.command('HASH a b')).toBe(`213 SHA-256 2-5 ${digest('sha256', '345')} a b`);
    await play(client, [
      ['OPTS HASH', /^200 SHA-256$/],
      ['OPTS HASH md5', /^200 MD5$/],
      ['OPTS HASH CRC', /^504 /],
      ['FEAT', /HASH SHA-256;SHA-512;SHA-1;MD5\*\r\n/],
      ['HASH a b', new RegExp(`^213 MD5 0-9 ${digest('md5', '123456789')} a b$`)],
      ['XCRC a b', /^250 CBF43926$/],
      ['XCRC "a b" 1', /^250 [0-9A-F]{8}$/],
      ['XMD5 "a b" 0 3', new RegExp(`^250 ${digest('md5', '123').toUpperCase()}$`)],
      ['XSHA a b', new RegExp(`^250 ${digest('sha1', '123456789').toUpperCase()}$`)],
      ['XSHA1 a b', /^250 /],
      ['XSHA256 a b', /^250 /],
      ['XSHA512 a b', /^250 /],
      ['XMD5 "a b" 3 1', /^501 /],
      ['SITE MD5 a b', new RegExp(`^200 ${digest('md5', '123456789')}$`)],
      ['SITE SHA256 a b', new RegExp(`^200 ${digest('sha256', '123456789')}$`)],
      ['SITE MD5', /^501 /],
      ['HASH none', /^550 /],
      ['XMD5 none', /^550 /],
      ['HASH /', /^550 /],
      ['RANG 10 12', /^350 /],
      ['HASH a b', /^554 /],
    ]);
  });

  it('lists in every form, with the same time in each', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.upload('STOR my "file" -l.txt', 'hello');
    await client.command('MKD dir');
    await client.upload('STOR dir/inner.txt', 'x');
    utimesSync(join(test.home, 'my "file" -l.txt'), 0, Date.UTC(2026, 10, 20, 23, 59, 58) / 1000);
    utimesSync(join(test.home, 'dir'), 0, Date.UTC(2020, 1, 3) / 1000);
    const list = (await client.download('LIST -la')).data.toString();
    expect(list.split('\r\n').sort()).toEqual([
      '',
      expect.stringMatching(/^-rw-r--r-- {3}1 ftp {6}ftp {17}5 Nov 20 23:59 my "file" -l\.txt$/),
      expect.stringMatching(/^drwxr-xr-x {3}1 ftp {6}ftp +\d+ Feb {2}3 {2}2020 dir$/),
    ]);
    const facts = (await client.download('MLSD')).data.toString();
    expect(facts).toContain('type=file;size=5;modify=20261120235958;perm=awdfr;unix.mode=0644; my "file" -l.txt\r\n');
    expect(facts).toContain('type=dir;modify=20200203000000;perm=dfcelmp;unix.mode=0755; dir\r\n');
    await play(client, [
      ['MDTM my "file" -l.txt', /^213 20261120235958$/],
      [
        'MLST my "file" -l.txt',
        /^250-Facts:\r\n type=file;size=5;modify=20261120235958;perm=awdfr;unix\.mode=0644; \/my "file" -l\.txt\r\n250 End$/,
      ],
      ['MLST none', /^550 /],
      ['STAT dir', /^213-Status:\r\n -rw.* inner\.txt\r\n213 End$/],
      ['OPTS MLST size;', /^200 /],
      ['MLST dir/inner.txt', /\r\n size=1; \/dir\/inner\.txt\r\n/],
    ]);
    const nlst = async (argument: string): Promise<string[]> =>
      (await client.download(`NLST${argument}`)).data.toString().split('\r\n').filter(Boolean).sort();
    expect(await nlst('')).toEqual(['dir', 'my "file" -l.txt']);
    expect(await nlst(' dir')).toEqual(['dir/inner.txt']);
    expect(await nlst(' dir/')).toEqual(['dir/inner.txt']);
    expect(await nlst(' dir/inner.txt')).toEqual(['dir/inner.txt']);
    expect(await nlst(' -a *.txt')).toEqual(['my "file" -l.txt']);
    expect(await nlst(' dir/in*')).toEqual(['dir/inner.txt']);
    expect(await nlst(' *.none')).toEqual([]);
    expect((await client.download('LIST none')).replies[0]).toMatch(/^550 /);
    expect((await client.download('MLSD dir/inner.txt')).replies[0]).toMatch(/^550 |^501 /);
    expect(await client.code('LIST')).toBe(425);
  });

  it('shows a name with a line end on one line, and never a host path', async () => {
    const test = await startFtp();
    mkdirSync(test.home, { recursive: true });
    writeFileSync(join(test.home, 'two\r\n226 lines'), '');
    const client = await RawClient.signedIn(test);
    for (const verb of ['LIST', 'NLST', 'MLSD']) {
      const { data } = await client.download(verb);
      expect(data.toString().match(/\r\n/g), verb).toHaveLength(1);
      expect(data.toString()).toContain('two??226 lines\r\n');
    }
    symlinkSync('/etc', join(test.home, 'etc'));
    for (const command of [
      'CWD none',
      'MKD none/x',
      'RMD none',
      'DELE none',
      'RNFR none',
      'CWD etc/ssl',
      'SIZE etc/passwd',
      'MDTM etc/passwd',
      'MLST etc/passwd',
      'CWD a\0',
      `CWD ${'x/'.repeat(2000)}`,
    ]) {
      const reply = await client.command(command);
      expect(reply, command).toMatch(/^5\d\d /);
      expect(reply, command).not.toMatch(new RegExp(`${test.exchange}|tmp|gatehouse-|ENOENT|openat`, 'i'));
    }
  });
});

describe('transfers', () => {
  it('sends and takes whole files, from an offset too', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
    expect(await client.upload('STOR big', content)).toMatch(/^226 /);
    expect((await client.download('RETR big')).data.equals(content)).toBe(true);
    await client.command('REST 2999990');
    expect((await client.download('RETR big')).data).toEqual(content.subarray(2_999_990));
    expect((await client.download('RETR big')).data.length).toBe(3_000_000);
    await client.command('REST 3000000');
    expect((await client.download('RETR big')).data.length).toBe(0);
    await client.command('REST 3000001');
    expect((await client.download('RETR big')).replies).toEqual([expect.stringMatching(/^554 /)]);
    expect((await client.download('RETR none')).replies).toEqual([expect.stringMatching(/^550 /)]);
    expect(await client.upload('STOR empty', '')).toMatch(/^226 /);
    expect((await client.download('RETR empty')).data.length).toBe(0);
    expect(await client.upload('STOR none/x', 'x')).toMatch(/^550 /);
  });

  it('sends what RANG names, once, and takes no upload with it', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    await client.upload('STOR file', '0123456789');
    for (const [range, content] of [
      ['2 5', '2345'],
      ['0 0', '0'],
      ['8 99', '89'],
      ['10 12', ''],
    ] as const) {
      expect(await client.code(`RANG ${range}`)).toBe(350);
      expect((await client.download('RETR file')).data.toString(), range).toBe(content);
    }
    expect((await client.download('RETR file')).data.toString()).toBe('0123456789');
    await client.command('RANG 2 5');
    expect(await client.upload('STOR file', 'x')).toMatch(/^551 /);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('0123456789');
    await client.command('RANG 11 12');
    expect((await client.download('RETR file')).replies).toEqual([expect.stringMatching(/^554 /)]);
  });

  it('finds a name for STOU where nothing is, and tells it', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const stou = async (line: string): Promise<string | undefined> => {
      const data = await client.data();
      const told = /^150 FILE: (.+)$/.exec(await client.command(line))?.[1];
      data.end(line);
      expect(await client.reply()).toMatch(/^226 /);
      return told;
    };
    expect(await stou('STOU')).toBe('upload');
    expect(await stou('STOU')).toBe('upload.1');
    await client.command('MKD report.txt');
    expect(await stou('STOU report.txt')).toBe('report.txt.1');
    expect(readFileSync(join(test.home, 'report.txt.1'), 'utf8')).toBe('STOU report.txt');
    // What broke off can be resumed under its name, so the name is taken.
    const broken = await client.data();
    await client.command('STOU broken');
    await new Promise((resolve) => broken.write('half', resolve));
    broken.resetAndDestroy();
    await client.reply();
    expect(await stou('STOU broken')).toBe('broken.1');
  });

  it('leaves line ends alone in both types', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const text = 'a\nb\r\nc\r';
    for (const type of ['A', 'I']) {
      await client.command(`TYPE ${type}`);
      await client.upload('STOR text', text);
      expect(readFileSync(join(test.home, 'text'), 'latin1')).toBe(text);
      expect((await client.download('RETR text')).data.toString()).toBe(text);
    }
  });

  it('needs a prepared data connection for each, and answers 425 when the client does not connect', async () => {
    const test = await startFtp({ limits: { dataConnectMs: 200 } });
    const client = await RawClient.signedIn(test);
    for (const command of ['RETR x', 'STOR x', 'APPE x', 'LIST', 'NLST', 'MLSD']) expect(await client.code(command), command).toBe(425);
    await client.passive();
    expect(await client.command('STOR x')).toMatch(/^150 /);
    expect(await client.reply()).toMatch(/^425 /);
    expect(await client.code('LIST')).toBe(425);
  });

  it('reports quota and permission in the reply and keeps the session', async () => {
    const test = await startFtp({ account: { quotaBytes: 1000, permissions: { '/': ['list', 'upload'] } } });
    const client = await RawClient.signedIn(test);
    expect(await client.upload('STOR big', Buffer.alloc(400_000))).toMatch(/^552 /);
    expect(await client.upload('STOR small', Buffer.alloc(400))).toMatch(/^226 /);
    expect(await client.upload('STOR small', Buffer.alloc(400))).toMatch(/^550 /);
    expect((await client.download('RETR small')).replies[0]).toMatch(/^550 /);
    expect((await client.download('MLSD')).data.toString()).toMatch(/;perm=;unix/);
    expect(await client.code('NOOP')).toBe(200);
  });

  it('takes what a rule says about a refused upload', async () => {
    const test = await startFtp({
      decide: ({ operation }) =>
        Promise.resolve(operation === 'upload' ? { allow: false, message: 'No uploads on Sundays.', reason: 'Sunday' } : { allow: true }),
    });
    const client = await RawClient.signedIn(test);
    expect(await client.upload('STOR x', 'x')).toBe('550 No uploads on Sundays.');
  });
});
