import { createHash } from 'node:crypto';
import { AppError } from '../contract/errors.ts';
import type { EventFilter } from '../store/event-filter.ts';

/** Places in an answer that only mean something in the log and for the filters they came from. */

export type PagePosition = { readonly logId: string; readonly filter: EventFilter; readonly ascending: boolean; readonly id: number };

const MARK = 'p1';

export function encodePosition({ logId, filter, ascending, id }: PagePosition): string {
  return [MARK, logId.replaceAll('-', ''), fingerprint(filter, ascending), String(id)].join('.');
}

/** The id at which to go on. Throws `gone` for another log's, `invalid_input` for another search's and for what is none. */
export function decodePosition(text: string, search: Omit<PagePosition, 'id'>): number {
  const parts = /^p1\.([0-9a-f]+)\.([0-9a-f]+)\.(\d{1,15})$/.exec(text);
  if (parts === null)
    throw new AppError('invalid_input', 'This is no place in an answer. Hand it back as it was given.', { field: 'page' });
  const [, logId, filter, id] = parts;
  if (logId !== search.logId.replaceAll('-', ''))
    throw new AppError('gone', 'This place is from another log, perhaps from before a backup was restored. Search again from the start.', {
      field: 'page',
    });
  if (filter !== fingerprint(search.filter, search.ascending))
    throw new AppError(
      'invalid_input',
      'This place belongs to a search with other filters or another order. Search again from the start.',
      { field: 'page' },
    );
  return Number(id);
}

function fingerprint(filter: EventFilter, ascending: boolean): string {
  const sorted = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([ascending, sorted]))
    .digest('hex')
    .slice(0, 16);
}
