import { useEffect, useMemo } from 'react';
import { create } from 'zustand';
import type { Output } from '../../../engine/contract/rpc.ts';
import { useConsole } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { completed, type Draft, readDraft, withoutSecrets } from './draft.ts';

/**
 * What is being written, by name: `new`, `event-12`, or a rule's id. Null: it was saved or given up, whatever the preferences still say.
 * Secrets that were typed live here only.
 */
const useDrafts = create<{ readonly drafts: Readonly<Record<string, Draft | null>> }>(() => ({ drafts: {} }));

const KEPT_AFTER_MS = 600;
/** In characters of JSON. A larger draft is kept only as long as the page is open. */
const MOST_KEPT = 200_000;

export type DraftState = {
  readonly draft: Draft;
  readonly change: (next: Draft | ((now: Draft) => Draft)) => void;
  /** Forgets what was typed. */
  readonly drop: () => void;
  /** Something was typed that is not saved. */
  readonly started: boolean;
};

/**
 * The draft of this name: what was typed so far, else `beginning`. It outlives the screen by the store and the page by the preferences.
 * Undefined until the preferences were read; unreadable ones count as none.
 */
export function useDraft(name: string, beginning: Draft | undefined): DraftState | undefined {
  const { client, queries } = useConsole();
  const preferences = useQuery('console.preferences', {});
  const typed = useDrafts(({ drafts }) => drafts[name]);
  const key = `rule-draft-${name}`;

  useEffect(() => {
    if (typed === undefined) return undefined;
    const keep = (value: Output<'console.preferences'>[string]): void => {
      client.call('console.savePreferences', { [key]: value }).then(
        (saved) => queries.put('console.preferences', {}, saved),
        // What cannot be kept for later is still here; there is nothing for the reader to do about it.
        () => undefined,
      );
    };
    if (typed === null) {
      keep(null);
      return undefined;
    }
    const timer = setTimeout(() => {
      const text = JSON.stringify(completed(withoutSecrets(typed)));
      if (text.length <= MOST_KEPT) keep(JSON.parse(text) as Output<'console.preferences'>[string]);
    }, KEPT_AFTER_MS);
    return () => clearTimeout(timer);
  }, [client, queries, key, typed]);

  const stored = preferences.data?.[key];
  // Read once: each reading makes steps with keys of their own.
  const read = useMemo(() => readDraft(stored), [stored]);

  if (typed === undefined && preferences.data === undefined && preferences.error === undefined) return undefined;
  const kept = typed === undefined ? read : (typed ?? undefined);
  const draft = kept ?? beginning;
  if (draft === undefined) return undefined;
  const put = (next: Draft | null): void => useDrafts.setState(({ drafts }) => ({ drafts: { ...drafts, [name]: next } }));
  return {
    draft,
    started: kept !== undefined,
    change: (next) => put(typeof next === 'function' ? next(useDrafts.getState().drafts[name] ?? draft) : next),
    drop: () => put(null),
  };
}
