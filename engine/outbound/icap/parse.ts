/** The text forms of ICAP (RFC 3507) as pure functions. All throw IcapSyntaxError for what the protocol does not know. */

export class IcapSyntaxError extends Error {}

export type StatusLine = { readonly protocol: 'ICAP' | 'HTTP'; readonly status: number; readonly reason: string };

/** Names are in lower case; a name that comes twice has its values joined by a comma. */
export type Headers = ReadonlyMap<string, string>;

/** One section of an encapsulated message, in order. `bytes` is null for a body, which is chunked and ends itself. */
export type Section = {
  readonly name: 'req-hdr' | 'res-hdr' | 'req-body' | 'res-body' | 'opt-body' | 'null-body';
  readonly bytes: number | null;
};

const SECTIONS: ReadonlySet<string> = new Set(['req-hdr', 'res-hdr', 'req-body', 'res-body', 'opt-body', 'null-body']);
const MAX_HEADERS_BYTES = 65_536;

/** Such as `ICAP/1.0 204 No Content`. */
export function parseStatusLine(line: string): StatusLine {
  const found = /^(ICAP|HTTP)\/\d\.\d (\d{3})(?: (.*))?$/.exec(line);
  if (found === null) throw new IcapSyntaxError('its answer is not ICAP');
  return { protocol: found[1] === 'ICAP' ? 'ICAP' : 'HTTP', status: Number(found[2]), reason: found[3] ?? '' };
}

/** Header lines without their line ends; a line that begins with white space continues the one before. */
export function parseHeaders(lines: readonly string[]): Headers {
  const headers = new Map<string, string>();
  let last: string | undefined;
  for (const line of lines) {
    if (/^[ \t]/.test(line) && last !== undefined) {
      headers.set(last, `${headers.get(last) ?? ''} ${line.trim()}`);
      continue;
    }
    const found = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*:(.*)$/.exec(line);
    if (found === null) throw new IcapSyntaxError('its answer has a header that is none');
    last = (found[1] ?? '').toLowerCase();
    const before = headers.get(last);
    const value = (found[2] ?? '').trim();
    headers.set(last, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

/** The `Encapsulated` header, such as `res-hdr=0, res-body=213`, as the sections that follow. */
export function parseEncapsulated(value: string): Section[] {
  const entries = value.split(',').map((entry) => {
    const found = /^\s*([a-z-]+)\s*=\s*(\d{1,9})\s*$/.exec(entry);
    if (found === null || !SECTIONS.has(found[1] ?? '')) throw new IcapSyntaxError('it does not say what its answer holds');
    return { name: found[1] as Section['name'], offset: Number(found[2]) };
  });
  return entries.map(({ name, offset }, index) => {
    const next = entries[index + 1];
    const isBody = name.endsWith('-body');
    if ((index === 0 && offset !== 0) || isBody !== (next === undefined))
      throw new IcapSyntaxError('it does not say what its answer holds');
    if (next === undefined) return { name, bytes: null };
    const bytes = next.offset - offset;
    if (bytes <= 0 || bytes > MAX_HEADERS_BYTES) throw new IcapSyntaxError('it does not say what its answer holds');
    return { name, bytes };
  });
}

/** The size in a chunk's first line, such as `1f4` or `0; ieof`. */
export function parseChunkSize(line: string): number {
  const found = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line);
  if (found === null) throw new IcapSyntaxError('the length of a part of its answer is no number');
  return parseInt(found[1] ?? '', 16);
}

/**
 * What a virus scanner calls what it found: of `X-Infection-Found: Type=0; Resolution=2; Threat=Eicar;`, `X-Virus-ID`,
 * `X-Violations-Found` and `X-Blocked`, which are what the products in use send. Null where none of them says anything.
 */
export function threatIn(headers: Headers): string | null {
  const infection = headers.get('x-infection-found');
  if (infection !== undefined) return /threat\s*=\s*([^;]+)/i.exec(infection)?.[1]?.trim() ?? 'unknown';
  const id = headers.get('x-virus-id') ?? headers.get('x-virus-name');
  if (id !== undefined && !/^(none|no threats?)?$/i.test(id)) return id;
  const violations = headers.get('x-violations-found');
  if (violations !== undefined && !/^0?$/.test(violations)) return 'unknown';
  return /^(true|yes|1)$/i.test(headers.get('x-blocked') ?? '') ? 'blocked by policy' : null;
}
