import { seededRandom } from '../../../helpers/random.ts';
import { type Line, LineReader, MAX_LINE_BYTES } from '../../../../engine/protocols/ftp/line-reader.ts';

/** Seeded hostile input for the line reader: the same seed gives the same bytes on every machine. */

/** What goes wrong when a reader is careless, and enough of the harmless to reach every state. */
const PIECES = [
  '\r\n',
  '\r\n',
  '\n',
  '\r',
  '\0',
  '\xff',
  '\xff\xf4',
  '\xff\xfd\x06',
  '\xff\xfa',
  '\xff\xf0',
  '\xf2',
  'ABOR',
  'STOR x',
  '\xc3\xa9',
  '\xc3',
  '\xed\xa0\x80',
  'x'.repeat(MAX_LINE_BYTES - 6),
  ' ',
  '"',
] as const;

/**
 * Feeds `rounds` inputs whole and in pieces. Throws an Error that names the seed and round when a promise of the reader is broken:
 * it never throws; it answers at least every line end outside telnet sequences and nothing else but an urgent ABOR; what it lets through
 * holds no line feed and no NUL and is not over-long; and the cut makes no difference.
 */
export function fuzzLineReader(seed: number, rounds: number): void {
  const random = seededRandom(seed);
  for (let round = 0; round < rounds; round++) {
    const bytes = input(random);
    const whole = new LineReader().push(bytes);
    const problem = problemOf(whole, bytes) ?? differenceOf(whole, bytes, random);
    if (problem !== null) throw new Error(`seed ${seed}, round ${round}: ${problem}: ${JSON.stringify(bytes.toString('latin1'))}`);
  }
}

function input(random: () => number): Buffer {
  let text = '';
  for (let count = Math.floor(random() * 30); count > 0; count--) {
    text += random() < 0.2 ? String.fromCharCode(Math.floor(random() * 256)) : (PIECES[Math.floor(random() * PIECES.length)] ?? '');
  }
  return Buffer.from(text, 'latin1');
}

function problemOf(lines: readonly Line[], bytes: Buffer): string | null {
  const ends = bytes.filter((byte) => byte === 0x0a).length;
  if (lines.length > ends + 1) return `${lines.length} answers to ${ends} line ends`;
  for (const line of lines) {
    if (line.kind === 'refused') continue;
    if (/[\n\0]|^$/.test(line.text)) return 'a line that cannot be obeyed was let through';
    if (Buffer.byteLength(line.text) > MAX_LINE_BYTES - 2) return 'an over-long line was let through';
  }
  return null;
}

/** The same bytes in pieces; `ABOR CR` at the end of a piece is taken as urgent, so inputs with ABOR may differ. */
function differenceOf(whole: readonly Line[], bytes: Buffer, random: () => number): string | null {
  if (bytes.includes('ABOR')) return null;
  const reader = new LineReader();
  const pieces: Line[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * (random() < 0.5 ? 3 : 2000));
    pieces.push(...reader.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return JSON.stringify(pieces) === JSON.stringify(whole) ? null : 'the cut made a difference';
}
