import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type FileServer, startSshd, startVsftpd } from '../../helpers/file-servers.ts';
import { startFileActions } from './file-action.ts';

const PEERS: readonly [string, () => Promise<FileServer>][] = [
  ['OpenSSH', startSshd],
  ['vsftpd', () => startVsftpd('ftp')],
  ['vsftpd with TLS', () => startVsftpd('ftps')],
  ['vsftpd with TLS from the first byte', () => startVsftpd('ftps-implicit')],
];

/** A file that only its owner could read there; the anonymous user of vsftpd is another one. */
function placeThere(peer: FileServer, name: string, content: string | Buffer): void {
  writeFileSync(join(peer.folder, name), content);
  chmodSync(join(peer.folder, name), 0o666);
}

test.each(PEERS)('push to another server: %s', async (_name, start) => {
  const [engine, peer] = [await startFileActions(), await start()];
  const big = Buffer.alloc(1_500_000, 'content');
  engine.place({ '/out/a ü.txt': 'first', '/out/b.txt': '', '/out/big.bin': big });
  const act = (files: { source: string; target: string }[], more: Record<string, unknown> = {}) =>
    engine.act('push', { ...peer.server, files, ...more });
  const all = await act([{ source: '/out/*', target: `${peer.root}/deep/er/` }]);
  expect(all).toMatchObject({ state: 'done', error: null });
  const there = (...path: string[]): string => join(peer.folder, ...path);
  expect(readdirSync(there('deep', 'er')).sort()).toEqual(['a ü.txt', 'b.txt', 'big.bin']);
  expect(readFileSync(there('deep', 'er', 'big.bin')).equals(big)).toBe(true);
  const sent = await engine.recorded('ASSET_EXPORT_TRANSPORT_COPY');
  expect(sent.map(({ path, bytes }) => [path, bytes])).toEqual([
    ['/out/a ü.txt', 5],
    ['/out/b.txt', 0],
    ['/out/big.bin', big.length],
  ]);
  expect(sent[0]?.info['target']).toMatch(/^(sftp|ftps?):\/\/[^@]+@127\.0\.0\.1:\d+\/.*deep\/er\/a ü\.txt$/);
  // What stands there: replaced, left, numbered, refused.
  engine.place({ '/out/a ü.txt': 'second' });
  const one = [{ source: '/out/a ü.txt', target: `${peer.root}/deep/er/a ü.txt` }];
  expect((await act(one, { conflict: 'skip' })).detail).toMatchObject({ done: [{ skipped: true }] });
  expect((await act(one, { conflict: 'fail' })).error).toContain('exists there already');
  expect(readFileSync(there('deep', 'er', 'a ü.txt'), 'utf8')).toBe('first');
  expect((await act(one, { conflict: 'number' })).state).toBe('done');
  expect(readFileSync(there('deep', 'er', 'a ü (2).txt'), 'utf8')).toBe('second');
  expect((await act(one, { conflict: 'replace', afterwards: 'delete' })).state).toBe('done');
  expect(readFileSync(there('deep', 'er', 'a ü.txt'), 'utf8')).toBe('second');
  expect(existsSync(engine.real('/out/a ü.txt'))).toBe(false);
  expect((await act([{ source: '/gone', target: '/x' }])).error).toContain('/gone is not there');
});

test.each(PEERS.slice(0, 3))('fetch from another server: %s', async (_name, start) => {
  const [engine, peer] = [await startFileActions(), await start()];
  const big = Buffer.alloc(1_500_000, 'content');
  for (const [name, content] of [
    ['a ü.csv', 'first'],
    ['b.csv', big],
    ['c.txt', 'other'],
  ] as const)
    placeThere(peer, name, content);
  mkdirSync(join(peer.folder, 'folder.csv'));
  utimesSync(join(peer.folder, 'a ü.csv'), 1_700_000_000, 1_700_000_000);
  const act = (source: string, more: Record<string, unknown> = {}) =>
    engine.act('fetch', { ...peer.server, sources: [{ source: `${peer.root}/${source}`, folder: '/in' }], ...more });
  expect(await act('*.csv')).toMatchObject({
    state: 'done',
    detail: { done: [{ target: '/in/a ü.csv', bytes: 5 }, { target: '/in/b.csv' }] },
  });
  expect(engine.read('/in/b.csv').equals(big)).toBe(true);
  expect(readdirSync(engine.real('/in')).sort()).toEqual(['a ü.csv', 'b.csv']);
  // The same again is left; changed content comes again.
  placeThere(peer, 'b.csv', 'changed');
  expect((await act('*.csv')).detail).toMatchObject({ done: [{ skipped: true }, { bytes: 7 }] });
  expect((await act('a ü.csv', { conflict: 'number', afterwards: 'move', moveTo: `${peer.root}/done/` })).error).toBeNull();
  expect(existsSync(engine.real('/in/a ü (2).csv'))).toBe(true);
  expect(readdirSync(join(peer.folder, 'done'))).toEqual(['a ü.csv']);
  expect((await act('b.csv', { conflict: 'replace', afterwards: 'delete' })).error).toBeNull();
  expect(existsSync(join(peer.folder, 'b.csv'))).toBe(false);
  expect((await act('b.csv')).error).toContain('is not there');
  expect((await act('*.none')).state).toBe('done');
  expect((await act('*.none', { failIfNone: true })).error).toContain('No file was there');
});

