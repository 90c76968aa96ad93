import type { Output, ParsedInput } from '../contract/rpc.ts';
import type { Reader } from '../store/reader.ts';
import { requirePosition } from './log-position.ts';
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
