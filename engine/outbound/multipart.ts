import { randomUUID } from 'node:crypto';
import type { StreamedBody } from './http.ts';

/** One part of a form: a text, or a file under its name. The content type is one line. */
export type FormPart = {
  readonly name: string;
  readonly filename: string | null;
  readonly contentType: string;
  readonly content: StreamedBody;
};

/** The parts as one multipart/form-data body (RFC 7578), streamed, with its length known beforehand. */
export function multipartForm(parts: readonly FormPart[]): { readonly contentType: string; readonly body: StreamedBody } {
  const boundary = `gatehouse-${randomUUID()}`;
  const pieces = parts.map((part) => ({ head: Buffer.from(headOf(part, boundary)), content: part.content }));
  const end = Buffer.from(`--${boundary}--\r\n`);
  const length = pieces.reduce((sum, { head, content }) => sum + head.length + content.length + 2, end.length);
  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    for (const { head, content } of pieces) {
      yield head;
      yield* content.open();
      yield Buffer.from('\r\n');
    }
    yield end;
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: { length, open: bytes } };
}

/** A text that is in memory anyway. */
export function textContent(text: string): StreamedBody {
  return bytesContent(Buffer.from(text));
}

/** Bytes that are in memory anyway. */
export function bytesContent(bytes: Uint8Array): StreamedBody {
  return {
    length: bytes.length,
    async *open() {
      if (bytes.length > 0) yield await Promise.resolve(bytes);
    },
  };
}

function headOf({ name, filename, contentType }: FormPart, boundary: string): string {
  const disposition = `form-data; name="${quoted(name)}"${filename === null ? '' : `; filename="${quoted(filename)}"`}`;
  return `--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${contentType}\r\n\r\n`;
}

/** As browsers do (HTML, multipart form data): what would end the name is percent-encoded. */
function quoted(text: string): string {
  return text.replace(/[\r\n"]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
