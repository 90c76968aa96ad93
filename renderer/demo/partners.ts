import { limitsSchema, signInPolicySchema } from '../../engine/contract/access.ts';
import type { Account } from '../../engine/contract/account.ts';
import { iso } from './moments.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** User name, name, mail address, and the address that it comes from. */
export const PARTNERS = [
  ['acme', 'Acme Ltd', 'it@acme.example', '81.2.69.142'],
  ['brandt', 'Brandt Steuerberatung', 'edv@brandt.example', '89.160.20.112'],
  ['novaprint', 'NovaPrint', 'prepress@novaprint.example', '175.16.199.37'],
  ['kestrel', 'Kestrel Legal', 'files@kestrel.example', '216.160.83.56'],
  ['lind', 'Studio Lind', 'hej@lind.example', '2.125.160.216'],
] as const;

/** The accounts of the partners. */
export function accountsOf(now: number): Account[] {
  return PARTNERS.map(([username, displayName, email], index) => account(now, index + 1, username, displayName, email));
}

function account(now: number, id: number, username: string, displayName: string, email: string): Account {
  return {
    id,
    username,
    displayName,
    email,
    contact: id === 1 ? 'Jo Marsh' : '',
    notes: id === 2 ? 'Sends payroll on the 25th.' : '',
    enabled: username !== 'lind',
    expiresAt: username === 'kestrel' ? iso(now + 5 * DAY_MS) : null,
    signIn: signInPolicySchema.parse({ requireKey: username === 'brandt', requireEncryption: true }),
    groups: id < 4 ? [{ name: 'customers', type: 'primary' }] : [],
    role: null,
    home: username,
    startDirectory: '',
    permissions: { '/': ['*'] },
    patterns: [],
    folders: id === 3 ? [{ path: '/shared', folder: 'price-lists', countsInAccount: false }] : [],
    quotaBytes: id === 3 ? 5e9 : 0,
    quotaFiles: 0,
    usedBytes: id === 3 ? 4.3e9 : id * 212_345_678,
    usedFiles: id * 147,
    limits: limitsSchema.parse(id === 3 ? { sessions: 4, uploadBytesPerSecond: 5e6 } : {}),
    uploadedBytes: 0,
    downloadedBytes: 0,
    publicKeys:
      username === 'brandt'
        ? [
            {
              label: 'office server',
              key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample',
              fingerprint: 'SHA256:2zTfWJ9Vq5a0Hq3bqT0Kq0X6C5o2p0m8rYvVYb1d9pE',
            },
          ]
        : [],
    hasPassword: username !== 'brandt',
    passwordChangedAt: username === 'brandt' ? null : iso(now - 90 * DAY_MS),
    passwordMustChange: false,
    createdAt: iso(now - 90 * DAY_MS),
    lastSignInAt: username === 'lind' ? null : iso(now - id * 37 * MINUTE_MS),
    version: 1,
  };
}
