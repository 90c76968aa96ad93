import type { Diagnostics } from '../../upkeep/diagnostics.ts';
import type { Handlers } from '../dispatch.ts';

export function diagnosticsHandlers(diagnostics: Diagnostics): Pick<Handlers, 'diagnostics.get' | 'diagnostics.save'> {
  return {
    'diagnostics.get': () => diagnostics.get(),
    'diagnostics.save': ({ path }) => diagnostics.save(path),
  };
}
