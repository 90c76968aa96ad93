import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSshd } from '../../helpers/file-servers.ts';
import { eachFileAction } from './places-table.ts';
import { fill, paths, read, startPlaces } from './places.ts';

const pair = (source: string, target: string) => ({ pairs: [{ source, target }] });

test('every file action reads and writes on another server too; what arrives there is in the log', async () => {
  const [engine, peer] = [await startPlaces(), await startSshd()];
  const [here, far] = [engine.share('here'), engine.connect('far', peer)];
  await eachFileAction(engine, engine.tree, far);
  const sent = await engine.recorded('ASSET_EXPORT_TRANSPORT_COPY');
  expect(sent.find(({ path }) => path === '/out/in/sub/c.txt')).toMatchObject({
    _user: null,
    bytes: 5,
    info: { folder: 'far', target: expect.stringMatching(/^sftp:.*\/out\/in\/sub\/c\.txt$/) as string },
  });
  // What is large goes in pieces, both ways, whole.
  const big = Buffer.alloc(3_000_001, 'content');
  fill(far, {});
  engine.place({ '/big.bin': big });
  expect((await engine.act('rename', { targetFolder: 'far', ...pair('/big.bin', '/big.bin') })).error).toBeNull();
  expect((await engine.act('copy', { sourceFolder: 'far', targetFolder: 'here', ...pair('/big.bin', '/big.bin') })).error).toBeNull();
  expect(Buffer.from(read(here, 'big.bin')).equals(big)).toBe(true);
  // Conflicts, additions, and a file that was only meant to be new.
  expect((await engine.act('write-file', { targetFolder: 'far', path: '/log.txt', text: 'one' })).error).toBeNull();
  expect((await engine.act('write-file', { targetFolder: 'far', path: '/log.txt', text: ' two', whenExists: 'append' })).error).toBeNull();
  expect((await engine.act('write-file', { targetFolder: 'far', path: '/log.txt', text: 'x', whenExists: 'fail' })).state).toBe('failed');
  expect((await engine.act('write-file', { targetFolder: 'far', path: '/log.txt', text: 'x', whenExists: 'number' })).error).toBeNull();
  expect(paths(far)).toEqual(['big.bin', 'log (2).txt', 'log.txt']);
  expect(read(far, 'log.txt')).toBe('one two');
});

test('push takes files out of a shared folder and fetch brings them into one, be it of this machine or of another server', async () => {
  const [engine, peer] = [await startPlaces(), await startSshd()];
  mkdirSync(join(peer.folder, 'store'));
  const far = engine.connect('far', peer, { path: `${peer.root}/store`, root: join(peer.folder, 'store') });
  for (const place of [engine.share('here'), far]) {
    const { folder } = place;
    fill(place, { 'out/a.csv': `of ${folder}`, 'out/b.txt': 'other' });
    const sending = {
      sourceFolder: folder,
      files: [{ source: '/out/*.csv', target: `${peer.root}/got/${folder}/` }],
      afterwards: 'delete',
    };
    expect(await engine.act('push', { ...peer.server, ...sending })).toMatchObject({ state: 'done', error: null });
    expect(readFileSync(join(peer.folder, 'got', folder, 'a.csv'), 'utf8')).toBe(`of ${folder}`);
    const fetching = { targetFolder: folder, sources: [{ source: `${peer.root}/got/${folder}/*`, folder: '/in' }] };
    expect(await engine.act('fetch', { ...peer.server, ...fetching })).toMatchObject({ detail: { done: [{ target: '/in/a.csv' }] } });
    expect((await engine.act('fetch', { ...peer.server, ...fetching })).detail).toMatchObject({ done: [{ skipped: true }] });
    expect([paths(place), read(place, 'in/a.csv')]).toEqual([['in/', 'in/a.csv', 'out/', 'out/b.txt'], `of ${folder}`]);
  }
  const sent = await engine.recorded('ASSET_EXPORT_TRANSPORT_COPY');
  const target = expect.stringMatching(/^sftp:.*\/got\/here\/a\.csv$/) as string;
  expect(sent[0]).toMatchObject({ path: '/out/a.csv', _user: null, bytes: 7, info: { folder: 'here', target } });
  // Its quota and its border hold, and nothing goes to the user's tree.
  const small = engine.share('small', { quotaBytes: 3 });
  const fetched = await engine.act('fetch', {
    ...peer.server,
    targetFolder: 'small',
    sources: [{ source: `${peer.root}/got/here/a.csv`, folder: '/' }],
  });
  expect(fetched.error).toContain('The storage of this shared folder is full');
  symlinkSync(peer.folder, join(small.root, 'way'));
  for (const source of ['/way/got/here/a.csv', '/../here/out/b.txt']) {
    const files = [{ source, target: `${peer.root}/stolen` }];
    expect((await engine.act('push', { ...peer.server, sourceFolder: 'small', files })).state, source).toBe('failed');
  }
  expect([paths(engine.tree), engine.used('small').bytes, existsSync(join(peer.folder, 'stolen'))]).toEqual([[], 0, false]);
});

