import { readFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EICAR, startIcap } from '../../helpers/icap-server.ts';
import { startFileActions } from './file-action.ts';

const at = (port: number, more: Record<string, unknown> = {}) => ({ host: '127.0.0.1', port, service: 'virus_scan', ...more });

test('scan over ICAP: clean files pass, infected ones are moved, deleted or kept, as upload and as download', async () => {
  const engine = await startFileActions();
  const { port } = await startIcap();
  for (const method of ['RESPMOD', 'REQMOD']) {
    engine.place({
      '/in/clean ü.txt': 'nothing here',
      '/in/empty.txt': '',
      '/in/big.bin': Buffer.alloc(3 * 1024 * 1024, 'abc'),
      '/in/bad.txt': EICAR,
    });
    const clean = await engine.act('icap', at(port, { method, paths: ['/in/clean ü.txt', '/in/empty.txt', '/in/big.bin'] }));
    expect(clean).toMatchObject({ state: 'done', error: null });
    expect((clean.detail?.['files'] as { verdict: string }[]).map(({ verdict }) => verdict)).toEqual(['clean', 'clean', 'clean']);
    const kept = await engine.act('icap', at(port, { method, paths: ['/in/bad.txt'], onInfected: 'keep' }));
    expect(kept).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/^A threat was found in \/in\/bad.txt \(Eicar-Of-Ours.*\), kept\.$/) as string,
      detail: { files: [{ verdict: 'infected', done: 'kept' }] },
    });
    const moved = await engine.act('icap', at(port, { method, paths: ['/in'] }));
    expect(moved).toMatchObject({ state: 'failed' });
    expect(moved.error).toContain('moved to /quarantine/bad');
    expect((moved.detail?.['files'] as { verdict: string }[]).map(({ verdict }) => verdict).sort()).toEqual([
      'clean',
      'clean',
      'clean',
      'infected',
    ]);
  }
  expect(engine.read('/quarantine/bad.txt').toString()).toBe(EICAR);
  expect(engine.read('/quarantine/bad (2).txt').toString()).toBe(EICAR);
  engine.store.tables.folders.insert({ name: 'vault', description: '', path: 'vault', remote: null, quotaBytes: 0, quotaFiles: 0 }, 0);
  engine.place({ '/in/worse.txt': EICAR });
  const away = await engine.act('icap', at(port, { paths: ['/in/worse.txt'], targetFolder: 'vault' }));
  expect(away.error).toContain('moved to /quarantine/worse.txt');
  expect(readFileSync(join(engine.exchange, 'vault', 'quarantine', 'worse.txt'), 'utf8')).toBe(EICAR);
  engine.place({ '/late.bin': Buffer.concat([Buffer.alloc(5 * 1024 * 1024, 'x'), Buffer.from(EICAR)]) });
  const deleted = await engine.act('icap', at(port, { paths: ['/late.bin'], onInfected: 'delete' }));
  expect(deleted.error).toMatch(/deleted\.$/);
  expect(() => engine.read('/late.bin')).toThrow();
});

test('a service that gives every file back unchanged, one that is not there, a server without ICAP', async () => {
  const engine = await startFileActions();
  const { port } = await startIcap();
  engine.place({ '/a.bin': Buffer.alloc(1_000_000, 'content') });
  const echo = await engine.act('icap', at(port, { service: 'echo', paths: ['/a.bin'], method: 'REQMOD', onChanged: 'delete' }));
  expect(echo).toMatchObject({ state: 'done', detail: { files: [{ verdict: 'clean' }] } });
  const gone = await engine.act('icap', at(port, { service: 'no_such', paths: ['/a.bin'] }));
  expect(gone.error).toContain('answers with status 404');
  const pass = await engine.act('icap', at(port, { service: 'no_such', paths: ['/a.bin'], whenUnavailable: 'pass' }));
  expect(pass).toMatchObject({
    state: 'done',
    detail: { files: [{ verdict: 'not scanned', reason: expect.stringContaining('404') as string }] },
  });
  expect((await engine.act('icap', at(9, { paths: ['/a.bin'] }))).error).toContain('nothing listens there');
  expect((await engine.act('icap', at(port, { paths: ['/gone.bin'], whenUnavailable: 'pass' }))).error).toContain('Nothing is there');
  engine.settings.outbound.allowLoopback = false;
  expect((await engine.act('icap', at(port, { paths: ['/a.bin'], whenUnavailable: 'pass' }))).error).toContain('this machine itself');
});

