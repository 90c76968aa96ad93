/** One server-sent event (HTML standard, 9.2.6). */
export type ServerSentEvent = { readonly event: string; readonly data: string; readonly id: string | undefined };

/** Takes the stream's text piece by piece and answers with the events that became complete. */
export function createSseParser(): (chunk: string) => ServerSentEvent[] {
  let rest = '';
  let event = '';
  let data: string[] = [];
  let id: string | undefined;
  return (chunk) => {
    const text = rest + chunk;
    // A CR at the end may be the first half of a CR LF.
    const held = text.endsWith('\r') ? '\r' : '';
    const lines = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + held;
    const complete: ServerSentEvent[] = [];
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) complete.push({ event: event === '' ? 'message' : event, data: data.join('\n'), id });
        event = '';
        data = [];
        continue;
      }
      const [name, value] = splitField(line);
      if (name === 'event') event = value;
      else if (name === 'data') data.push(value);
      else if (name === 'id') id = value;
    }
    return complete;
  };
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon === -1) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}
