import { plot } from '../../events/plot.ts';
import { toActivityFilter } from '../../events/query.ts';
import type { LookRecorder } from '../../events/look-recorder.ts';
import type { Reader } from '../../store/reader.ts';
import type { Handlers } from '../dispatch.ts';

export function activityHandlers(
  reader: Reader,
  looks: LookRecorder,
): Pick<Handlers, 'activity.list' | 'activity.session' | 'activity.count' | 'activity.plot'> {
  return {
    'activity.list': async ({ flat, before, limit, eventLog, ...input }, { actor }) => {
      await looks.note(eventLog, input, actor);
      const filter = toActivityFilter(input);
      const from = before === undefined ? {} : { before };
      if (!flat) {
        const { rows, newestId, cursor, partial } = await reader.read('activity.list', filter, { ...from, limit });
        return { rows, newestId, cursor, partial };
      }
      const { events, newestId, cursor, partial } = await reader.read('events.search', { ...filter, ...from, limit });
      return { rows: events.map((event) => ({ kind: 'event', newestId: event._id, event })), newestId, cursor, partial };
    },
    'activity.session': async ({ eventLog, ...input }, { actor }) => {
      await looks.note(eventLog, input, actor);
      return reader.read('activity.session', input);
    },
    'activity.count': (input) => reader.read('events.count', toActivityFilter(input)),
    'activity.plot': (input) => plot(reader, input),
  };
}
