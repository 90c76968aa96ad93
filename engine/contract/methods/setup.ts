import { z } from 'zod';
import { method, nothing } from '../method.ts';
import { settingsSchema } from '../settings.ts';

/**
 * Remedies of check rows. `setup.fix` carries out the first three; their values: the path, the protocol, `{sftp?, ftp?, passive?: {from, to}}`.
 * The others are the screen's: it puts the port, or the range `{from, to}`, into its field; it opens the watch panel.
 */
export const FIXES = ['create-folder', 'restart-listener', 'firewall', 'use-port', 'use-passive', 'watch'] as const;

export const SELF_TEST_PREFIX = 'gatehouse-selftest-';

/** Whether an account is the one of a running self-test: its events are no partner's, so rules and notices pass over them. */
export function isSelfTestAccount(username: string): boolean {
  return /^gatehouse-selftest-[0-9a-f]{16}$/.test(username);
}

/** What a check found: one row on the screen. `fix` names the remedy. */
export const checkRowSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['waiting', 'running', 'passed', 'warning', 'failed', 'skipped']),
  /** What was found, in words; with what to do where it is not well. */
  message: z.string(),
  fix: z.object({ id: z.enum(FIXES), title: z.string(), value: z.json().optional() }).nullable(),
});
export type CheckRow = z.infer<typeof checkRowSchema>;

const rows = z.object({ rows: z.array(checkRowSchema) });
const port = z.int().min(1).max(65_535);

export const setupMethods = {
  'setup.get': method({
    kind: 'query',
    permission: 'machine',
    title: 'What the set-up wizard starts from: suggestions, what was answered before, the addresses of this machine',
    input: nothing,
    output: z.object({
      done: z.boolean(),
      /** Answers given so far, as `setup.saveDraft` kept them; never a password. */
      draft: z.record(z.string(), z.json()),
      suggestedFolder: z.string(),
      dataFolder: z.string(),
      hostName: z.string(),
      platform: z.enum(['linux', 'darwin', 'win32']),
      lanAddresses: z.array(z.string()),
      settings: settingsSchema,
    }),
  }),
  'setup.saveDraft': method({
    kind: 'command',
    permission: 'machine',
    title: 'Keep unfinished answers of the wizard in place of those before; anything named password or secret is left out',
    input: z.record(z.string().max(64), z.json()),
    output: z.record(z.string(), z.json()),
  }),
  'setup.checkFolder': method({
    kind: 'query',
    permission: 'machine',
    title: 'Try a folder: create, write, rename, delete, free space, kind of disk, clashes',
    input: z.strictObject({ path: z.string().min(1, 'Choose a folder.').max(4096), create: z.boolean().default(false) }),
    output: rows,
  }),
  'setup.checkPorts': method({
    kind: 'query',
    permission: 'machine',
    title: 'Try the ports by really binding them; who holds a taken one, and which is free instead',
    input: z.strictObject({
      sftp: port.optional(),
      ftp: port.optional(),
      implicitTls: port.optional(),
      passive: z.strictObject({ from: port, to: port }).optional(),
    }),
    output: rows,
  }),
  'setup.checkReach': method({
    kind: 'query',
    permission: 'machine',
    title: 'How partners get here: addresses, firewall, router, double translation, the public name',
    input: z.strictObject({
      fromInternet: z.boolean().default(false),
      publicName: z.string().max(255).default(''),
      sftp: port.optional(),
      ftp: port.optional(),
      implicitTls: port.optional(),
    }),
    output: rows,
  }),
  'setup.fix': method({
    kind: 'command',
    permission: 'machine',
    title: 'Carry out the remedy of a check row, such as the firewall rule',
    input: z.strictObject({ id: z.string().max(64), value: z.json().optional() }),
    output: rows,
  }),
  'setup.selfTest': method({
    kind: 'command',
    permission: 'machine',
    title: 'Sign in to the running servers with real clients, move a file, compare it, on loopback and LAN; rows arrive by push meanwhile',
    input: nothing,
    output: rows,
  }),
  'setup.goLive': method({
    kind: 'command',
    permission: 'machine',
    title: 'The last step of the wizard: servers on, set-up done',
    input: nothing,
    output: z.object({ done: z.boolean() }),
  }),
  'certificate.get': method({
    kind: 'query',
    permission: 'settings.read',
    title: 'The certificate of FTPS',
    input: nothing,
    output: z.object({
      subject: z.string(),
      issuer: z.string(),
      names: z.array(z.string()),
      validFrom: z.string(),
      validTo: z.string(),
      sha256: z.string(),
      selfSigned: z.boolean(),
      /** What may trouble partners, in words: soon expired, other names. */
      warnings: z.array(z.string()),
    }),
  }),
  'certificate.import': method({
    kind: 'command',
    permission: 'machine',
    title: 'Use a certificate of your own: PEM texts, or a PFX file in base64 with its password',
    input: z.union([
      z.strictObject({ certificate: z.string().min(1).max(262_144), key: z.string().min(1).max(65_536) }),
      z.strictObject({ pfx: z.string().min(1).max(524_288), password: z.string().max(1024).default('') }),
    ]),
    output: z.object({ sha256: z.string(), names: z.array(z.string()), validTo: z.string(), warnings: z.array(z.string()) }),
  }),
} as const;
