import type { EventExporter } from '../../events/export.ts';
import type { LookRecorder } from '../../events/look-recorder.ts';
import { search, since } from '../../events/search.ts';
import type { Reader } from '../../store/reader.ts';
import type { Handlers } from '../dispatch.ts';

export function eventHandlers(
  reader: Reader,
  exporter: EventExporter,
  looks: LookRecorder,
): Pick<Handlers, 'events.search' | 'events.since' | 'events.exportFile'> {
  return {
    'events.search': async ({ eventLog, ...input }, { actor }) => {
      await looks.note(eventLog, input, actor);
      return search(reader, input);
    },
    'events.since': (input) => since(reader, input),
    'events.exportFile': (input) => exporter.toFile(input),
  };
}
