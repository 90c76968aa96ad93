import { AppError } from '../../contract/errors.ts';
import type { SettingsService } from '../../settings/service.ts';
import type { Handlers } from '../dispatch.ts';

/** Sections that decide what rules may do to the machine and its network: changed by the person at the machine only, never by a script's token. */
const OWNER_SECTIONS = ['commands', 'outbound'];

export function settingsHandlers(settings: SettingsService): Pick<Handlers, 'settings.get' | 'settings.save'> {
  return {
    'settings.get': () => settings.get(),
    'settings.save': (input, call) => {
      const reserved = OWNER_SECTIONS.find((section) => Object.hasOwn(input, section));
      if (reserved !== undefined && call.caller.kind !== 'owner') {
        throw new AppError('forbidden', `A token may not change the settings of ${reserved}. Change them at the machine itself.`, {
          field: reserved,
        });
      }
      return settings.save(input, call);
    },
  };
}
