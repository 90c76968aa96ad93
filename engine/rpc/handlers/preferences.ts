import type { Preferences } from '../../settings/preferences.ts';
import type { Handlers } from '../dispatch.ts';

export function preferenceHandlers(preferences: Preferences): Pick<Handlers, 'console.preferences' | 'console.savePreferences'> {
  return {
    'console.preferences': () => preferences.get(),
    'console.savePreferences': (changes) => preferences.save(changes),
  };
}
