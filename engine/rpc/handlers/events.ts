import type { EventExporter } from '../../events/export.ts';
import type { LookRecorder } from '../../events/look-recorder.ts';
import { search, since } from '../../events/search.ts';
import type { Handlers } from '../dispatch.ts';
import type { Scopes } from '../role-scope.ts';

export function eventHandlers(
  scopes: Scopes,
  exporter: EventExporter,
  looks: LookRecorder,
): Pick<Handlers, 'events.search' | 'events.since' | 'events.exportFile'> {
  return {
    'events.search': async ({ eventLog, ...input }, by) => {
      await looks.note(eventLog, input, by);
      return search(scopes(by.caller).reader, input);
    },
    'events.since': (input, { caller }) => since(scopes(caller).reader, input),
    'events.exportFile': (input) => exporter.toFile(input),
  };
}
