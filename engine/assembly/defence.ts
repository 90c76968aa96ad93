import { type AddressLists, createAddressLists } from '../accounts/defender/address-lists.ts';
import { createDefender, type Defender } from '../accounts/defender/index.ts';
import type { Base } from './base.ts';

/** Who is kept out, whatever he knows. */
export type Defence = { readonly lists: AddressLists; readonly defender: Defender };

export function assembleDefence({ store, events, clock, effective, logger, publish }: Base): Defence {
  const lists = createAddressLists({ store, events, clock });
  const defender = createDefender({ store, events, clock, log: logger('defender'), lists, settings: () => effective().defender });
  defender.onChange(() => publish({ kind: 'config-changed', sections: ['defence'] }));
  return { lists, defender };
}
