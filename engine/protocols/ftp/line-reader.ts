/**
 * Turns the bytes of a control connection into command lines (RFC 959 §5.3, RFC 2640 §2.2): the only place that sees raw input.
 * A line is obeyed whole or refused whole, however TCP cuts it up.
 */

/** Bytes of one command line with its CR LF; more is answered once and swallowed to its end. */
export const MAX_LINE_BYTES = 4096;

export type Line =
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'refused'; readonly code: 500 | 501; readonly reason: string };

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;
const IAC = 0xff;
/** Lowest of the telnet command bytes (SE); SB starts a subnegotiation, WILL to DONT take one option byte (RFC 854). */
const TELNET_FIRST = 0xf0;
const SB = 0xfa;
const SE = 0xf0;
const WILL = 0xfb;
const DONT = 0xfe;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type Telnet = 'text' | 'iac' | 'option' | 'subnegotiation' | 'subnegotiation-iac';

/** One per connection and per security layer: what was read before AUTH is thrown away with its reader. */
export class LineReader {
  readonly #buffer = Buffer.allocUnsafe(MAX_LINE_BYTES);
  #used = 0;
  #telnet: Telnet = 'text';
  #overLong = false;
  /** The line began after a bare LF: it may be the tail of a name with a newline in it, so it is not obeyed either. */
  #afterBareLf = false;
  #skipLf = false;

  /** The lines that `chunk` completes, in order. Never throws; keeps at most MAX_LINE_BYTES. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    for (const byte of chunk) {
      if (!this.#isText(byte)) continue;
      if (this.#skipLf) {
        this.#skipLf = false;
        if (byte === LF) continue;
      }
      if (byte === LF) lines.push(this.#endLine());
      else this.#append(byte);
    }
    if (this.#isUrgentAbort()) {
      lines.push({ kind: 'command', text: 'ABOR' });
      this.#used = 0;
      this.#skipLf = true;
    }
    return lines;
  }

  /** Strips telnet sequences. 0xFF never occurs in UTF-8, so no name is touched. */
  #isText(byte: number): boolean {
    switch (this.#telnet) {
      case 'text':
        if (byte === IAC) {
          this.#telnet = 'iac';
          return false;
        }
        // A Data Mark whose IAC went out of band stands alone before ABOR; no verb starts with such a byte.
        return !(this.#used === 0 && byte >= TELNET_FIRST);
      case 'iac':
        if (byte === SB) this.#telnet = 'subnegotiation';
        else if (byte >= WILL && byte <= DONT) this.#telnet = 'option';
        else this.#telnet = 'text';
        // The byte after an IAC whose partner went out of band belongs to the command; IAC IAC is a literal 0xFF and fails as UTF-8.
        return byte < TELNET_FIRST || byte === IAC;
      case 'option':
        this.#telnet = 'text';
        return false;
      case 'subnegotiation':
        if (byte === IAC) this.#telnet = 'subnegotiation-iac';
        return false;
      case 'subnegotiation-iac':
        this.#telnet = byte === SE ? 'text' : 'subnegotiation';
        return false;
    }
  }

  #append(byte: number): void {
    if (this.#used === MAX_LINE_BYTES - 1) {
      this.#overLong = true;
      // Only whether the line ends in CR still matters.
      this.#buffer[this.#used - 1] = byte;
    } else this.#buffer[this.#used++] = byte;
  }

  #endLine(): Line {
    const crlf = this.#used > 0 && this.#buffer[this.#used - 1] === CR;
    const line = this.#buffer.subarray(0, crlf ? this.#used - 1 : this.#used);
    const overLong = this.#overLong;
    const afterBareLf = this.#afterBareLf;
    this.#used = 0;
    this.#overLong = false;
    this.#afterBareLf = !crlf;
    if (overLong) return refused(500, `The command line is longer than ${MAX_LINE_BYTES} bytes.`);
    if (!crlf || afterBareLf) return refused(500, 'A command ends with CR LF; a line feed alone is not accepted.');
    if (line.includes(NUL)) return refused(501, 'A command cannot hold a NUL byte.');
    try {
      const text = utf8.decode(line);
      return text === '' ? refused(500, 'An empty line is not a command.') : { kind: 'command', text };
    } catch {
      return refused(501, 'The command is not valid UTF-8. Set the client to UTF-8 names.');
    }
  }

  /**
   * Some clients (Python's ftplib) send all of `ABOR CR LF` as urgent data; the kernel takes the last byte, the LF, out of the stream,
   * so `ABOR CR` at the end of a chunk is a whole command. A LF that does follow is skipped.
   */
  #isUrgentAbort(): boolean {
    if (this.#used !== 5 || this.#overLong || this.#afterBareLf) return false;
    return this.#buffer.toString('latin1', 0, 5).toUpperCase() === 'ABOR\r';
  }
}

function refused(code: 500 | 501, reason: string): Line {
  return { kind: 'refused', code, reason };
}