test('no path or link leads out of the folder on the other server, and it cannot be moved into itself', async () => {
  const [engine, peer] = [await startPlaces(), await startSshd()];
  const inner = join(peer.folder, 'inner');
  mkdirSync(inner);
  const outer = engine.connect('outer', peer);
  const far = engine.connect('far', peer, { path: `${peer.root}/inner`, root: inner });
  fill(far, { 'a.txt': 'a', 'dir/b.txt': 'b' });
  writeFileSync(join(peer.folder, 'secret.txt'), 'secret');
  symlinkSync(peer.folder, join(inner, 'way'));
  symlinkSync(join(peer.folder, 'secret.txt'), join(inner, 'link.txt'));
  engine.place({ '/new.txt': 'new' });
  for (const path of ['/../secret.txt', '/way/secret.txt', '/link.txt', '/dir/../../secret.txt']) {
    const fetched = await engine.act('rename', { sourceFolder: 'far', targetFolder: 'outer', ...pair(path, '/got.txt') });
    expect(fetched.state, path).toBe('failed');
  }
  for (const path of ['/way/new.txt', '/link.txt']) {
    const written = await engine.act('copy', { targetFolder: 'far', ...pair('/new.txt', path) });
    expect(written.error, path).toContain('links are not followed');
  }
  const inward = await engine.act('rename', { sourceFolder: 'outer', targetFolder: 'far', ...pair('/inner/dir', '/dir/x') });
  expect(inward.error).toContain('moved into itself');
  // Of links the deletion takes the links.
  expect((await engine.act('delete', { sourceFolder: 'far', paths: ['/'], recursive: true })).error).toBeNull();
  expect(paths(far)).toEqual([]);
  expect(paths(outer).filter((path) => !path.startsWith('inner/'))).toEqual(['secret.txt']);
  expect(read(outer, 'secret.txt')).toBe('secret');
});

test('a server that is away, another one than expected, silent, or talks nonsense: said in words, and nothing half is left', async () => {
  const [engine, peer] = [await startPlaces(), await startSshd()];
  engine.place({ '/a.txt': 'a' });
  const open = new Set<Socket>();
  const strange = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.write('220 hello, this is no SSH at all\r\n'.repeat(50));
    socket.end();
  });
  const silent = createServer((socket) => void open.add(socket.on('error', () => undefined)));
  for (const server of [strange, silent]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of open) socket.destroy();
      server.close();
    });
  }
  const portOf = (server: typeof strange): number => (server.address() as AddressInfo).port;
  const at = (port: number, more: Record<string, unknown> = {}) => ({ ...peer, server: { ...peer.server, port, ...more } });
  engine.connect('other-key', at(peer.server.port, { fingerprint: `SHA256:${'A'.repeat(43)}` }));
  engine.connect('nobody', at(peer.server.port, { username: 'nobody-here' }));
  engine.connect('missing', peer, { path: `${peer.root}/none` });
  engine.connect('strange', at(portOf(strange)));
  engine.connect('silent', at(portOf(silent)));
  engine.connect('away', at(1));
  for (const [folder, words] of [
    ['other-key', 'shows another host key than the expected one'],
    ['nobody', 'did not accept user name and password or key'],
    ['missing', 'There is no folder'],
    ['strange', /does not speak SSH|closed the connection/],
    ['away', 'cannot be reached'],
  ] as const) {
    const { state, error } = await engine.act('copy', { targetFolder: folder, ...pair('/a.txt', '/a.txt') });
    expect(state, folder).toBe('failed');
    expect(error).toMatch(words);
  }
  const late = await engine.act('copy', { targetFolder: 'silent', ...pair('/a.txt', '/a.txt') }, { timeoutSeconds: 1 });
  expect(late.error).toContain('took longer than 1 s');
  expect(readdirSync(peer.folder)).toEqual([]);
});

test('what cannot be kept of files there is said when the rule is saved', async () => {
  const [engine, peer] = [await startPlaces(), await startSshd()];
  engine.connect('far', peer);
  const rule = await engine.save({
    triggers: ['on-demand'],
    steps: [{ action: 'set-metadata', config: { sourceFolder: 'far', path: '/a', entries: [{ key: 'k', value: 'v' }] } }],
  });
  expect(rule.problems).toEqual([
    {
      field: 'steps.0.config.sourceFolder',
      message: 'The shared folder far is on another server. Choose one of this machine.',
    },
  ]);
});
