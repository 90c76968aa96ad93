import { plot } from '../../events/plot.ts';
import { toActivityFilter } from '../../events/query.ts';
import type { LookRecorder } from '../../events/look-recorder.ts';
import type { Handlers } from '../dispatch.ts';
import type { Caller } from '../caller.ts';
import type { Scope } from '../role-scope.ts';

export function activityHandlers(
  scopes: (caller: Caller) => Pick<Scope, 'reader'>,
  looks: LookRecorder,
): Pick<Handlers, 'activity.list' | 'activity.session' | 'activity.count' | 'activity.plot'> {
  return {
    'activity.list': async ({ flat, before, limit, eventLog, ...input }, by) => {
      await looks.note(eventLog, input, by);
      const { reader } = scopes(by.caller);
      const filter = toActivityFilter(input);
      const from = before === undefined ? {} : { before };
      if (!flat) {
        const { rows, newestId, cursor, partial } = await reader.read('activity.list', filter, { ...from, limit });
        return { rows, newestId, cursor, partial };
      }
      const { events, newestId, cursor, partial } = await reader.read('events.search', { ...filter, ...from, limit });
      return { rows: events.map((event) => ({ kind: 'event', newestId: event._id, event })), newestId, cursor, partial };
    },
    'activity.session': async ({ eventLog, ...input }, by) => {
      await looks.note(eventLog, input, by);
      return scopes(by.caller).reader.read('activity.session', input);
    },
    'activity.count': (input, { caller }) => scopes(caller).reader.read('events.count', toActivityFilter(input)),
    'activity.plot': (input, { caller }) => plot(scopes(caller).reader, input),
  };
}
