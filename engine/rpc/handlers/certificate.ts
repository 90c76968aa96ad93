import type { Renewal } from '../../setup/acme/renewal.ts';
import type { Handlers } from '../dispatch.ts';

export function renewalHandlers(renewal: Pick<Renewal, 'order' | 'state'>): Pick<Handlers, 'certificate.acme' | 'certificate.order'> {
  return {
    'certificate.acme': () => renewal.state(),
    'certificate.order': async () => {
      await renewal.order();
      return renewal.state();
    },
  };
}
