import { expect, test } from 'vitest';
import { addressKind, type AddressKind, plainAddress } from '../../../engine/outbound/addresses.ts';

test.each<[AddressKind, string[]]>([
  ['public', ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2001:4860:4860::8888', '::ffff:8.8.8.8', '64:ff9b::808:808']],
  [
    'private',
    [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      'fd12::1',
      'fc00::1',
      'fec0::1',
      '::ffff:10.0.0.1',
      '64:ff9b::a00:1',
      '2002:a00:1::',
    ],
  ],
  [
    'loopback',
    [
      '127.0.0.1',
      '127.255.0.1',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '0:0:0:0:0:ffff:7f00:0001',
      '::ffff:0:127.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '::127.0.0.1',
      '0:0:0:0:0:0:0:1',
    ],
  ],
  ['link-local', ['169.254.1.1', 'fe80::1', 'fe80::1%eth0', 'febf::1', '::ffff:169.254.1.1']],
  [
    'metadata',
    ['169.254.169.254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254', '169.254.170.2'],
  ],
  ['multicast', ['224.0.0.1', '239.255.255.250', '255.255.255.255', '240.0.0.1', 'ff02::1']],
  ['unspecified', ['0.0.0.0', '0.1.2.3', '::', '::ffff:0.0.0.0']],
])('%s', (kind, addresses) => {
  expect(addresses.filter((address) => addressKind(address) !== kind)).toEqual([]);
});

test('addresses have one spelling', () => {
  expect(plainAddress('2001:DB8:0:0::1')).toBe('2001:db8::1');
  expect(plainAddress('::ffff:c0a8:101')).toBe('192.168.1.1');
  expect(() => plainAddress('example.com')).toThrow(TypeError);
});
