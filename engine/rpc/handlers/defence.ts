import type { AddressLists } from '../../accounts/defender/address-lists.ts';
import type { Defender } from '../../accounts/defender/index.ts';
import type { Handlers } from '../dispatch.ts';

/** What the methods about refused addresses are made of. */
export type DefenceServices = { readonly defender: Defender; readonly lists: AddressLists };

type DefenceMethods = Extract<keyof Handlers, `defender.${string}` | `ipLists.${string}`>;

export function defenceHandlers({ defender, lists }: DefenceServices): Pick<Handlers, DefenceMethods> {
  return {
    'defender.list': () => ({ blocked: defender.blocked(), watched: defender.watched() }),
    'defender.block': (input, call) => defender.block(input, call),
    'defender.unblock': ({ address }, call) => defender.unblock(address, call),
    'ipLists.list': () => lists.list(),
    'ipLists.save': (input, call) => lists.save(input, call),
    'ipLists.delete': ({ id }, call) => lists.delete(id, call),
  };
}
