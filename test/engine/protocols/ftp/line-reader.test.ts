import { describe, expect, it } from 'vitest';
import { type Line, LineReader, MAX_LINE_BYTES } from '../../../../engine/protocols/ftp/line-reader.ts';
import { parseCommand, withoutListOptions } from '../../../../engine/protocols/ftp/command.ts';

const IAC = '\xff';
const short = (lines: Line[]): (string | number)[] => lines.map((line) => (line.kind === 'command' ? line.text : line.code));

/** What a reader makes of Latin-1 chunks, one byte per character. */
function read(...chunks: string[]): (string | number)[] {
  const reader = new LineReader();
  return short(chunks.flatMap((chunk) => reader.push(Buffer.from(chunk, 'latin1'))));
}

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

describe('the line reader', () => {
  it.each<[string, string[], (string | number)[]]>([
    ['whole lines', ['USER a\r\nPASS b\r\n'], ['USER a', 'PASS b']],
    ['a command cut anywhere', ['USER anon', 'ymous', '\r', '\nPA', 'SS x\r\n'], ['USER anonymous', 'PASS x']],
    ['nothing until the line end', ['USER a'], []],
    ['spaces and quotes kept', ['MKD  a "b"  \r\n'], ['MKD  a "b"  ']],
    ['UTF-8 cut inside a character', [utf8('MKD é').slice(0, -1), utf8('é').slice(1), '\r\n'], ['MKD é']],
    ['a byte order mark kept', [utf8('MKD \ufeffx\r\n')], ['MKD \ufeffx']],
    ['CR inside a name kept for the verb to refuse', ['MKD a\rb\r\n'], ['MKD a\rb']],
    ['a bare LF refused, and the rest of that line too', ['MKD a\nDELE b\r\nNOOP\r\n'], [500, 500, 'NOOP']],
    ['every bare LF answered', ['A\nB\nC\nNOOP\r\nNOOP\r\n'], [500, 500, 500, 500, 'NOOP']],
    ['empty lines refused', ['\r\n\r\n'], [500, 500]],
    ['NUL refused', ['MKD a\0b\r\n'], [501]],
    ['broken UTF-8 refused', ['MKD a\xe9b\r\n', 'NOOP\r\n'], [501, 'NOOP']],
    ['overlong UTF-8 refused', ['MKD \xc0\xaf\r\n'], [501]],
    ['surrogates refused', ['MKD \xed\xa0\x80\r\n'], [501]],
    ['the longest line', [`${'x'.repeat(MAX_LINE_BYTES - 2)}\r\n`], ['x'.repeat(MAX_LINE_BYTES - 2)]],
    ['one byte more refused, once', [`${'x'.repeat(MAX_LINE_BYTES - 1)}\r\nNOOP\r\n`], [500, 'NOOP']],
    ['five megabytes refused, once', ['x'.repeat(5_000_000), '\r\nNOOP\r\n'], [500, 'NOOP']],
    ['an over-long line with a bare LF', [`${'x'.repeat(9000)}\nDELE b\r\nNOOP\r\n`], [500, 500, 'NOOP']],
    ['Interrupt Process and Data Mark before ABOR', [`${IAC}\xf4${IAC}\xf2ABOR\r\n`], ['ABOR']],
    ['the Data Mark out of band', [`${IAC}\xf4${IAC}ABOR\r\n`], ['ABOR']],
    ['the second IAC out of band', [`${IAC}\xf4\xf2ABOR\r\n`], ['ABOR']],
    ['IAC cut from its command', [IAC, '\xf4', IAC, '\xf2', 'ABOR\r\n'], ['ABOR']],
    ['option negotiation stripped', [`${IAC}\xfd\x06NOOP\r\n`], ['NOOP']],
    ['subnegotiation stripped', [`${IAC}\xfa\x18 NOOP\r\n ${IAC}\xf0NOOP\r\n`], ['NOOP']],
    ['IAC IAC is no UTF-8', [`MKD ${IAC}${IAC}\r\n`], [501]],
    ['ABOR whose LF went out of band', ['ABOR\r', 'NOOP\r\n'], ['ABOR', 'NOOP']],
    ['ABOR whose LF only comes later', ['ABOR\r', '\nNOOP\r\n'], ['ABOR', 'NOOP']],
    ['lower-case abor', ['abor\r'], ['ABOR']],
    ['no ABOR after a bare LF', ['x\nABOR\r', '\n'], [500, 500]],
    ['a four-byte character at the start of a name', [utf8('MKD 😀\r\n')], ['MKD 😀']],
  ])('reads %s', (_name, chunks, expected) => {
    expect(read(...chunks)).toEqual(expected);
  });
});

describe('a command', () => {
  it.each([
    ['noop', 'NOOP', ''],
    ['USER a b', 'USER', 'a b'],
    ['MKD  a ', 'MKD', ' a '],
    ['PASS "x" -p y', 'PASS', '"x" -p y'],
    [' LIST', '', 'LIST'],
  ])('%j is %s', (line, verb, argument) => {
    expect(parseCommand(line)).toEqual({ verb, argument });
  });

  it.each([
    ['', ''],
    ['-la', ''],
    ['-la dir', 'dir'],
    ['-a -l my dir', 'my dir'],
    ['dir -la', 'dir -la'],
    ['./-la', './-la'],
    ['--help', '--help'],
  ])('LIST %j lists %j', (argument, path) => {
    expect(withoutListOptions(argument)).toBe(path);
  });
});
