import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { CheckRow } from '../contract/methods/setup.ts';
import { addressKind } from '../outbound/addresses.ts';
import { checkFirewall, type FirewallServices, type OpenPorts, portList } from './firewall.ts';
import { checkRow } from './rows.ts';
import { defaultGateway } from './router/gateway.ts';
import { externalAddressByNatPmp, externalAddressByPcp } from './router/pcp.ts';
import { externalAddressByUpnp, SSDP_GROUP, type SearchTarget } from './router/upnp.ts';

/** How the router is asked; tests lead it to routers of their own. */
export type RouterAccess = {
  readonly gateway: () => Promise<string | null>;
  /** UDP port of PCP and NAT-PMP; 5351 by default. */
  readonly pcpPort?: number;
  /** Where UPnP routers are searched; by default their group and the gateway itself. */
  readonly searchTargets?: readonly SearchTarget[];
};

export type ReachServices = FirewallServices & {
  readonly router: RouterAccess;
  /** Addresses of this machine on its networks. */
  readonly lanAddresses: () => readonly string[];
};

export type ReachQuestion = {
  readonly fromInternet: boolean;
  /** Name or address under which partners outside reach the machine; may be empty. */
  readonly publicName: string;
  readonly ports: OpenPorts;
};

/** Shared by many customers of one provider (RFC 6598). */
const carrierGrade = new BlockList();
carrierGrade.addSubnet('100.64.0.0', 10, 'ipv4');

const LOOKUP_WITHIN_MS = 3000;

const addresses = checkRow('reach.addresses', 'Addresses in the office');
const routerRow = checkRow('reach.router', 'Address on the Internet');
const translation = checkRow('reach.double-nat', 'Routers in a row');
const nameRow = checkRow('reach.name', 'Name for partners');
const outside = checkRow('reach.outside', 'From outside');

/** How partners get to this machine: its addresses, its firewall and, for those outside, the router and the name. Never rejects. */
export async function checkReach(question: ReachQuestion, services: ReachServices): Promise<CheckRow[]> {
  const own = services.lanAddresses();
  const [firewall, internet] = await Promise.all([
    checkFirewall(question.ports, services),
    question.fromInternet ? checkInternet(question, own, services.router) : [],
  ]);
  return [officeAddresses(own), firewall, ...internet];
}

function officeAddresses(own: readonly string[]): CheckRow {
  return own.length === 0
    ? addresses.failed('This machine is in no network: nobody else can connect. Plug in the cable or join the Wi-Fi.')
    : addresses.passed(`Partners in the office connect to ${own.join(' or ')}.`);
}

async function checkInternet({ publicName, ports }: ReachQuestion, own: readonly string[], router: RouterAccess): Promise<CheckRow[]> {
  const direct = own.find((address) => isIP(address) === 4 && addressKind(address) === 'public') ?? null;
  const answer = direct === null ? await askRouter(router) : null;
  const external = direct ?? answer?.address ?? null;
  return [
    direct === null ? routerWords(answer, ports) : routerRow.passed(`This machine has the public address ${direct} itself.`),
    translationWords(external),
    await checkName(publicName.trim(), external),
    outside.warning(
      'Whether partners get through can only be tried from outside: let somebody connect, or use a phone without Wi-Fi. The console shows how far the connection comes.',
      { id: 'watch', title: 'Watch for a connection' },
    ),
  ];
}

type RouterAnswer = { readonly gateway: string; readonly address: string | null; readonly by: string };

/** Asks the router by all its languages at once, and nobody else. Null when there is no router. */
async function askRouter({ gateway: find, pcpPort, searchTargets }: RouterAccess): Promise<RouterAnswer | null> {
  const gateway = await find();
  if (gateway === null) return null;
  const [pcp, natPmp, upnp] = await Promise.all([
    externalAddressByPcp(gateway, pcpPort),
    externalAddressByNatPmp(gateway, pcpPort),
    externalAddressByUpnp(searchTargets ?? [SSDP_GROUP, { address: gateway, port: SSDP_GROUP.port }]),
  ]);
  if (pcp !== null) return { gateway, address: pcp, by: 'PCP' };
  if (natPmp !== null) return { gateway, address: natPmp, by: 'NAT-PMP' };
  return { gateway, address: upnp, by: upnp === null ? '' : 'UPnP' };
}

function routerWords(answer: RouterAnswer | null, ports: OpenPorts): CheckRow {
  if (answer === null) return routerRow.failed('This machine has no way to the Internet: no router was found. Check the network settings.');
  const forwarded = portList(ports, ' to ').join(', ');
  const forward = forwarded === '' ? '' : ` In its settings, TCP ${forwarded} must be forwarded to this machine.`;
  return answer.address === null
    ? routerRow.warning(
        `The router ${answer.gateway} does not tell its address on the Internet: PCP, NAT-PMP and UPnP are off there.${forward}`,
      )
    : routerRow.passed(`The router ${answer.gateway} has the address ${answer.address} on the Internet (asked by ${answer.by}).${forward}`);
}

function translationWords(external: string | null): CheckRow {
  if (external === null) return translation.skipped('Cannot be told without the address of the router.');
  if (carrierGrade.check(external))
    return translation.failed(
      `The provider shares one public address among many customers (${external} is not public): partners outside cannot connect. Ask the provider for an own public IPv4 address.`,
    );
  if (addressKind(external) !== 'public')
    return translation.failed(
      `There is a second router before the Internet: the address ${external} of the first one is private. Forward the ports on both, or let the outer one only pass everything on (bridge mode).`,
    );
  return translation.passed(`${external} is a public address, so one router translates at most.`);
}

async function checkName(name: string, external: string | null): Promise<CheckRow> {
  if (name === '') return nameRow.failed('Enter the name or address under which partners reach the office from outside.');
  const found = await resolveName(name);
  if (found.length === 0)
    return nameRow.failed(`Nobody knows the name ${name}. Check how it is written, or set it up where the domain is managed.`);
  const listed = found.join(', ');
  const leads = isIP(name) === 0 ? `${name} stands for ${listed}` : listed;
  if (found.every((address) => addressKind(address) !== 'public'))
    return nameRow.failed(`${leads}, which cannot be reached from outside. Enter the public name or address.`);
  if (external === null) return nameRow.warning(`${leads}. Compare it with the router's address on the Internet: that could not be asked.`);
  if (found.includes(external)) return nameRow.passed(`${leads}, the address of the router.`);
  return nameRow.failed(
    `${leads}, but the address here is ${external}. Change the name's entry, or use a service for changing addresses (dynamic DNS).`,
  );
}

/** Addresses of a name or of an address itself; empty when there are none in time. */
async function resolveName(name: string): Promise<string[]> {
  if (isIP(name) !== 0) return [name];
  const late = new Promise<never[]>((resolve) => setTimeout(() => resolve([]), LOOKUP_WITHIN_MS).unref());
  const found = lookup(name, { all: true }).then((entries) => entries.map(({ address }) => address));
  return Promise.race([found.catch(() => []), late]);
}

/** The router of this machine's own network. */
export function ownRouter(services: Pick<FirewallServices, 'run' | 'platform'>): RouterAccess {
  return { gateway: () => defaultGateway(services.run, services.platform) };
}
