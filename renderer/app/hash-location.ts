import { useCallback, useSyncExternalStore } from 'react';
import type { BaseLocationHook, BaseSearchHook } from 'wouter';

/**
 * Addresses such as `#/activity?outcome=failed`: path and query both stand in the fragment, which no server sees and which works under
 * every scheme. (wouter's own hash hook puts the query in front of the fragment, where it outlives the page that it belongs to.)
 */
function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

const fragment = (): string => location.hash.replace(/^#?\/?/, '/');
const path = (): string => fragment().split('?', 1)[0] ?? '/';
const query = (): string => fragment().slice(path().length + 1);

type NavigateOptions = { readonly replace?: boolean };

function navigate(to: string, { replace = false }: NavigateOptions = {}): void {
  const before = location.href;
  if (replace) history.replaceState(null, '', `#${to}`);
  else history.pushState(null, '', `#${to}`);
  window.dispatchEvent(new HashChangeEvent('hashchange', { oldURL: before, newURL: location.href }));
}

/** The location hook of wouter's Router. */
export const useHashLocation: BaseLocationHook & { hrefs: (href: string) => string } = Object.assign(
  (): [string, typeof navigate] => [useSyncExternalStore(subscribe, path), useCallback(navigate, [])],
  { hrefs: (href: string) => `#${href}` },
);

/** The search hook that goes with it: the query without its question mark. */
export const useHashSearch: BaseSearchHook = () => useSyncExternalStore(subscribe, query);
