import { BlockList, isIP, isIPv6 } from 'node:net';
import type { IpListEntry, IpListInput } from '../../contract/defence.ts';
import { AppError } from '../../contract/errors.ts';
import type { Protocol } from '../../contract/event.ts';
import type { EventLog } from '../../events/log.ts';
import { bareAddress } from '../../lib/address.ts';
import type { Clock } from '../../lib/clock.ts';
import type { IpListSettings } from '../../store/ip-lists-table.ts';
import type { Store } from '../../store/index.ts';
import type { Change } from '../service.ts';

/** The addresses and networks that a person always lets in, or never. */
export type AddressLists = {
  list(): IpListEntry[];
  /** Makes the entry, or changes the one of this id or network. Rejects with `not_found` or `conflict`. Resolves when it is committed. */
  save(input: IpListInput, by: Change): Promise<IpListEntry>;
  /** Rejects with `not_found`. Resolves with what it was. */
  delete(id: number, by: Change): Promise<IpListEntry>;
  /** What the entry with the longest prefix says of the address; null where none holds it. */
  verdict(address: string, protocol: Protocol): IpListEntry['mode'] | null;
  /** Called after each committed change. */
  onChange(listener: () => void): void;
};

const MOST_ENTRIES = 10_000;

/** Entries of one prefix length and mode: one look instead of one per entry. */
type Tier = { readonly mode: IpListEntry['mode']; readonly networks: BlockList };

export function createAddressLists(services: { readonly store: Store; readonly events: EventLog; readonly clock: Clock }): AddressLists {
  const { store, events, clock } = services;
  const table = store.tables.ipLists;
  const listeners: (() => void)[] = [];
  let entries = table.all();
  /** Per protocol, longest prefix first; made when first asked for after a change. */
  const tiers = new Map<Protocol, readonly Tier[]>();

  async function write(
    type: 'OBJECT_INSERT' | 'OBJECT_UPDATE' | 'OBJECT_DELETE',
    before: IpListEntry | null,
    change: () => number,
    by: Change,
    after: IpListSettings | null,
  ) {
    await events.record(
      {
        type,
        info: {
          operation: before === null ? 'create' : after === null ? 'delete' : 'update',
          ...(before === null ? {} : { old: words(before) }),
          ...(after === null ? {} : { new: words(after) }),
        },
        ...by,
        object: { schema: 'BASE', type: 'ip_list' },
      },
      () => {
        const id = change();
        return { objectId: id, objectVersion: table.byId(id)?.version ?? before?.version ?? 1 };
      },
    );
    entries = table.all();
    tiers.clear();
    for (const listener of listeners) listener();
  }

  function kept(id: number): IpListEntry {
    const entry = entries.find((one) => one.id === id);
    if (entry === undefined) throw new AppError('not_found', 'There is no entry of this id. See ipLists.list.', { field: 'id' });
    return entry;
  }

  return {
    list: () => entries,
    async save({ id, ...input }, by) {
      const settings = { ...input, network: canonical(input.network) };
      const sameNetwork = entries.find(({ network }) => network === settings.network);
      const before = id === undefined ? (sameNetwork ?? null) : kept(id);
      if (before !== null && sameNetwork !== undefined && sameNetwork.id !== before.id)
        throw new AppError('conflict', `${settings.network} stands in the lists already. Change that entry instead.`, { field: 'network' });
      if (before === null && entries.length >= MOST_ENTRIES)
        throw new AppError('too_large', `The lists hold ${MOST_ENTRIES} entries. Use networks in place of single addresses.`);
      let saved = before?.id ?? 0;
      await write(
        before === null ? 'OBJECT_INSERT' : 'OBJECT_UPDATE',
        before,
        () => {
          if (before === null) saved = table.insert(settings, clock.now());
          else table.update(before.id, settings);
          return saved;
        },
        by,
        settings,
      );
      return kept(saved);
    },
    async delete(id, by) {
      const before = kept(id);
      await write('OBJECT_DELETE', before, () => (table.remove(id), id), by, null);
      return before;
    },
    verdict(address, protocol) {
      const bare = bareAddress(address);
      const family = isIP(bare);
      if (family === 0 || entries.length === 0) return null;
      const known = tiers.get(protocol) ?? compile(entries, protocol);
      tiers.set(protocol, known);
      return known.find(({ networks }) => networks.check(bare, family === 6 ? 'ipv6' : 'ipv4'))?.mode ?? null;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

/** A single address without `/32` or `/128`, and small letters, so that one network has one text. */
function canonical(network: string): string {
  const [base = '', prefix] = network.toLowerCase().split('/');
  return prefix === undefined || Number(prefix) === fullPrefix(base) ? base : `${base}/${prefix}`;
}

const fullPrefix = (base: string): number => (isIPv6(base) ? 128 : 32);

function compile(entries: readonly IpListEntry[], protocol: Protocol): Tier[] {
  const byTier = new Map<string, { prefix: number; mode: IpListEntry['mode']; networks: BlockList }>();
  for (const { network, mode, protocols } of entries) {
    if (protocols.length > 0 && !protocols.includes(protocol)) continue;
    const [base = '', text] = network.split('/');
    const prefix = text === undefined ? fullPrefix(base) : Number(text);
    const family = isIPv6(base) ? 'ipv6' : 'ipv4';
    const key = `${family} ${prefix} ${mode}`;
    const tier = byTier.get(key) ?? { prefix, mode, networks: new BlockList() };
    tier.networks.addSubnet(base, prefix, family);
    byTier.set(key, tier);
  }
  // Two texts of one network may disagree, such as 10.0.0.1/8 and 10.0.0.2/8: what keeps nobody out by mistake goes first.
  return [...byTier.values()].sort((a, b) => b.prefix - a.prefix || a.mode.localeCompare(b.mode));
}

function words({ network, mode, protocols }: IpListSettings): string {
  return `${mode} ${network}${protocols.length === 0 ? '' : ` over ${protocols.join(', ')}`}`;
}
