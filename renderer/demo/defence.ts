import type { Ban, IpListEntry } from '../../engine/contract/defence.ts';
import { AppError } from '../../engine/contract/errors.ts';
import type { PushMessage } from '../../engine/contract/push.ts';
import type { DemoMethods } from './methods.ts';
import { iso } from './moments.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;

type DefenceMethods = Pick<DemoMethods, Extract<keyof DemoMethods, `defender.${string}` | `ipLists.${string}`>>;

/** Refused addresses of the made-up office: a scanner is blocked, the office's own network is always let in. */
export function demoDefence(world: World, push: (message: PushMessage) => void): DefenceMethods {
  const bans: Ban[] = [
    {
      address: '198.51.100.23',
      network: '198.51.100.23',
      protocol: 'SFTP',
      score: 16,
      logins: ['root', 'admin', 'test'],
      reason: 'too many failed sign-ins',
      by: 'defender',
      // A block ends by the clock on the wall, whatever day the made-up office lives in.
      since: iso(Date.now() - 18 * MINUTE_MS),
      until: iso(Date.now() + 12 * MINUTE_MS),
    },
  ];
  const entries: IpListEntry[] = [
    {
      id: 1,
      network: '203.0.113.0/24',
      mode: 'allow',
      protocols: [],
      note: 'Northwind, all offices',
      createdAt: iso(world.now - 30 * 24 * 60 * MINUTE_MS),
      version: 1,
    },
  ];
  const changed = (): void => push({ kind: 'config-changed', sections: ['defence'] });

  function lift(address: string): Ban {
    const index = bans.findIndex((ban) => ban.address === address || ban.network === address);
    const [ban] = index === -1 ? [] : bans.splice(index, 1);
    if (ban === undefined) throw new AppError('not_found', `${address} is not blocked. See defender.list.`, { field: 'address' });
    changed();
    return ban;
  }

  return {
    'defender.list': () => ({
      blocked: [...bans],
      watched: [{ network: '203.0.113.77', address: '203.0.113.77', score: 4, logins: ['acme'], lastAt: iso(world.now - 3 * MINUTE_MS) }],
    }),
    'defender.block': ({ address, minutes, reason }) => {
      const ban: Ban = {
        address,
        network: address,
        protocol: null,
        score: 0,
        logins: [],
        reason: reason === '' ? 'by a person' : reason,
        by: 'person',
        since: iso(world.now),
        until: minutes === null ? null : iso(world.now + minutes * MINUTE_MS),
      };
      bans.unshift(ban);
      changed();
      return ban;
    },
    'defender.unblock': ({ address }) => lift(address),
    'ipLists.list': () => [...entries],
    'ipLists.save': ({ id, ...input }) => {
      const index = entries.findIndex((entry) => entry.id === id || entry.network === input.network);
      const before = entries[index];
      const saved = {
        id: before?.id ?? entries.length + 1,
        createdAt: before?.createdAt ?? iso(world.now),
        ...input,
        version: (before?.version ?? 0) + 1,
      };
      if (index === -1) entries.push(saved);
      else entries[index] = saved;
      if (saved.mode === 'allow' && bans.some(({ address }) => address === saved.network)) lift(saved.network);
      changed();
      return saved;
    },
    'ipLists.delete': ({ id }) => {
      const index = entries.findIndex((entry) => entry.id === id);
      const [removed] = index === -1 ? [] : entries.splice(index, 1);
      if (removed === undefined) throw new AppError('not_found', 'There is no entry of this id. See ipLists.list.', { field: 'id' });
      changed();
      return removed;
    },
  };
}
