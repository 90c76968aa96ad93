import { z } from 'zod';
import type { EventGroup } from './define.ts';
import type { Offence } from './defence.ts';
import { field } from './fields.ts';
import { muteSchema } from './notice.ts';

/** Everything an administrator decides that is not an account or a rule. One row of the `settings` table per section. */

/** 24-hour clock, such as 19:00. */
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Enter a time such as 19:00.');

const listener = (port: number) =>
  z.strictObject({
    enabled: z.boolean().default(false),
    host: z.string().max(255).default('0.0.0.0'),
    port: z.int().min(0).max(65_535).default(port),
  });

const days = z.int().min(1).max(3650);

/** What is kept of the events of a group. Rules always match the whole event. */
const eventGroup = z.strictObject({
  enabled: z.boolean().default(true),
  /** Off: user, session, address and names are taken out when no run needs them any more. */
  personalData: z.boolean().default(true),
  keepDays: days.nullable().default(null).meta({ title: 'Null: as long as the rest of the log' }),
  forgetAddressesAfterDays: days.nullable().default(null).meta({ title: 'Null: addresses stay as long as the event' }),
});

/** Names of methods, or beginnings of them with `*` at the end. */
const methodNames = z.array(z.string().min(1).max(255)).max(200).default([]);

/** Which calls the log holds: the include list adds to what `record` says, the exclude list takes away from both. */
const loggedCalls = z.strictObject({
  record: z.enum(['off', 'writes', 'all']).default('off'),
  include: methodNames,
  exclude: methodNames,
});

