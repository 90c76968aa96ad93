import { describe, expect, test } from 'vitest';
import { type AppliedGroup, applyGroups } from '../../../engine/accounts/inheritance.ts';
import { type Account, type AccountSettings, accountSettingsSchema, type Membership } from '../../../engine/contract/account.ts';
import { type GroupSettings, groupSettingsSchema } from '../../../engine/contract/group.ts';

function account(settings: Partial<AccountSettings> = {}): Account {
  return {
    ...accountSettingsSchema.parse({ username: 'acme' }),
    id: 1,
    usedBytes: 0,
    usedFiles: 0,
    uploadedBytes: 0,
    downloadedBytes: 0,
    publicKeys: [],
    hasPassword: true,
    passwordChangedAt: null,
    createdAt: '2026-11-01T00:00:00.000Z',
    lastSignInAt: null,
    version: 1,
    ...settings,
  };
}

type GivenSettings = Parameters<typeof groupSettingsSchema.parse>[0];

const group = (type: Membership, settings: GivenSettings): AppliedGroup => ({ type, settings: groupSettingsSchema.parse(settings) });

const limits = (given: Partial<GroupSettings['limits']>): Account['limits'] => groupSettingsSchema.parse({ limits: given }).limits;

describe('what an account takes over', () => {
  test.each<[string, Partial<AccountSettings>, AppliedGroup[], Partial<Account>]>([
    ['nothing without groups; its name is its home', {}, [], { home: 'acme', permissions: {}, quotaBytes: 0 }],
    ["the primary group's home, with the names filled in", {}, [group('primary', { home: 'eu/%username%' })], { home: 'eu/acme' }],
    ['a role that it has', { role: 'north' }, [group('primary', { home: '%role%/%username%' })], { home: 'north/acme' }],
    ['not a home where it has its own', { home: 'mine' }, [group('primary', { home: 'eu/%username%' })], { home: 'mine' }],
    ["not a secondary group's home", {}, [group('secondary', { home: 'eu' })], { home: 'acme' }],
    ['nothing by membership', {}, [group('membership', { home: 'eu', quotaBytes: 5 })], { home: 'acme', quotaBytes: 0 }],
    [
      'quotas that it does not state',
      { quotaFiles: 3 },
      [group('primary', { quotaBytes: 9, quotaFiles: 9 })],
      { quotaBytes: 9, quotaFiles: 3 },
    ],
    [
      'limits one by one',
      { limits: limits({ sessions: 2 }) },
      [group('primary', { limits: { sessions: 9, idleMinutes: 5, uploadBytesPerSecond: 1000 } })],
      { limits: limits({ sessions: 2, idleMinutes: 5, uploadBytesPerSecond: 1000 }) },
    ],
    ['an expiry counted from its creation', {}, [group('primary', { expiresAfterDays: 30 })], { expiresAt: '2026-12-01T00:00:00.000Z' }],
    [
      'not an expiry where it has its own',
      { expiresAt: '2027-01-01T00:00:00.000Z' },
      [group('primary', { expiresAfterDays: 30 })],
      { expiresAt: '2027-01-01T00:00:00.000Z' },
    ],
    [
      'permissions of directories without an entry, of / from the primary group only',
      { permissions: { '/in': ['upload'] } },
      [
        group('secondary', { permissions: { '/': ['*'], '/out/%username%': ['download'], '/in': ['*'] } }),
        group('primary', { permissions: { '/': ['list'] } }),
      ],
      { permissions: { '/in': ['upload'], '/': ['list'], '/out/acme': ['download'] } },
    ],
    [
      'mounts at free paths, the primary group first',
      { folders: [{ path: '/shared', folder: 'own', countsInAccount: false }] },
      [
        group('secondary', { folders: [{ path: '/more', folder: 'second' }] }),
        group('primary', {
          folders: [
            { path: '/shared', folder: 'first' },
            { path: '/more', folder: 'first' },
            { path: '/%username%', folder: 'first' },
          ],
        }),
      ],
      {
        folders: [
          { path: '/shared', folder: 'own', countsInAccount: false },
          { path: '/more', folder: 'first', countsInAccount: false },
          { path: '/acme', folder: 'first', countsInAccount: false },
        ],
      },
    ],
    [
      'patterns of paths without an entry',
      { patterns: [{ path: '/', allowed: ['*.csv'], denied: [], hidden: false }] },
      [
        group('secondary', {
          patterns: [
            { path: '/', denied: ['*.exe'] },
            { path: '/in', denied: ['*.exe'], hidden: true },
          ],
        }),
      ],
      {
        patterns: [
          { path: '/', allowed: ['*.csv'], denied: [], hidden: false },
          { path: '/in', allowed: [], denied: ['*.exe'], hidden: true },
        ],
      },
    ],
  ])('%s', (_what, own, groups, expected) => {
    expect(applyGroups(account(own), groups)).toMatchObject(expected);
  });

  test('what is asked at the door becomes stricter, never laxer; refusals are joined', () => {
    const own = accountSettingsSchema.parse({
      username: 'acme',
      signIn: { requireKey: true, addresses: ['192.0.2.0/24'], deniedAddresses: ['192.0.2.9'], deniedMethods: ['password'] },
    });
    const groups = [
      group('primary', {
        signIn: {
          requireEncryption: true,
          requirePasswordAndKey: true,
          protocols: ['SFTP'],
          addresses: ['10.0.0.0/8'],
          deniedAddresses: ['192.0.2.9'],
        },
      }),
      group('secondary', { signIn: { protocols: ['FTP'], deniedAddresses: ['198.51.100.0/24'], deniedMethods: ['keyboard-interactive'] } }),
    ];
    expect(applyGroups(account(own), groups).signIn).toEqual({
      requireKey: true,
      requirePasswordAndKey: true,
      requireEncryption: true,
      protocols: ['SFTP'],
      addresses: ['192.0.2.0/24'],
      deniedAddresses: ['192.0.2.9', '198.51.100.0/24'],
      deniedMethods: ['password', 'keyboard-interactive'],
      anonymous: false,
    });
  });

  test('an anonymous visitor lists and downloads at most, whatever anybody states', () => {
    const own = accountSettingsSchema.parse({
      username: 'anonymous',
      signIn: { anonymous: true },
      permissions: { '/': ['*'], '/drop': ['list', 'upload'], '/hidden': [] },
    });
    expect(applyGroups(account(own), [group('primary', { permissions: { '/more': ['delete', 'download'] } })]).permissions).toEqual({
      '/': ['list', 'download'],
      '/drop': ['list'],
      '/hidden': [],
      '/more': ['download'],
    });
  });
});
