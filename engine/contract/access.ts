import { z } from 'zod';
import { timeWindowSchema } from './rule.ts';

/** What an account may do and how much of it: the settings that groups can state for their members too. */

/** The 17 permissions of SFTPGo's users, and `share`; `*` stands for all of them. */
export const PERMISSIONS = [
  '*',
  'list',
  'download',
  'upload',
  'overwrite',
  'delete',
  'delete_files',
  'delete_dirs',
  'rename',
  'rename_files',
  'rename_dirs',
  'create_dirs',
  'create_symlinks',
  'chmod',
  'chown',
  'chtimes',
  'copy',
  'share',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Names of accounts, groups, roles and folders: each can be a folder's name and stands in paths as it is. */
export const recordName = z
  .string()
  .min(1, 'Enter a name.')
  .max(255)
  .regex(/^[A-Za-z0-9_.~@-]+$/, 'Use letters, digits and . _ - ~ @ only.')
  .refine((name) => name !== '.' && name !== '..', 'This name cannot be used for a folder.');

/** Clean, so that the nearest entry of a table of paths is found by its text: no trailing slash, no `.` or `..`. */
export const virtualPath = z
  .string()
  .max(4096)
  .regex(/^\//, 'A path starts with a slash, such as /inbox.')
  .refine(
    (path) =>
      path === '/' ||
      path
        .slice(1)
        .split('/')
        .every((part) => part !== '' && part !== '.' && part !== '..'),
    'Write the path without a slash at its end, and without // or .. in it.',
  )
  .meta({ title: 'Path as the partner sees it' });

export const permissionMap = z.record(virtualPath, z.array(z.enum(PERMISSIONS)));

const addressRule = z
  .string()
  .max(64)
  .refine(
    (text) => [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((form) => form.safeParse(text).success),
    'Enter an address such as 203.0.113.7, or a network such as 192.168.0.0/24.',
  );

const addresses = z.array(addressRule).max(100).default([]);

/** Ways to prove who one is. */
export const SIGN_IN_METHODS = ['password', 'publickey', 'keyboard-interactive'] as const;

const atTheDoor = z.strictObject({
  /** The password alone is not enough: a registered key is needed (which only SFTP can show). */
  requireKey: z.boolean().default(false),
  /** Neither is enough alone: a registered key and the password are both needed, in any order. */
  requirePasswordAndKey: z.boolean().default(false),
  /** No sign-in and no data connection in the clear, even where the server allows plain FTP. */
  requireEncryption: z.boolean().default(false),
  /** Empty: all. */
  protocols: z
    .array(z.enum(['SFTP', 'FTP', 'FTPS']))
    .max(3)
    .default([]),
  /** Single addresses or networks such as 192.168.0.0/24; empty: from anywhere. */
  addresses: addresses.meta({ title: 'Only from these addresses; empty: from anywhere' }),
  /** An address in both lists follows the more exact entry, and this one where they are the same. */
  deniedAddresses: addresses.meta({ title: 'Not from these addresses' }),
  deniedMethods: z
    .array(z.enum(SIGN_IN_METHODS))
    .max(SIGN_IN_METHODS.length - 1, 'One way of signing in has to stay.')
    .default([]),
  /** Whoever gives this user name comes in over FTP with any password, and may list and download only. */
  anonymous: z.boolean().default(false),
});

/** Whether anybody can show what is asked for. */
function canBeShown({ requirePasswordAndKey, protocols, deniedMethods, anonymous }: z.infer<typeof atTheDoor>): boolean {
  if (!requirePasswordAndKey) return true;
  const hasSftp = protocols.length === 0 || protocols.includes('SFTP');
  const hasPassword = (['password', 'keyboard-interactive'] as const).some((method) => !deniedMethods.includes(method));
  return hasSftp && hasPassword && !deniedMethods.includes('publickey') && !anonymous;
}

/** What is asked of a partner at the door, beyond a right password or key. */
export const signInPolicySchema = atTheDoor.refine(canBeShown, {
  error: 'Password and key together need SFTP, keys and one way to give the password. Allow all three, or ask for one of the two only.',
  path: ['requirePasswordAndKey'],
});
/** What a group can say about it. */
export const groupSignInSchema = atTheDoor.omit({ anonymous: true });
export type SignInPolicy = z.infer<typeof signInPolicySchema>;

const amount = z.int().min(0).default(0);

/** How much an account may do. 0 or an empty list: the primary group says it, else there is no limit. */
export const limitsSchema = z.strictObject({
  largestUploadBytes: amount,
  /** Bytes until the counters are set back. */
  transferUploadBytes: amount,
  transferDownloadBytes: amount,
  /** Both directions together; replaces the two. */
  transferTotalBytes: amount,
  /** Shared by all sessions of the account. */
  uploadBytesPerSecond: amount,
  downloadBytesPerSecond: amount,
  sessions: amount.meta({ title: 'Sessions at the same time' }),
  idleMinutes: amount.meta({ title: 'Minutes without a command after which a session ends' }),
  /** Empty: always. */
  hours: z.array(timeWindowSchema).max(20).default([]).meta({ title: 'When the account may be signed in' }),
  warnAtPercent: z.int().min(0).max(100).default(0).meta({ title: 'Share of the quota from which on a warning is given; 0: 80' }),
  passwordDays: z.int().min(0).max(3650).default(0).meta({ title: 'Days after which a password has to be changed; 0: as in the settings' }),
  passwordBits: z.int().min(0).max(256).default(0).meta({ title: 'Least entropy of a password in bits; 0: as in the settings' }),
});
export type Limits = z.infer<typeof limitsSchema>;

const pattern = z.string().min(1, 'Enter a pattern, such as *.pdf.').max(255);

/** Which files may be in a directory, by their names; the nearest entry holds. */
export const filePatternSchema = z.strictObject({
  path: virtualPath,
  /** A name that one of these matches is allowed, whatever the other list says; with any here, all others are not. */
  allowed: z.array(pattern).max(100).default([]),
  denied: z.array(pattern).max(100).default([]),
  /** Refused files are not even seen. */
  hidden: z.boolean().default(false),
});
export type FilePattern = z.infer<typeof filePatternSchema>;

/** A virtual folder (see folder.ts) in an account's tree. */
export const mountSchema = z.strictObject({
  path: virtualPath.refine((path) => path !== '/', 'The top folder is the home folder. Choose a path below it, such as /shared.'),
  folder: recordName,
  /** What lies in it counts in the account's storage too, beside the folder's own. */
  countsInAccount: z.boolean().default(false),
});
export type Mount = z.infer<typeof mountSchema>;

const noneTwice = (entries: readonly { readonly path: string }[]): boolean =>
  new Set(entries.map(({ path }) => path)).size === entries.length;
const TWICE = 'The same path stands in the list twice. Remove one of the entries.';

export const filePatternList = z.array(filePatternSchema).max(100).refine(noneTwice, TWICE);
export const mountList = z.array(mountSchema).max(100).refine(noneTwice, TWICE);

/** The folder in which a session begins; empty: the top one. */
export const startDirectory = z.union([z.literal(''), virtualPath]);
