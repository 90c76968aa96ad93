import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { lanAddresses, ownNames } from '../../../engine/lib/own-addresses.ts';

describe('the addresses of this machine', () => {
  it('are those that others can connect to, IPv4 first', () => {
    const found = lanAddresses();
    for (const { address } of found) {
      expect(isIP(address), address).not.toBe(0);
      expect(address).not.toMatch(/^(127\.|169\.254\.|fe80:|::1$)|%/);
    }
    expect(found.map(({ family }) => family)).toEqual(found.map(({ family }) => family).sort());
  });

  it('stand in a certificate together with its names', () => {
    expect(ownNames()).toEqual([hostname(), 'localhost', '127.0.0.1', '::1', ...lanAddresses().map(({ address }) => address)]);
  });
});
