import type { StoredEvent } from '../contract/event.ts';
import type { Settings } from '../contract/settings.ts';
import type { EventInfo } from './catalog.ts';
import type { Actor, EventLog } from './log.ts';

/** What a request may call itself: it is the caller who knows whether somebody searched or opened one thing. */
export type LookType = 'SEARCH' | 'DETAIL_VIEW';

/** Searches and looks at single things, recorded where the settings want them and the request asks for it. */
export type LookRecorder = {
  isWanted(type: LookType): boolean;
  /** Rejects as the log does. `info` is the request, as JSON shows it. */
  record(type: LookType, info: object, by: By): Promise<StoredEvent>;
  /** The same where it is wanted, for a request that is answered all the same. Nothing happens without a type. */
  note(type: LookType | undefined, info: object, by: By): Promise<void>;
};

/** Whose request it is, and the `batch_id` of what it causes. */
type By = { readonly actor: Actor; readonly batch: () => number };

export function createLookRecorder(services: {
  readonly events: EventLog;
  readonly settings: () => Pick<Settings['log'], 'search' | 'detail'>;
}): LookRecorder {
  const { events, settings } = services;
  const isWanted = (type: LookType): boolean => (type === 'SEARCH' ? settings().search : settings().detail);
  const record = async (type: LookType, info: object, { actor, batch }: By): Promise<StoredEvent> =>
    await events.record({ type, info: asJson(info), actor, batchId: batch() });
  return {
    isWanted,
    record,
    async note(type, info, by) {
      if (type !== undefined && isWanted(type)) await record(type, info, by);
    },
  };
}

/** Without the keys that are undefined. */
function asJson(value: object): EventInfo<'SEARCH'> {
  return JSON.parse(JSON.stringify(value)) as EventInfo<'SEARCH'>;
}
