import { describe, expect, it } from 'vitest';
import { createSseParser } from '../../../renderer/rpc/sse.ts';

describe('the parser of server-sent events', () => {
  it('gives an event with name, data and id when its blank line has come', () => {
    const parse = createSseParser();
    expect(parse('id: 7\nevent: events\ndata: {"a":1}\n')).toEqual([]);
    expect(parse('\n')).toEqual([{ event: 'events', data: '{"a":1}', id: '7' }]);
  });

  it('puts together what was cut anywhere, and joins lines of data', () => {
    const text = 'event: runs\r\ndata: one\r\ndata: two\r\n\r\ndata: three\n\n';
    const parse = createSseParser();
    const events = Array.from(text).flatMap((character) => parse(character));
    expect(events.map(({ event, data }) => [event, data])).toEqual([
      ['runs', 'one\ntwo'],
      ['message', 'three'],
    ]);
  });

  it('takes no notice of comments, retry and fields that it does not know', () => {
    expect(createSseParser()(': still here\n\nretry: 2000\n\nx: y\n\n')).toEqual([]);
  });
});