test('only the pinned host key or certificate is spoken to, and what is shown is told', async () => {
  const engine = await startFileActions();
  engine.place({ '/a': 'x' });
  for (const start of [startSshd, () => startVsftpd('ftps'), () => startVsftpd('ftps-implicit')]) {
    const peer = await start();
    const act = (fingerprint: string) =>
      engine.act('push', { ...peer.server, fingerprint, files: [{ source: '/a', target: `${peer.root}/` }] });
    const right = peer.server['fingerprint'] as string;
    const wrong = peer.server['protocol'] === 'sftp' ? `SHA256:${'A'.repeat(43)}` : 'AB:'.repeat(31) + 'AB';
    expect((await act(wrong)).error).toContain(right);
    const none = (await act('')).error;
    expect(none).toContain(peer.server['protocol'] === 'sftp' ? right : 'certificate');
    expect(readdirSync(peer.folder)).toEqual([]);
  }
});

/** A way to a server that breaks after so many bytes, once for each number. */
async function breakingWay(port: number, breaks: number[], direction: 'up' | 'down'): Promise<number> {
  const server = createServer((socket) => {
    const onward = connectTcp(port, '127.0.0.1');
    let left = breaks.shift() ?? Number.POSITIVE_INFINITY;
    const end = (): void => {
      socket.destroy();
      onward.destroy();
    };
    const count = (data: Buffer): void => {
      left -= data.length;
      if (left < 0) end();
    };
    const [from, to]: [Socket, Socket] = direction === 'up' ? [socket, onward] : [onward, socket];
    from.on('data', count);
    from.pipe(to);
    to.pipe(from);
    for (const each of [socket, onward]) each.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('a lost connection is gone on with where it stopped, in both directions', async () => {
  const [engine, peer] = [await startFileActions(), await startSshd()];
  const big = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7 + (index >> 8)) & 255));
  engine.place({ '/big.bin': big });
  const up = await breakingWay(peer.server.port, [1_000_000, 1_500_000], 'up');
  expect(await engine.act('push', { ...peer.server, port: up, files: [{ source: '/big.bin', target: `${peer.root}/` }] })).toMatchObject({
    state: 'done',
  });
  expect(readdirSync(peer.folder)).toEqual(['big.bin']);
  expect(readFileSync(join(peer.folder, 'big.bin')).equals(big)).toBe(true);
  const down = await breakingWay(peer.server.port, [1_000_000, 1_500_000], 'down');
  const fetch = { ...peer.server, port: down, sources: [{ source: `${peer.root}/big.bin`, folder: '/back' }] };
  expect(await engine.act('fetch', fetch)).toMatchObject({ state: 'done' });
  expect(engine.read('/back/big.bin').equals(big)).toBe(true);
  const never = await breakingWay(
    peer.server.port,
    Array.from({ length: 20 }, () => 5000),
    'down',
  );
  const failed = await engine.act('fetch', { ...fetch, port: never, conflict: 'replace' });
  expect(failed.error).toMatch(/closed the connection|was lost/);
  expect(statSync(engine.real('/back/big.bin')).size).toBe(big.length);
});

