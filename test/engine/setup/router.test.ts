import { describe, expect, it } from 'vitest';
import { gatewayOfLinux, gatewayOfMac, gatewayOfWindows } from '../../../engine/setup/router/gateway.ts';
import { externalAddressByNatPmp, externalAddressByPcp } from '../../../engine/setup/router/pcp.ts';
import { externalAddressByUpnp } from '../../../engine/setup/router/upnp.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startRouter } from './router.ts';

const GATEWAY = '127.0.0.1';
const EXTERNAL = '198.51.100.7';

describe('NAT-PMP', () => {
  it('gets the external address, and asks again when a datagram is lost', async () => {
    const router = await startRouter({ natPmp: EXTERNAL, lost: 2 });
    expect(await externalAddressByNatPmp(GATEWAY, router.pcpPort)).toBe(EXTERNAL);
  });

  it('gets nothing from a router that is silent or not there', async () => {
    const { pcpPort } = await startRouter({});
    expect(await externalAddressByNatPmp(GATEWAY, pcpPort)).toBeNull();
    // Nobody listens on the discard port here.
    expect(await externalAddressByNatPmp(GATEWAY, 9)).toBeNull();
  });
});

describe('PCP', () => {
  it('gets the external address and takes the mapping back at once', async () => {
    const router = await startRouter({ pcp: EXTERNAL });
    expect(await externalAddressByPcp(GATEWAY, router.pcpPort)).toBe(EXTERNAL);
    await eventually(() => expect(router.lifetimes).toEqual([30, 0]));
  });

  it('gets nothing from a router that only speaks NAT-PMP', async () => {
    const router = await startRouter({ natPmp: EXTERNAL });
    expect(await externalAddressByPcp(GATEWAY, router.pcpPort)).toBeNull();
  });
});

describe('UPnP', () => {
  it('finds the gateway and gets its external address', async () => {
    const router = await startRouter({ upnp: EXTERNAL });
    expect(await externalAddressByUpnp([router.search])).toBe(EXTERNAL);
  });

  it.each([
    ['an address that points at another machine', { location: 'http://localhost:1/description.xml' }],
    ['an address of another kind', { location: 'file:///etc/passwd' }],
    ['a description without such a service', { description: '<root><device/></root>' }],
    ['a description that sends the question elsewhere', { description: service('http://192.0.2.99/control') }],
    ['a description without end', { description: '<service>'.repeat(40_000) }],
  ])('asks nobody after %s', async (_, behaviour) => {
    const router = await startRouter({ upnp: EXTERNAL, ...behaviour });
    expect(await externalAddressByUpnp([router.search])).toBeNull();
  });

  it('gets nothing where no router answers', async () => {
    const router = await startRouter({});
    expect(await externalAddressByUpnp([router.search])).toBeNull();
  });
});

function service(control: string): string {
  return `<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>${control}</controlURL></service>`;
}

describe('the default gateway', () => {
  const header = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n';

  it.each([
    ['the default route', 'eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n', '192.168.1.1'],
    [
      'the one of the lowest metric',
      'wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\neth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n',
      '192.168.1.1',
    ],
    ['nothing but the local network', 'eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n', null],
    ['no route at all', '', null],
  ])('on Linux: %s', (_, table, gateway) => {
    expect(gatewayOfLinux(header + table)).toBe(gateway);
  });

  it('on macOS', () => {
    expect(gatewayOfMac('   route to: default\ndestination: default\n    gateway: 192.168.1.1\n  interface: en0\n')).toBe('192.168.1.1');
    expect(gatewayOfMac('route: writing to routing socket: not in table\n')).toBeNull();
  });

  it('on Windows, in any language', () => {
    const german = `Aktive Routen:
     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik
          0.0.0.0          0.0.0.0      192.168.1.1     192.168.1.20     35
          0.0.0.0          0.0.0.0         10.0.0.1        10.0.0.20     25
`;
    expect(gatewayOfWindows(german)).toBe('10.0.0.1');
    expect(gatewayOfWindows('          0.0.0.0          0.0.0.0   Auf Verbindung     10.0.0.20     25\n')).toBeNull();
  });
});