const OPTIONS = 'ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nPreview: 4\r\nAllow: 204\r\nEncapsulated: null-body=0\r\n\r\n';
const CHANGED = 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n';
const answerWith = (body: string): string =>
  `ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=${CHANGED.length}\r\n\r\n${CHANGED}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

/** A server that answers what it is told to: first to the question for its options, then to the file. */
async function scripted(options: string, file: string | null, afterwards: 'wait' | 'close' = 'close'): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    let asked = false;
    socket.on('data', () => {
      if (!asked) socket.write(options);
      else if (file !== null)
        socket.write(file, () => {
          if (afterwards === 'close') socket.end();
        });
      if (asked && file === null && afterwards === 'close') socket.destroy();
      asked = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('a changed content is kept out, taken over, or moves or deletes the file', async () => {
  const engine = await startFileActions();
  const port = await scripted(OPTIONS, answerWith('cleaned'));
  const act = async (onChanged: string): Promise<unknown> => {
    engine.place({ '/a.txt': 'the original' });
    const { state, detail } = await engine.act('icap', at(port, { paths: ['/a.txt'], onChanged }));
    return [state, (detail?.['files'] as { done: string }[])[0]?.done];
  };
  expect(await act('keep')).toEqual(['done', 'kept']);
  expect(engine.read('/a.txt').toString()).toBe('the original');
  expect(await act('replace')).toEqual(['done', 'replaced']);
  expect(engine.read('/a.txt').toString()).toBe('cleaned');
  expect(await act('quarantine')).toEqual(['done', 'moved']);
  expect(engine.read('/quarantine/a.txt').toString()).toBe('the original');
  expect(await act('delete')).toEqual(['done', 'deleted']);
});

test('a peer that hangs, closes, talks nonsense or never ends gives a failed action, or a pass where the rule says so', async () => {
  const engine = await startFileActions();
  engine.place({ '/a.txt': 'the original content' });
  const cases: [string, string | null, 'wait' | 'close', string][] = [
    ['', '', 'wait', 'gave no verdict within 1 s'],
    [OPTIONS, null, 'close', 'closed the connection'],
    ['SSH-2.0-OpenSSH_9.2\r\n', null, 'wait', 'its answer is not ICAP'],
    ['HTTP/1.1 400 Bad Request\r\n\r\n', null, 'wait', 'speaks HTTP instead of ICAP'],
    ['x'.repeat(100_000), null, 'wait', 'a line without end'],
    [OPTIONS.replace('RESPMOD', 'REQMOD'), null, 'wait', 'knows only REQMOD'],
    [OPTIONS, 'ICAP/1.0 500 Internal\r\n\r\n', 'close', 'answers with status 500 (Internal)'],
    [OPTIONS, 'ICAP/1.0 200 OK\r\nEncapsulated: res-body=5\r\n\r\n', 'close', 'does not say what its answer holds'],
    [OPTIONS, answerWith('cleaned').replace('\r\n7\r\n', '\r\nzz\r\n'), 'close', 'is no number'],
    [OPTIONS, 'ICAP/1.0 100 Continue\r\n\r\n', 'wait', 'answers with status 100'],
  ];
  for (const [options, file, afterwards, words] of cases) {
    const port = await scripted(options, file, afterwards);
    const failed = await engine.act('icap', at(port, { paths: ['/a.txt'], timeoutSeconds: 1 }));
    expect([failed.state, failed.error]).toEqual(['failed', expect.stringContaining(words) as string]);
  }
  const port = await scripted('nonsense\r\n', null, 'wait');
  expect(await engine.act('icap', at(port, { paths: ['/a.txt'], whenUnavailable: 'pass' }))).toMatchObject({ state: 'done' });
  expect(engine.read('/a.txt').toString()).toBe('the original content');
});
