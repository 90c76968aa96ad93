import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { PushMessage } from '../contract/push.ts';
import { eventSentence, isEventType } from '../events/catalog.ts';
import { call, openStream } from './client.ts';
import { type Command, type Io, parseCommandLine, printable, usage, wholeNumber } from './command.ts';
import { readSse } from './sse.ts';
import { findTarget, TARGET_HELP, TARGET_OPTIONS, type Target } from './target.ts';

const DEFAULT_LIMIT = '25';
const LARGEST_LIMIT = 1_000_000;
const PAGE = 1000;
const RECONNECT_AFTER_MS = 2000;

/** `gatehouse events`: the log, and what happens from now on. */
export const eventsCommand: Command = {
  name: 'events',
  summary: 'print the event log, and follow it',
  jsonErrors: 'with --json',
  help: `Usage: gatehouse events [--follow] [--type T] [--limit N] [--json] [options]

Prints the newest events of a running engine, oldest first.

Options:
  --follow            go on with what happens; comes back after a lost connection
                      or a restart of the engine without missing an event
  --type T            only events of this type (docs/events.md); may be repeated
  --limit N           at most so many past events (default ${DEFAULT_LIMIT}; 0 only with --follow)
  --json              one JSON object per line; errors as a line of JSON too
${TARGET_HELP}
`,
  async run(args, io) {
    const { values } = parseCommandLine(args, {
      ...TARGET_OPTIONS,
      follow: { type: 'boolean', default: false },
      type: { type: 'string', multiple: true, default: [] },
      limit: { type: 'string', default: DEFAULT_LIMIT },
      json: { type: 'boolean', default: false },
    });
    const limit = wholeNumber('limit', values.limit, { min: values.follow ? 0 : 1, max: LARGEST_LIMIT });
    const unknown = values.type.find((type) => !isEventType(type));
    if (unknown !== undefined) throw usage(`There is no event type "${unknown}"; docs/events.md lists them`);
    const print = (event: StoredEvent): void => void io.out.write(values.json ? `${JSON.stringify(event)}\n` : `${line(event)}\n`);
    const target = (): Target => findTarget(values, io.env);

    const { events, newestId } = await newest(target(), values.type, limit);
    for (const event of events) print(event);
    if (values.follow) await follow(target, newestId, (event) => values.type.length === 0 || values.type.includes(event.type), print, io);
    return 0;
  },
};

/** The newest events, oldest first, and the id of the newest of all when the search began. */
async function newest(target: Target, types: string[], limit: number): Promise<{ events: StoredEvent[]; newestId: number }> {
  const filter = types.length === 0 ? {} : { type: types };
  let page = await call(target, 'events.search', { ...filter, limit: Math.max(1, Math.min(limit, PAGE)) });
  const { newestId } = page;
  const found = page.events.slice(0, limit);
  while (found.length < limit && page.cursor !== null) {
    page = await call(target, 'events.search', { ...filter, limit: Math.min(limit - found.length, PAGE), before: page.cursor });
    found.push(...page.events);
  }
  return { events: found.reverse(), newestId };
}

/** Never resolves by itself; rejects when the engine refuses for a reason that waiting does not mend. */
async function follow(
  target: () => Target,
  after: number,
  wanted: (event: StoredEvent) => boolean,
  print: (event: StoredEvent) => void,
  io: Io,
): Promise<void> {
  let last = after;
  let isLost = false;
  for (;;) {
    try {
      const stream = await openStream(target(), last);
      if (isLost) io.err.write('gatehouse: connected again\n');
      isLost = false;
      for await (const { event, data } of readSse(stream)) {
        if (event !== 'events') continue;
        const message = JSON.parse(data) as Extract<PushMessage, { kind: 'events' }>;
        for (const one of message.events.filter(wanted)) print(one);
        last = message.events.at(-1)?._id ?? last;
      }
    } catch (error) {
      // Whatever breaks in mid-stream is a lost connection; of the engine's own answers only "not there" is.
      if (error instanceof AppError && error.code !== 'not_running' && error.code !== 'shutting_down') throw error;
    }
    if (!isLost) io.err.write('gatehouse: the connection ended, waiting for the engine to come back\n');
    isLost = true;
    await pause(RECONNECT_AFTER_MS);
  }
}

function line(event: StoredEvent): string {
  return printable(
    `${event.timestamp}  #${event._id}  ${event.type}  ${eventSentence(event)}${event.outcome === 'ok' ? '' : ` [${event.outcome}]`}`,
  );
}
