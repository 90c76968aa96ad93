import { AppError } from '../../contract/errors.ts';
import type { ParsedInput } from '../../contract/rpc.ts';
import type { EventFilter } from '../../store/events-table.ts';
import type { Reader } from '../../store/reader.ts';
import type { Handlers } from '../dispatch.ts';

export function eventHandlers(reader: Reader): Pick<Handlers, 'events.search' | 'events.since'> {
  return {
    'events.search': async (input) => {
      const { events, newestId, partial, cursor } = await reader.read('events.search', toFilter(input));
      return { events, newestId, partial, cursor };
    },
    'events.since': async ({ id, limit }) => {
      const { events, newestId, oldestId } = await reader.read('events.search', { after: id, limit });
      if (id > newestId)
        throw new AppError('gone', `The log ends at ${newestId}: this position is from another log. Start again from there.`, {
          field: 'id',
        });
      // 0 asks for all there is; any other position must still border on what is kept, or events would be missed in silence.
      if (id !== 0 && oldestId > id + 1)
        throw new AppError('gone', `The log begins at ${oldestId}. Start again from there.`, { field: 'id' });
      return { events, newestId };
    },
  };
}

function toFilter(input: ParsedInput<'events.search'>): EventFilter {
  const { type, username, protocol, outcome, ip, path, sessionId, dateFrom, dateTo, before, after, limit } = input;
  return {
    ...(type === undefined ? {} : { types: Array.isArray(type) ? type : [type] }),
    ...(username === undefined ? {} : { username }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(ip === undefined ? {} : { ip }),
    ...(path === undefined ? {} : { path }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(dateFrom === undefined ? {} : { from: Date.parse(dateFrom) }),
    ...(dateTo === undefined ? {} : { to: Date.parse(dateTo) }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    limit,
  };
}
