import type { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import type { Store } from '../store/index.ts';

type JsonValue = ReturnType<typeof z.json>['_zod']['output'];

/**
 * What the console remembers for each of its users, by key: theme, saved views, dismissed hints. `owner` is an administrator's id, 0 the person
 * at the machine. No event tells of it: it is nobody's business.
 */
export type Preferences = {
  get(owner: number): Record<string, JsonValue>;
  /**
   * Merges by key; null forgets one. All or nothing. Throws `too_large` at the key whose value is over LARGEST_VALUE_BYTES, or when there
   * would be more than MOST_KEYS. Returns all of this owner.
   */
  save(owner: number, changes: Readonly<Record<string, JsonValue>>): Record<string, JsonValue>;
};

export const MOST_KEYS = 64;
export const LARGEST_VALUE_BYTES = 16 * 1024;

export function createPreferences(store: Store): Preferences {
  const table = store.tables.preferences;

  function get(owner: number): Record<string, JsonValue> {
    return Object.fromEntries(table.all(owner).map(({ key, value }) => [key, JSON.parse(value) as JsonValue]));
  }

  return {
    get,
    save(owner, changes) {
      const entries = Object.entries(changes).map(([key, value]) => ({ key, text: value === null ? null : JSON.stringify(value) }));
      for (const { key, text } of entries) {
        if (text === null || Buffer.byteLength(text) <= LARGEST_VALUE_BYTES) continue;
        throw new AppError('too_large', `A preference may hold ${LARGEST_VALUE_BYTES / 1024} KiB. Keep less under this key.`, {
          field: key,
        });
      }
      return store.transaction(() => {
        for (const { key, text } of entries) {
          if (text === null) table.remove(owner, key);
          else table.put(owner, key, text);
        }
        const all = get(owner);
        if (Object.keys(all).length > MOST_KEYS)
          throw new AppError('too_large', `Only ${MOST_KEYS} preferences are kept. Set those that are no longer needed to null first.`);
        return all;
      });
    },
  };
}
