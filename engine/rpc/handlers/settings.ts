import type { SettingsService } from '../../settings/service.ts';
import type { Handlers } from '../dispatch.ts';
import { requireConfirmed } from '../sensitive.ts';

/** Sections that decide what rules may do to the machine and its network, and from where the console is reached. */
const SENSITIVE_SECTIONS = ['commands', 'outbound', 'console', 'identity'];

export function settingsHandlers(settings: SettingsService): Pick<Handlers, 'settings.get' | 'settings.save'> {
  return {
    'settings.get': () => settings.get(),
    'settings.save': (input, call) => {
      for (const section of SENSITIVE_SECTIONS) {
        if (Object.hasOwn(input, section)) requireConfirmed(call.caller, `the settings of ${section}`, section);
      }
      return settings.save(input, call);
    },
  };
}
