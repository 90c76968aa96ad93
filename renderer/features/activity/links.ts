import { routes } from '../../routes.ts';
import { EVERYTHING, formatQuery, type TimelineQuery } from './query.ts';

/** Addresses inside the timeline; the view's query goes along, so that the list stays as it is beside the details. */

export function listHref(query: TimelineQuery): string {
  return routes.activity(formatQuery(query));
}

export function eventHref(id: number, query: TimelineQuery): string {
  return withQuery(routes.event(id), query);
}

export function sessionHref(id: number, query: TimelineQuery): string {
  return withQuery(routes.session(id), query);
}

/** Every event of a session by itself. */
export function sessionListHref(sessionId: number): string {
  return listHref({ ...EVERYTHING, flat: true, sessionId });
}

/** What lies behind collapsed failed sign-ins. */
export function failedSignInsHref(address: string | null): string {
  return listHref({ ...EVERYTHING, flat: true, types: ['LOGIN_FAILED'], ip: address });
}

/** The address that others open to see the same; without the view around it. */
export function shareableLink(path: string): string {
  return `${window.location.href.split('#', 1)[0] ?? ''}#${path}`;
}

function withQuery(path: string, query: TimelineQuery): string {
  const text = formatQuery(query);
  return text === '' ? path : `${path}?${text}`;
}
