import {
  Archive,
  Bell,
  Database,
  Info,
  KeyRound,
  type LucideIcon,
  Mail,
  Monitor,
  Server,
  ShieldCheck,
  SlidersHorizontal,
  UserCog,
} from 'lucide-react';
import type { SettingPath } from './setting-paths.ts';

/** The pages of Settings, in their order. */
export const SECTION_IDS = [
  'general',
  'servers',
  'security',
  'keys',
  'admins',
  'notifications',
  'mail',
  'storage',
  'backup',
  'desktop',
  'about',
] as const;
export type SectionId = (typeof SECTION_IDS)[number];

export const SECTION_ICONS: Readonly<Record<SectionId, LucideIcon>> = {
  general: SlidersHorizontal,
  servers: Server,
  security: ShieldCheck,
  keys: KeyRound,
  admins: UserCog,
  notifications: Bell,
  mail: Mail,
  storage: Database,
  backup: Archive,
  desktop: Monitor,
  about: Info,
};

/** What rules may do to the machine, where certificates come from, when an address is blocked: three forms of one page. */
export const MACHINE_PATHS: readonly SettingPath[] = ['commands.allowed', 'outbound.allowLoopback', 'outbound.allowPrivate'];
export const ACME_PATHS: readonly SettingPath[] = [
  'acme.enabled',
  'acme.termsAgreed',
  'acme.domains',
  'acme.email',
  'acme.challengePort',
  'acme.challengeHost',
  'acme.renewDays',
  'acme.directoryUrl',
  'acme.directoryCa',
];
/** From where the console is reached, and for how long. */
export const REACH_PATHS: readonly SettingPath[] = [
  'console.enabled',
  'console.port',
  'console.host',
  'console.idleMinutes',
  'console.longestHours',
];
export const PASSWORD_PATHS: readonly SettingPath[] = ['passwords.minimumLength', 'passwords.minimumBits', 'passwords.expireDays'];
/** The provider of identities. */
export const IDENTITY_PATHS: readonly SettingPath[] = [
  'identity.enabled',
  'identity.name',
  'identity.issuer',
  'identity.clientId',
  'identity.clientSecret',
  'identity.nameClaim',
  'identity.roleClaim',
  'identity.adminRoles',
];
export const DEFENDER_PATHS: readonly SettingPath[] = [
  'defender.enabled',
  'defender.spareLan',
  'defender.threshold',
  'defender.observationMinutes',
  'defender.banMinutes',
  'defender.growthPercent',
  'defender.scores',
  'defender.mostStrangers',
  'defender.mostStrangersPerAddress',
];

/** The settings that each page's form saves. */
export const SECTION_PATHS: Readonly<Record<SectionId, readonly SettingPath[]>> = {
  general: ['server.name', 'rules.reverse'],
  servers: [
    'sftp.enabled',
    'sftp.port',
    'sftp.host',
    'sftp.loginGraceSeconds',
    'sftp.maxAuthAttempts',
    'sftp.maxConnections',
    'sftp.compatibility',
    'ftp.enabled',
    'ftp.requireTls',
    'ftp.port',
    'ftp.host',
    'ftp.passiveFrom',
    'ftp.passiveTo',
    'ftp.publicAddress',
    'ftp.implicitTlsPort',
    'ftp.tlsSessionReuse',
    'server.fromInternet',
    'server.publicName',
    'server.sessionsPerAddress',
  ],
  security: [...PASSWORD_PATHS, ...MACHINE_PATHS, ...ACME_PATHS, ...DEFENDER_PATHS],
  keys: [],
  admins: [...REACH_PATHS, ...IDENTITY_PATHS],
  notifications: [
    'notifications.newFiles',
    'notifications.failedRules',
    'notifications.quietHours',
    'notifications.actIgnoresQuietHours',
    'notifications.hideNames',
    'notifications.mutes',
  ],
  mail: [
    'mail.host',
    'mail.port',
    'mail.security',
    'mail.from',
    'mail.username',
    'mail.password',
    'mail.allowInvalidCertificate',
    'mail.oauthTokenUrl',
    'mail.oauthClientId',
    'mail.oauthClientSecret',
    'mail.oauthRefreshToken',
    'mail.attachmentsMegabytes',
  ],
  storage: [
    'exchange.folder',
    'uploads.keepPartialDays',
    'uploads.temporarySuffixes',
    'uploads.renameWaitSeconds',
    'uploads.batchPauseSeconds',
    'uploads.durability',
    'uploads.copyLimitBytes',
    'log.keepDays',
    'log.search',
    'log.detail',
    'log.failedRunDays',
    'log.largestBytes',
    'log.groups',
    'log.apiCalls',
    'log.apiProgress',
    'archives.mostEntries',
    'archives.mostBytes',
    'archives.mostRatio',
    'rules.workers',
    'rules.syncSeconds',
    'rules.syncTimeout',
    'rules.asynchronous',
  ],
  backup: ['backup.folder'],
  desktop: ['desktop.startAtSignIn', 'desktop.closeToTray', 'desktop.preventSleep'],
  about: [],
};
