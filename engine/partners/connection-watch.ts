import { isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { ConnectionProgress, PushMessage } from '../contract/push.ts';
import type { Clock } from '../lib/clock.ts';
import { isInNetworks } from '../lib/networks.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import type { ConnectionStep } from '../protocols/types.ts';

/** A flood of connections is not shown in full: nobody could read it, and its bytes would crowd out the rest. */
const STEPS_PER_SECOND = 50;
const STEPS_PER_SECOND_AND_CONNECTION = 10;

/**
 * Passes on how far connections come, for the watch panel. Costs nothing while no console listens; steps beyond STEPS_PER_SECOND are
 * dropped.
 */
export function createConnectionWatch(services: {
  readonly clock: Clock;
  readonly publish: (message: PushMessage) => void;
  /** Whether any console listens. */
  readonly listened: () => boolean;
  /** The machine's interfaces, as Node names them. */
  readonly interfaces?: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
}): (step: ConnectionStep) => void {
  const { clock, publish, listened, interfaces = networkInterfaces } = services;
  const limit = createRateLimit({ clock, windowMs: 1000, perKey: STEPS_PER_SECOND_AND_CONNECTION, overall: STEPS_PER_SECOND });
  return (step) => {
    if (!listened() || !limit.take(step.id)) return;
    const connection: ConnectionProgress = { ...step, fromOutside: isOutside(step.address, interfaces()) };
    publish({ kind: 'connection', connection });
  };
}

/** Networks that no interface need name. */
const LINK_LOCAL = ['169.254.0.0/16', 'fe80::/10'];

/** Whether an address lies in none of the networks that the interfaces are in. Asked anew each time, as laptops wander. */
function isOutside(address: string, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): boolean {
  const own = Object.values(interfaces).flatMap((addresses) => addresses?.flatMap(({ cidr }) => cidr ?? []) ?? []);
  return isIP(address.split('%', 1)[0] ?? '') !== 0 && !isInNetworks(address, [...own, ...LINK_LOCAL]);
}
