import { open, writeFile } from 'node:fs/promises';
import { arch, homedir, hostname, release, type } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import { unwrap } from '../contract/fields.ts';
import type { Output } from '../contract/rpc.ts';
import { type Settings, settingsSchema } from '../contract/settings.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import { SCHEMA_VERSION } from '../store/migrate.ts';
import { createReplacer, type Replaced } from './replace-names.ts';

export type Diagnostics = {
  get(): Promise<Output<'diagnostics.get'>>;
  /** Rejects with `invalid_input` for a path that is not absolute, and the disk's reasons. */
  save(path: string): Promise<Output<'diagnostics.save'>>;
};

export type DiagnosticsServices = {
  readonly clock: Clock;
  readonly dataFolder: string;
  readonly exchangeFolder: () => string;
  readonly settings: () => Settings;
  readonly users: () => readonly string[];
  readonly status: () => Output<'server.status'> | Promise<Output<'server.status'>>;
};

/** As much of the end of the log as somebody would read. */
const LOG_BYTES = 64 * 1024;
const KINDS: readonly Replaced[] = ['users', 'addresses', 'emails', 'folders', 'names'];

/** Gathers what helps to find a fault. Nothing in it names a partner, an address or a place; settings that hold texts only say whether they are set. */
export function createDiagnostics(services: DiagnosticsServices): Diagnostics {
  const { clock, dataFolder, settings } = services;

  async function get(): Promise<Output<'diagnostics.get'>> {
    const { server, mail } = settings();
    const replacer = createReplacer({
      users: services.users(),
      folders: [
        [services.exchangeFolder(), 'exchange folder'],
        [dataFolder, 'data folder'],
        [homedir(), 'home'],
      ],
      names: [hostname(), server.name, server.publicName, mail.host],
    });
    const files = [
      { name: 'about.txt', text: replacer.replace(aboutText(await services.status())) },
      // Made without a text in it: there is nothing to replace.
      { name: 'settings.json', text: `${JSON.stringify(withoutTexts(settingsSchema, settings()), null, 2)}\n` },
      { name: 'program-log.txt', text: replacer.replace(await endOf(join(dataFolder, 'logs', 'gatehouse.log'))) },
    ];
    const zip = new ZipFile();
    const mtime = new Date(clock.now());
    for (const { name, text } of files) zip.addBuffer(Buffer.from(text), name, { mtime, mode: 0o100600 });
    zip.end();
    return {
      name: `gatehouse-diagnostics-${isoTime(clock.now()).slice(0, 10)}.zip`,
      files,
      replaced: KINDS.flatMap((what) => (replacer.counts.has(what) ? [{ what, count: replacer.counts.get(what) ?? 0 }] : [])),
      zip: (await buffer(zip.outputStream)).toString('base64'),
    };
  }

  return {
    get,
    async save(path) {
      if (!isAbsolute(path))
        throw new AppError('invalid_input', 'Give the whole path of the file, from the root of the disk.', { field: 'path' });
      const bytes = Buffer.from((await get()).zip, 'base64');
      try {
        await writeFile(path, bytes, { mode: 0o600 });
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
        throw new AppError('folder_not_writable', `The file cannot be written (${code}). Choose another place.`, { cause });
      }
      return { path, bytes: bytes.length };
    },
  };
}

function aboutText(status: Output<'server.status'>): string {
  const { version, startedAt, setUp, paused, listeners, sessions, disk, sshAcceleration, problems } = status;
  const lines: Readonly<Record<string, string | number>> = {
    version,
    'database schema': SCHEMA_VERSION,
    node: process.version,
    system: `${type()} ${release()} ${arch()}`,
    started: startedAt,
    state: `${setUp ? 'set up' : 'not set up'}, ${paused ? 'paused' : 'not paused'}`,
    ...Object.fromEntries(Object.entries(listeners).map(([name, { state, port }]) => [name, `${state}, port ${port}`])),
    sessions: sessions.length,
    'disk free': disk === null ? 'unknown' : `${Math.round((disk.freeBytes / disk.totalBytes) * 100)}%`,
    memory: `${Math.round(process.memoryUsage.rss() / 1024 / 1024)} MiB`,
    'ssh addon': sshAcceleration ? 'in use' : 'not in use',
    problems: problems.length === 0 ? 'none' : problems.map(({ message }) => `\n  ${message}`).join(''),
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** Switches, numbers and choices as they are; of texts, and lists with texts in them, only how many there are. */
function withoutTexts(schema: z.ZodType, value: unknown): unknown {
  const inner = unwrap(schema);
  if (inner !== schema) return withoutTexts(inner, value);
  if (typeof value === 'boolean' || typeof value === 'number' || value === null || value === undefined) return value;
  if (schema instanceof z.ZodObject && typeof value === 'object') {
    const shape: Readonly<Record<string, z.ZodType>> = schema.shape;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, shape[key] === undefined ? '(not known)' : withoutTexts(shape[key], item)]),
    );
  }
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) return value;
  if (Array.isArray(value)) return `(${value.length} entries)`;
  return value === '' ? '(empty)' : '(set)';
}

/** The last part of a text file from its next line on; empty where there is none. */
async function endOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - LOG_BYTES);
      const { buffer: bytes, bytesRead } = await file.read(Buffer.alloc(Math.min(size, LOG_BYTES)), 0, Math.min(size, LOG_BYTES), start);
      const text = bytes.toString('utf8', 0, bytesRead);
      return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
