import type { Preferences } from '../../settings/preferences.ts';
import { adminOf, type Caller } from '../caller.ts';
import type { Handlers } from '../dispatch.ts';

export function preferenceHandlers(preferences: Preferences): Pick<Handlers, 'console.preferences' | 'console.savePreferences'> {
  return {
    'console.preferences': (_, { caller }) => preferences.get(ownerOf(caller)),
    'console.savePreferences': (changes, { caller }) => preferences.save(ownerOf(caller), changes),
  };
}

/** Whose they are: an administrator's own, else those of the person at the machine. */
function ownerOf(caller: Caller): number {
  return adminOf(caller)?.id ?? 0;
}
