import type { Output, ParsedInput } from '../contract/rpc.ts';
import type { Reader } from '../store/reader.ts';
import { beyondEnd, requirePosition } from './log-position.ts';
import type { EventFilter } from '../store/event-filter.ts';
import { decodePosition, encodePosition } from './page-position.ts';
import { toEventFilter } from './query.ts';

/** A page of a search. Rejects with `invalid_input` and `gone` as query.ts and page-position.ts say. */
export async function search(reader: Reader, input: ParsedInput<'events.search'>): Promise<Output<'events.search'>> {
  const filter = toEventFilter(input);
  const ascending = input.sort === '_id' || input.after !== undefined;
  const at = input.page === undefined ? {} : await pagePlace(reader, input.page, filter, ascending);
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
  if (input.after !== undefined && input.after > newestId) throw beyondEnd(newestId, 'after');
  const nextPage = cursor === null ? null : encodePosition({ logId, filter, ascending, id: cursor });
  return { logId, oldestId, newestId, events, partial, cursor, nextPage, total };
}

/** Where the next page of these filters begins. Rejects as page-position.ts says, and with `gone` for a place beyond the end of the log. */
export async function pagePlace(
  reader: Reader,
  page: string,
  filter: EventFilter,
  ascending: boolean,
): Promise<{ readonly after: number } | { readonly before: number }> {
  const { logId, newestId } = await reader.read('log.state');
  const id = decodePosition(page, { logId, filter, ascending });
  if (id > newestId) throw beyondEnd(newestId, 'page');
  return ascending ? { after: id } : { before: id };
}

/**
 * Events after `id`, in order; where `cursor` is not null there may be more after it, to be asked for together with `removed.times`.
 * Rejects with `gone` where `requirePosition` does.
 */
export async function since(reader: Reader, { id, removals, limit }: ParsedInput<'events.since'>): Promise<Output<'events.since'>> {
  const page = await reader.read('events.search', { after: id, limit });
  requirePosition(page, { id, removals: removals ?? null }, 'all', 'id');
  const { events, newestId, cursor, removed } = page;
  return { events, newestId, cursor, removed: removed.all };
}
