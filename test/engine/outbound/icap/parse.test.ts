import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { parseChunkSize, parseEncapsulated, parseHeaders, parseStatusLine, threatIn } from '../../../../engine/outbound/icap/parse.ts';
import { LineReader } from '../../../../engine/outbound/icap/reader.ts';

const outcome = <T>(work: () => T): T | string => {
  try {
    return work();
  } catch (error) {
    return (error as Error).message;
  }
};

test.each<[string, unknown]>([
  ['ICAP/1.0 200 OK', { protocol: 'ICAP', status: 200, reason: 'OK' }],
  ['ICAP/1.0 204 No Modifications Needed', { protocol: 'ICAP', status: 204, reason: 'No Modifications Needed' }],
  ['ICAP/1.0 100', { protocol: 'ICAP', status: 100, reason: '' }],
  ['HTTP/1.1 403 Forbidden', { protocol: 'HTTP', status: 403, reason: 'Forbidden' }],
  ['ICAP/1.0 20 OK', 'its answer is not ICAP'],
  ['icap/1.0 200 OK', 'its answer is not ICAP'],
  ['220 mail.example ESMTP', 'its answer is not ICAP'],
  ['', 'its answer is not ICAP'],
])('status line %j', (line, expected) => {
  expect(outcome(() => parseStatusLine(line))).toEqual(expected);
});

test.each<[string[], unknown]>([
  [['ISTag: "x"', 'X-A : b'], { istag: '"x"', 'x-a': 'b' }],
  [['X-A: one', '\ttwo', ' three'], { 'x-a': 'one two three' }],
  [['X-A: one', 'x-a: two'], { 'x-a': 'one, two' }],
  [['Empty:'], { empty: '' }],
  [['no colon'], 'its answer has a header that is none'],
  [[' continues nothing'], 'its answer has a header that is none'],
  [['bad name: x'], 'its answer has a header that is none'],
])('headers %j', (lines, expected) => {
  expect(outcome(() => Object.fromEntries(parseHeaders(lines)))).toEqual(expected);
});

const UNKNOWN = 'it does not say what its answer holds';

test.each<[string, unknown]>([
  ['null-body=0', [['null-body', null]]],
  [
    'res-hdr=0, res-body=213',
    [
      ['res-hdr', 213],
      ['res-body', null],
    ],
  ],
  [
    'req-hdr=0,res-hdr=100 , null-body=150',
    [
      ['req-hdr', 100],
      ['res-hdr', 50],
      ['null-body', null],
    ],
  ],
  ['', UNKNOWN],
  ['res-body=5', UNKNOWN],
  ['res-hdr=0', UNKNOWN],
  ['res-body=0, res-hdr=5', UNKNOWN],
  ['res-hdr=0, res-body=0', UNKNOWN],
  ['res-hdr=0, res-body=-4', UNKNOWN],
  ['res-hdr=0, res-body=99999999', UNKNOWN],
  ['other=0', UNKNOWN],
])('encapsulated %j', (value, expected) => {
  const found = outcome(() => parseEncapsulated(value));
  expect(typeof found === 'string' ? found : found.map(({ name, bytes }) => [name, bytes])).toEqual(expected);
});

test.each<[string, unknown]>([
  ['0', 0],
  ['1F4', 500],
  ['0; ieof', 0],
  ['5;x=y', 5],
  ['', expect.stringContaining('no number')],
  ['-1', expect.stringContaining('no number')],
  ['123456789', expect.stringContaining('no number')],
  ['g', expect.stringContaining('no number')],
])('chunk size %j', (line, expected) => {
  expect(outcome(() => parseChunkSize(line))).toEqual(expected);
});

test.each<[string[], string | null]>([
  [['X-Infection-Found: Type=0; Resolution=2; Threat=Eicar-Test;'], 'Eicar-Test'],
  [['X-Infection-Found: Type=0'], 'unknown'],
  [['X-Virus-ID: W32.Something'], 'W32.Something'],
  [['X-Virus-ID: none'], null],
  [['X-Violations-Found: 1'], 'unknown'],
  [['X-Violations-Found: 0'], null],
  [['X-Blocked: True'], 'blocked by policy'],
  [['ISTag: x'], null],
])('the threat in %j', (lines, expected) => {
  expect(threatIn(parseHeaders(lines))).toBe(expected);
});

const reader = (text: string, size: number): LineReader =>
  new LineReader(
    Readable.from(
      Array.from({ length: Math.ceil(text.length / size) }, (_, index) => Buffer.from(text.slice(index * size, (index + 1) * size))),
    ),
  );

test.each([1, 2, 3, 7, 1000])('lines, bytes and chunks are found whatever the pieces of %i bytes in which they come', async (size) => {
  const read = reader('ICAP/1.0 200 OK\r\nA: b\r\n\r\nHEAD5\r\nhello\r\n6; x\r\n world\r\n0\r\nTrailer: x\r\n\r\nrest', size);
  expect(await read.lines()).toEqual(['ICAP/1.0 200 OK', 'A: b']);
  expect((await read.bytes(4)).toString()).toBe('HEAD');
  const parts: Buffer[] = [];
  for await (const part of read.chunked()) parts.push(part);
  expect(Buffer.concat(parts).toString()).toBe('hello world');
  expect((await read.bytes(4)).toString()).toBe('rest');
  await expect(read.line()).rejects.toThrow('before its answer was complete');
});

test('chunks that lie about their length, and lines and headers without end, are refused', async () => {
  const drained = (text: string): Promise<void> => reader(text, 5).skipChunked();
  await expect(drained('5\r\nhello!\r\n0\r\n\r\n')).rejects.toThrow('longer than it says');
  await expect(drained('5\r\nhel')).rejects.toThrow('before its answer was complete');
  await expect(reader('x'.repeat(9000), 1000).line()).rejects.toThrow('a line without end');
  await expect(reader('a: b\r\n'.repeat(300), 1000).lines()).rejects.toThrow('too many headers');
});
