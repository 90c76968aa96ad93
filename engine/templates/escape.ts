import { isPrintable } from './quote.ts';
import { REPLACEMENT, toBytes } from './text.ts';

const HTML: ReadonlyMap<string, string> = new Map([
  ['\0', REPLACEMENT],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** Go's HTMLEscapeString: safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => HTML.get(char) ?? char);
}

const JS: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['"', '\\"'],
]);

/** Go's JSEscapeString: safe inside a JavaScript string literal. */
export function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=]|[\0-\x1f]|[^\0-\x7f]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    // A lone surrogate stands for a raw byte, which Go passes through.
    if (code >= 0x80 && (isPrintable(code) || (code >= 0xdc00 && code <= 0xdfff))) return char;
    return JS.get(char) ?? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

const percent = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

function percentEncode(text: string, safe: RegExp): string {
  let encoded = '';
  for (const byte of toBytes(text)) {
    const char = String.fromCharCode(byte);
    encoded += byte < 0x80 && safe.test(char) ? char : percent(byte);
  }
  return encoded;
}

/** Go's url.QueryEscape: a space becomes `+`. */
export function escapeQuery(text: string): string {
  return percentEncode(text, /[A-Za-z0-9\-_.~ ]/).replaceAll(' ', '+');
}

/** Go's url.PathEscape: one path segment, so `/` is escaped. */
export function escapePathSegment(text: string): string {
  return percentEncode(text, /[A-Za-z0-9\-_.~$&+:=@]/);
}