test('servers that are down, silent, garbage or not allowed, and what cannot be saved', async () => {
  const engine = await startFileActions();
  engine.place({ '/a': 'x' });
  const talk = async (word: string): Promise<number> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(word);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };
  for (const protocol of ['sftp', 'ftp', 'ftps', 'ftps-implicit']) {
    const config = { protocol, host: '127.0.0.1', port: 9, username: 'me', password: 'pass-word', timeoutSeconds: 1 };
    const act = (more: Record<string, unknown> = {}) =>
      engine.act('push', { ...config, ...more, files: [{ source: '/a', target: '/' }] }, { timeoutSeconds: 2 });
    expect((await act()).error).toContain('nothing listens there');
    expect((await act({ port: await talk('') })).error).toContain('took longer than 1 s');
    expect((await act({ port: await talk('HTTP/1.1 400 Bad\r\n\r\n'.repeat(100)) })).error).toMatch(
      /not speak|not answer like|cannot be used|refused|TLS|longer/,
    );
    expect((await act({ host: '169.254.169.254' })).error).toContain('not allowed');
    engine.settings.outbound.allowLoopback = false;
    expect((await act()).error).toContain('this machine itself');
    engine.settings.outbound.allowLoopback = true;
  }
  const cases: [Record<string, unknown>, string][] = [
    [{ host: 'sftp://a.example' }, 'host'],
    [{ host: '{{.Name}}' }, 'host'],
    [{ username: '' }, 'username'],
    [{ fingerprint: 'nonsense' }, 'fingerprint'],
    [{ protocol: 'ftps', fingerprint: `SHA256:${'A'.repeat(43)}` }, 'fingerprint'],
    [{ protocol: 'ftp', privateKey: 'x' }, 'privateKey'],
    [{ files: [] }, 'files'],
  ];
  for (const [more, field] of cases) {
    const config = { host: 'a.example', username: 'me', files: [{ source: '/a', target: '/' }], ...more };
    const rule = await engine.save({ triggers: ['upload'], steps: [{ action: 'push', config }] });
    expect(rule.problems.map((problem) => problem.field)).toEqual([`steps.0.config.${field}`]);
  }
});

test('a server cannot lead the data connection elsewhere, nor a name out of the folder', async () => {
  const engine = await startFileActions();
  const asked: string[] = [];
  const listing = await new Promise<number>((resolve) => {
    const data = createServer((socket) => socket.end('type=file;size=1; ../../evil\r\ntype=file;size=1; fine\r\n'));
    onTestFinished(() => void data.close());
    data.listen(0, '127.0.0.1', () => resolve((data.address() as AddressInfo).port));
  });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 hello\r\n');
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        asked.push(line);
        const verb = line.split(' ')[0] ?? '';
        if (verb === 'FEAT') socket.write('211-Features\r\n MLST\r\n211 End\r\n');
        else if (verb === 'EPSV') socket.write('500 unknown\r\n');
        // Names the metadata service; the port alone may be believed.
        else if (verb === 'PASV') socket.write(`227 Entering (169,254,169,254,${listing >> 8},${listing & 255})\r\n`);
        else if (verb === 'MLSD') socket.write('150 here\r\n', () => setTimeout(() => socket.write('226 done\r\n'), 20));
        else if (verb === 'RETR') socket.write('550 no\r\n');
        else socket.write('230 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const config = { protocol: 'ftp', host: '127.0.0.1', port: (server.address() as AddressInfo).port, username: 'me' };
  const step = await engine.act('fetch', { ...config, sources: [{ source: '/out/*', folder: '/in' }] });
  expect(asked.filter((line) => line.startsWith('RETR'))).toEqual(['RETR /out/fine']);
  expect(step.error).toContain('says of /out/fine');
});

test('what a schedule sends is told as scheduled', async () => {
  const [engine, peer] = [await startFileActions(), await startSshd()];
  engine.place({ '/a': 'x' });
  const rule = await engine.save({
    triggers: ['schedule'],
    schedule: { cron: ['* * * * *'] },
    steps: [{ action: 'push', config: { ...peer.server, files: [{ source: '/a', target: `${peer.root}/` }] } }],
  });
  engine.clock.advance(61_000);
  engine.rules.tick();
  expect(await engine.allRested()).toMatchObject([{ state: 'done', ruleId: rule.id }]);
  expect(await engine.recorded('ASSET_EXPORT_TRANSPORT_COPY_SCHEDULED')).toMatchObject([{ path: '/a', info: { rule_id: rule.id } }]);
});
