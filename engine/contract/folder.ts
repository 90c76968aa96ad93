import { z } from 'zod';
import { recordName } from './access.ts';
import { sftpServerSchema } from './remote-server.ts';

/**
 * A virtual folder: a folder of this machine that any account can have in its tree, with storage of its own; or one on another server, which
 * only rules use.
 */
export const folderSchema = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  /** Relative to the exchange folder, or absolute. `%username%` and `%role%` stand for those of the account that has it. */
  path: z.string(),
  /** The server that it lies on, its secrets as references; null for a folder of this machine. Its path begins with a slash then. */
  remote: sftpServerSchema.nullable(),
  /** For everybody together; 0 means unlimited. */
  quotaBytes: z.int().min(0),
  quotaFiles: z.int().min(0),
  usedBytes: z.int(),
  usedFiles: z.int(),
  /** Accounts and groups that have it in their trees, and where; rules, flows and saved actions that act in it. */
  usedBy: z.array(
    z.object({
      kind: z.enum(['user', 'group', 'rule', 'flow', 'action']),
      name: z.string(),
      path: z.string().optional().meta({ title: 'Where a user or group has it' }),
    }),
  ),
  createdAt: z.string(),
  version: z.int(),
});
export type Folder = z.infer<typeof folderSchema>;

/** Fields left out of an existing folder stay as they are; a new one needs its path. */
export const folderInputSchema = z.strictObject({
  name: recordName,
  description: z.string().max(1024).optional(),
  path: z.string().min(1, 'Choose a folder of this machine.').max(4096).optional(),
  remote: sftpServerSchema.nullable().optional().meta({ title: 'The SFTP server that it lies on, for rules alone; null: this machine' }),
  quotaBytes: z.int().min(0).optional(),
  quotaFiles: z.int().min(0).optional(),
});
export type FolderInput = z.infer<typeof folderInputSchema>;

/** What `folders.test` takes: a folder on another server that may not be saved yet; `name` is that of the one whose secrets it keeps. */
export const folderTestSchema = z.strictObject({
  name: z.string().optional(),
  path: z.string().min(1).max(4096),
  remote: sftpServerSchema,
});
export type FolderTest = z.infer<typeof folderTestSchema>;
