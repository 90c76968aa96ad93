import { describe, expect, it } from 'vitest';
import { checkReach, type ReachQuestion, type ReachServices } from '../../../engine/setup/reach-check.ts';
import { type RouterBehaviour, startRouter } from './router.ts';
import { rowOf, states } from './start-setup.ts';

const PORTS = { sftp: 2022, ftp: 2121, passive: { from: 50_000, to: 50_099 } };

async function ask(question: Partial<ReachQuestion>, behaviour: RouterBehaviour = {}, changes: Partial<ReachServices> = {}) {
  const router = await startRouter(behaviour);
  return checkReach(
    { fromInternet: true, publicName: '198.51.100.7', ports: PORTS, ...question },
    {
      platform: 'linux',
      run: () => Promise.resolve(null),
      readText: () => Promise.resolve(''),
      lanAddresses: () => ['192.168.1.20'],
      router: { gateway: () => Promise.resolve('127.0.0.1'), pcpPort: router.pcpPort, searchTargets: [router.search] },
      ...changes,
    },
  );
}

describe('reach in the office', () => {
  it('lists the addresses and asks no router', async () => {
    const rows = await ask({ fromInternet: false }, {}, { router: { gateway: () => Promise.reject(new Error('asked')) } });
    expect(states(rows)).toEqual({ 'reach.addresses': 'passed', 'reach.firewall': 'passed' });
    expect(rowOf(rows, 'reach.addresses')?.message).toContain('192.168.1.20');
  });

  it('says when the machine is in no network', async () => {
    const rows = await ask({ fromInternet: false }, {}, { lanAddresses: () => [] });
    expect(rowOf(rows, 'reach.addresses')?.state).toBe('failed');
  });
});

describe('reach from the Internet', () => {
  it.each([
    ['PCP', { pcp: '198.51.100.7', natPmp: '198.51.100.8', upnp: '198.51.100.9' }],
    ['NAT-PMP', { natPmp: '198.51.100.7', upnp: '198.51.100.9' }],
    ['UPnP', { upnp: '198.51.100.7' }],
  ])('learns the address by %s', async (by, behaviour) => {
    const rows = await ask({}, behaviour);
    expect(states(rows)).toMatchObject({ 'reach.router': 'passed', 'reach.double-nat': 'passed', 'reach.name': 'passed' });
    expect(rowOf(rows, 'reach.router')?.message).toContain(`198.51.100.7 on the Internet (asked by ${by})`);
    expect(rowOf(rows, 'reach.router')?.message).toContain('2022, 2121, 50000 to 50099');
  });

  it.each([
    ['a second router', '192.168.0.2', 'second router'],
    ['carrier-grade translation', '100.72.3.4', 'shares one public address'],
  ])('recognises %s', async (_, natPmp, words) => {
    const row = rowOf(await ask({}, { natPmp }), 'reach.double-nat');
    expect(row?.state).toBe('failed');
    expect(row?.message).toContain(words);
  });

  it('says what to do with a router that tells nothing', async () => {
    const rows = await ask({});
    expect(states(rows)).toMatchObject({ 'reach.router': 'warning', 'reach.double-nat': 'skipped', 'reach.name': 'warning' });
    expect(rowOf(rows, 'reach.router')?.message).toContain('must be forwarded');
  });

  it('needs no router where the machine has a public address itself', async () => {
    const rows = await ask({}, {}, { lanAddresses: () => ['198.51.100.7'], router: { gateway: () => Promise.reject(new Error('asked')) } });
    expect(states(rows)).toMatchObject({ 'reach.router': 'passed', 'reach.name': 'passed' });
  });

  it('says that there is no way out', async () => {
    const rows = await ask({}, {}, { router: { gateway: () => Promise.resolve(null) } });
    expect(rowOf(rows, 'reach.router')?.state).toBe('failed');
  });

  it.each([
    ['', 'Enter the name'],
    ['no-such-name.invalid', 'Nobody knows the name'],
    ['localhost', 'cannot be reached from outside'],
    ['203.0.113.9', 'the address here is 198.51.100.7'],
  ])('judges the name %j', async (publicName, words) => {
    const row = rowOf(await ask({ publicName }, { natPmp: '198.51.100.7' }), 'reach.name');
    expect(row?.state).toBe('failed');
    expect(row?.message).toContain(words);
  });

  it('does not claim to have looked from outside', async () => {
    expect(rowOf(await ask({}), 'reach.outside')).toMatchObject({ state: 'warning', fix: { id: 'watch' } });
  });
});
