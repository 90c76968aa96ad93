import { AppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { Output, ParsedInput } from '../contract/rpc.ts';
import type { LogState } from '../store/events-table.ts';
import type { Reader } from '../store/reader.ts';
import { decodePosition, encodePosition } from './page-position.ts';
import { toEventFilter } from './query.ts';

/** A page of a search. Rejects with `invalid_input` and `gone` as query.ts and page-position.ts say. */
export async function search(reader: Reader, input: ParsedInput<'events.search'>): Promise<Output<'events.search'>> {
  const filter = toEventFilter(input);
  const ascending = input.sort === '_id' || input.after !== undefined;
  const at = input.page === undefined ? {} : await place(reader, input.page, filter, ascending);
  const from = {
    ...(input.before === undefined ? {} : { before: input.before }),
    ...(input.after === undefined ? {} : { after: input.after }),
    ...at,
  };
  const [page, total] = await Promise.all([
    reader.read('events.search', { ...filter, ...from, ascending, limit: input.limit }),
    input.total ? reader.read('events.count', filter) : null,
  ]);
  const { logId, oldestId, newestId, events, partial, cursor } = page;
  const nextPage = cursor === null ? null : encodePosition({ logId, filter, ascending, id: cursor });
  return { logId, oldestId, newestId, events, partial, cursor, nextPage, total };
}

async function place(
  reader: Reader,
  page: string,
  filter: ReturnType<typeof toEventFilter>,
  ascending: boolean,
): Promise<{ after: number } | { before: number }> {
  const { logId } = await reader.read('log.state');
  const id = decodePosition(page, { logId, filter, ascending });
  return ascending ? { after: id } : { before: id };
}

/** All events after `id`, in order. Rejects with `gone` where `requirePosition` does. */
export async function since(
  reader: Reader,
  { id, limit }: { id: number; limit: number },
): Promise<{ events: StoredEvent[]; newestId: number }> {
  const page = await reader.read('events.search', { after: id, limit });
  requirePosition(page, id, 'id');
  return { events: page.events, newestId: page.newestId };
}

/** Throws `gone` unless what follows the id is all still there: 0 asks for all there is, any other position must border on what is kept. */
export function requirePosition({ newestId, oldestId }: LogState, id: number, field: string): void {
  if (id > newestId) {
    throw new AppError('gone', `The log ends at ${newestId}: this position is from another log. Start again from there.`, { field });
  }
  // An emptied log begins with what comes next.
  const first = oldestId === 0 ? newestId + 1 : oldestId;
  if (id !== 0 && first > id + 1) throw new AppError('gone', `The log begins at ${first}. Start again from there.`, { field });
}