export const settingsSchema = z.strictObject({
  server: z
    .strictObject({
      /** How the office calls it: in mails, on the hand-out sheet, in the certificate. */
      name: z.string().max(255).default(''),
      /** Partners come from outside the office too. */
      fromInternet: z.boolean().default(false),
      /** Name or address under which partners outside reach the machine. */
      publicName: z.string().max(255).default(''),
      setUp: z.boolean().default(false),
      /** Sessions that may be open from one address at the same time; 0: any number. */
      sessionsPerAddress: z.int().min(0).max(100_000).default(100),
      /** Nobody new is let in. */
      paused: z.boolean().default(false),
    })
    .prefault({}),
  exchange: z
    .strictObject({
      /** Where home folders stand. Empty: `exchange` inside the data folder. */
      folder: z.string().max(4096).default(''),
    })
    .prefault({}),
  sftp: listener(2022)
    .extend({
      loginGraceSeconds: z.int().min(5).max(600).default(120),
      maxAuthAttempts: z.int().min(1).max(20).default(6),
      maxConnections: z.int().min(1).max(10_000).default(1000),
      /** Adds ECDH P-256, non-ETM SHA-2 and an RSA host key for older clients, libssh2 before 1.11 (2023) among them. */
      compatibility: z.boolean().default(false),
    })
    .prefault({}),
  ftp: listener(2121)
    .extend({
      passiveFrom: z.int().min(1024).max(65_535).default(50_000),
      passiveTo: z.int().min(1024).max(65_535).default(50_099),
      /** Address announced in PASV replies to peers outside the LAN; empty: the one the client connected to. */
      publicAddress: z.string().max(255).default(''),
      requireTls: z.boolean().default(false),
      /** Port of a second listener on which TLS begins with the connection (usually 990); 0: none. */
      implicitTlsPort: z.int().min(0).max(65_535).default(0),
      /** Whether data connections have to resume the TLS session of their control connection: not looked at, logged, or refused. */
      tlsSessionReuse: z.enum(['off', 'warn', 'enforce']).default('off'),
    })
    .refine((ftp) => ftp.implicitTlsPort === 0 || ftp.implicitTlsPort !== ftp.port, {
      error: 'FTP has this port already. Choose another one for implicit TLS, such as 990.',
      path: ['implicitTlsPort'],
    })
    .refine((ftp) => ftp.passiveFrom <= ftp.passiveTo, { error: 'The last passive port is below the first.', path: ['passiveTo'] })
    .prefault({}),
  console: listener(8591)
    .extend({
      /** Without a request for so long, or after so long in all, an administrator signs in anew. */
      idleMinutes: z.int().min(1).max(10_080).default(60),
      longestHours: z.int().min(1).max(168).default(12),
    })
    .prefault({}),
  /** Signing in to the console with a provider of identities (OpenID Connect). */
  identity: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** How it is called on the sign-in page; empty: its address. */
      name: z.string().max(64).default(''),
      issuer: z
        .string()
        .max(2048)
        .regex(
          /^$|^https:\/\/[^\s@?#]+$|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/[^\s@?#]*)?$/,
          'Enter an address that begins with https://.',
        )
        .default(''),
      clientId: z.string().max(255).default(''),
      clientSecret: field.secret({ title: 'Client secret' }).default(''),
      scopes: z
        .array(z.string().regex(/^[!#-[\]-~]{1,255}$/, 'Enter a scope, such as email.'))
        .max(20)
        .default(['openid', 'profile', 'email']),
      /** The claim that says who somebody is: the name of the administrator or the user name of the account. */
      nameClaim: z.string().min(1, 'Enter the name of a claim.').max(255).default('preferred_username'),
      /** The claim with somebody's roles. Empty: whoever signs in is taken for an administrator. */
      roleClaim: z.string().max(255).default(''),
      /** Values of that claim that make an administrator; everybody else is taken for a partner. */
      adminRoles: z.array(z.string().min(1).max(255)).max(100).default(['admin']),
    })
    .refine(({ enabled, issuer }) => !enabled || issuer !== '', { error: 'Enter the address of the identity provider.', path: ['issuer'] })
    .refine(({ enabled, clientId }) => !enabled || clientId !== '', {
      error: 'Enter the client id that the identity provider has given you.',
      path: ['clientId'],
    })
    .prefault({}),
  acme: z
    .strictObject({
      /** Fetches the certificate from an authority and renews it in time. */
      enabled: z.boolean().default(false),
      /** Of the authority, whose terms are behind its directory. */
      termsAgreed: z.boolean().default(false),
      directoryUrl: z
        .url({ protocol: /^https$/, error: 'Enter an address that starts with https://.' })
        .max(2048)
        .default('https://acme-v02.api.letsencrypt.org/directory'),
      /** PEM of whom to trust as the authority's address, for one in one's own network; empty: those that the system trusts. */
      directoryCa: z.string().max(65_536).default(''),
      /** Empty: the public name of the server. */
      domains: z
        .array(
          z
            .string()
            .max(253)
            .regex(/^(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'Enter a name such as files.example.com.'),
        )
        .max(100)
        .default([]),
      /** Where the authority may write to. */
      email: z.union([z.literal(''), z.email('This is not an e-mail address.')]).default(''),
      /** Where the authority's questions come in while a certificate is ordered; from outside it must be port 80. */
      challengeHost: z.string().max(255).default('0.0.0.0'),
      challengePort: z.int().min(0).max(65_535).default(80),
      renewDays: z.int().min(1).max(90).default(30),
    })
    .refine(({ enabled, termsAgreed }) => !enabled || termsAgreed, {
      error: 'Agree to the terms of the certificate authority first.',
      path: ['termsAgreed'],
    })
    .prefault({}),
  defender: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** An address is blocked when its offences of the last `observationMinutes` add up to this. */
      threshold: z.int().min(1).max(1000).default(15),
      observationMinutes: z.int().min(1).max(1440).default(30),
      banMinutes: z.int().min(1).max(525_600).default(30),
      /** How much longer a block gets, in percent of `banMinutes`, for each minute in which the blocked address comes again. */
      growthPercent: z.int().min(0).max(1000).default(0),
      /** Addresses of private networks and of this machine are never counted. */
      spareLan: z.boolean().default(true),
      /** Connections at a time that nobody has signed in on: in all of a protocol, and from one address. */
      mostStrangers: z.int().min(1).max(10_000).default(100),
      mostStrangersPerAddress: z.int().min(1).max(10_000).default(25),
      /** What each offence counts. */
      scores: z
        .strictObject({
          wrongPassword: z.int().min(0).max(1000).default(1),
          unknownUser: z.int().min(0).max(1000).default(2),
          /** Too many connections or sign-ins at once. */
          limit: z.int().min(0).max(1000).default(3),
          /** A connection that ended without an attempt to sign in. */
          noSignIn: z.int().min(0).max(1000).default(0),
        } satisfies Record<Offence, z.ZodType>)
        .prefault({}),
    })
    .refine(({ scores, threshold }) => Object.values(scores).every((score) => score < threshold), {
      error: 'One offence alone would block an address. Raise the threshold above every score.',
      path: ['threshold'],
    })
    .refine(({ scores }) => Object.values(scores).some((score) => score > 0), {
      error: 'Nothing would ever be counted. Give at least one offence a score.',
      path: ['scores', 'wrongPassword'],
    })
    .prefault({}),
  passwords: z
    .strictObject({
      /** Of accounts; passwords that are in use already stay. */
      minimumLength: z.int().min(1).max(128).default(8),
      /** Least entropy in bits; 0: the length alone decides. */
      minimumBits: z.int().min(0).max(256).default(0),
      /** After that many days a password has to be changed; 0: never. */
      expireDays: z.int().min(0).max(3650).default(0),
    })
    .prefault({}),
  uploads: z
    .strictObject({
      /** `strict` also syncs the database at every commit (SQLite FULL). */
      durability: z.enum(['normal', 'strict']).default('normal'),
      /** A partner's batch ends so long after its last file, when no transfer is open. */
      batchPauseSeconds: z.int().min(1).max(3600).default(10),
      /** How long an interrupted upload can be resumed. */
      keepPartialDays: z.int().min(0).max(365).default(7),
      /** Names with these endings are those of uploads that their clients rename when they are complete. */
      temporarySuffixes: z
        .array(z.string().regex(/^\.[a-z0-9_-]{1,30}$/, 'Write an ending in lower case with its dot, such as .filepart.'))
        .max(50)
        .default(['.filepart', '.part', '.tmp', '.partial', '.crdownload']),
      /** So long such an upload waits for its name; after that it counts under the one that it has. */
      renameWaitSeconds: z.int().min(1).max(86_400).default(60),
      /** Appending to a larger file changes it in place instead of on a copy. */
      copyLimitBytes: z
        .int()
        .min(0)
        .default(4 * 1024 ** 3),
    })
    .prefault({}),
  mail: z
    .strictObject({
      host: z.string().max(255).default(''),
      port: z.int().min(1).max(65_535).default(587),
      security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
      from: z.string().max(255).default(''),
      username: z.string().max(255).default(''),
      password: field.secret({ title: 'Password' }).default(''),
      /** Accept a certificate that no known authority signed. */
      allowInvalidCertificate: z.boolean().default(false),
      /** OAuth2 in place of the password, where there is a refresh token. */
      oauthTokenUrl: z
        .string()
        .max(2048)
        .regex(/^$|^https?:\/\/[^\s@]+$/, 'Enter an address that begins with https://.')
        .default(''),
      oauthClientId: z.string().max(255).default(''),
      oauthClientSecret: field.secret({ title: 'OAuth2: client secret' }).default(''),
      oauthRefreshToken: field.secret({ title: 'OAuth2: refresh token' }).default(''),
      /** Of all attachments of one message together. */
      attachmentsMegabytes: z.int().min(1).max(100).default(10),
    })
    .prefault({}),
  archives: z
    .strictObject({
      /** What an archive that a rule unpacks may hold at most: files and folders. */
      mostEntries: z.int().min(1).max(100_000).default(1000),
      /** Bytes of all its files, unpacked. */
      mostBytes: z
        .int()
        .min(1)
        .default(1024 ** 3),
      /** The same by the bytes of the archive. */
      mostRatio: z.int().min(1).max(10_000).default(60),
    })
    .prefault({}),
  backup: z
    .strictObject({
      /** Where backups go. Empty: `backups` inside the data folder. */
      folder: z.string().max(4096).default(''),
    })
    .prefault({}),
  commands: z
    .strictObject({
      /** Absolute paths of the programs that rules may start; empty: none. */
      allowed: z
        .array(
          z
            .string()
            .max(4096)
            .regex(/^\/|^[A-Za-z]:[\\/]/, 'Give the absolute path of the program.'),
        )
        .max(100)
        .default([]),
    })
    .prefault({}),
  outbound: z
    .strictObject({
      /** Rules may connect to services on this machine (never to Gatehouse's own ports). */
      allowLoopback: z.boolean().default(false),
      allowPrivate: z.boolean().default(true),
    })
    .prefault({}),
  notifications: z
    .strictObject({
      /** One notice per partner session with new files. */
      newFiles: z.boolean().default(true),
      failedRules: z.boolean().default(true),
      /** Clock times in `zone`; no desktop notices between them, but those that need somebody to act. */
      quietHours: z
        .strictObject({
          enabled: z.boolean().default(false),
          from: clockTime.default('19:00'),
          to: clockTime.default('07:00'),
          weekdays: z.array(z.int().min(1).max(7)).max(7).default([1, 2, 3, 4, 5, 6, 7]).meta({ title: 'ISO weekdays: 1 is Monday' }),
        })
        .prefault({}),
      actIgnoresQuietHours: z.boolean().default(true),
      /** Names of files are left out of desktop notices, which show on locked screens. */
      hideNames: z.boolean().default(false),
      mutes: z.array(muteSchema).max(200).default([]),
    })
    .prefault({}),
  desktop: z
    .strictObject({
      startAtSignIn: z.boolean().default(false),
      /** Closing the window leaves the servers running where there is a tray to come back from. */
      closeToTray: z.boolean().default(true),
      preventSleep: z.boolean().default(true),
    })
    .prefault({}),
  rules: z
    .strictObject({
      workers: z.int().min(1).max(64).default(8),
      /** How long a partner's client waits at most for the rules of one operation. Clients give up after 15 s or more. */
      syncSeconds: z.int().min(1).max(120).default(12),
      /** What becomes of the operation when that time is over. */
      syncTimeout: z.enum(['refuse', 'allow']).default('refuse'),
      /** Whether what the events of one session set off may act at the same time, for rules that leave it open; else one after another. */
      asynchronous: z.boolean().default(true),
      /** Whether rules may tell users of what others do in their folders. */
      reverse: z.boolean().default(true),
    })
    .prefault({}),
  log: z
    .strictObject({
      keepDays: days.default(365),
      /** Beyond this the oldest events go, whatever their age. */
      largestBytes: z
        .int()
        .min(64 * 1024 ** 2)
        .default(2 * 1024 ** 3),
      failedRunDays: days.default(365),
      groups: z
        .strictObject({
          files: eventGroup.prefault({}),
          sessions: eventGroup.prefault({}),
          records: eventGroup.prefault({}),
          rules: eventGroup.prefault({}),
          deliveries: eventGroup.prefault({}),
          /** What the log has to say of itself cannot be switched off. */
          system: eventGroup.extend({ enabled: z.literal(true).default(true) }).prefault({}),
          api: eventGroup.extend({ keepDays: days.nullable().default(7) }).prefault({}),
        } satisfies Record<EventGroup, z.ZodType>)
        .prefault({}),
      /** Requests to console and API and partners' commands, as API_CALL. */
      apiCalls: loggedCalls.prefault({}),
      /** How far long work is, as API_PROGRESS. */
      apiProgress: loggedCalls.prefault({}),
      /** Searches of consoles and scripts become SEARCH events, looks at one event DETAIL_VIEW, where the request asks for it. */
      search: z.boolean().default(false),
      detail: z.boolean().default(false),
    })
    .prefault({}),
});
export type Settings = z.infer<typeof settingsSchema>;
export type SettingsSection = keyof Settings;
