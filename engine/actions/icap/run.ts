import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { posix } from 'node:path';
import { AppError, toAppError } from '../../contract/errors.ts';
import { icapExchange, type IcapRequest, IcapStatusError } from '../../outbound/icap/client.ts';
import { IcapSyntaxError } from '../../outbound/icap/parse.ts';
import { secure } from '../../outbound/tls.ts';
import { plainWords } from '../../outbound/words.ts';
import { baseOf } from '../../vfs/names.ts';
import { moveAcross } from '../../vfs/across.ts';
import { placeFor } from '../../vfs/placement.ts';
import { bytesOf, withDownload, writeFile } from '../../vfs/streams.ts';
import { readTree } from '../../vfs/tree.ts';
import type { FileTree } from '../../vfs/types.ts';
import { type ActionContext, ActionFailure, type Detail, type Runner } from '../runner.ts';
import type { icap } from './definition.ts';

type Config = Parameters<Runner<typeof icap>>[0]['config'];

/** What became of one file. */
type Outcome = {
  readonly path: string;
  readonly verdict: 'clean' | 'infected' | 'changed' | 'not scanned';
  readonly threat?: string;
  readonly done?: 'kept' | 'deleted' | 'replaced' | 'moved';
  readonly movedTo?: string;
  readonly reason?: string;
};

/** Scans every file before it fails for those that were not clean; a scanner that cannot be asked ends it at once. */
export const runIcap: Runner<typeof icap> = async ({ config }, context) => {
  const [session, quarantine] = [await context.source(), await context.target()];
  const paths = await filesIn(session, config, quarantine.identify(config.quarantineFolder), context.signal);
  const total = paths.reduce((sum, { size }) => sum + size, 0);
  const files: Outcome[] = [];
  let done = 0;
  for (const { path, size } of paths) {
    const before = done;
    try {
      const scan = { session, quarantine, config, context, path, onProgress: (bytes: number) => context.progress(before + bytes, total) };
      files.push(await settle(scan, await scanFile(scan)));
    } catch (error) {
      throw ActionFailure.from(error, `${path} could not be scanned`, { files });
    }
    done += size;
  }
  const detail: Detail = { files };
  const infected = files.filter(({ verdict }) => verdict === 'infected');
  if (infected.length === 0) return detail;
  const named = infected
    .slice(0, 3)
    .map(({ path, threat, done: what, movedTo }) => `${path} (${threat ?? 'unknown'}), ${whatWasDone(what, movedTo)}`);
  throw new ActionFailure(
    `A threat was found in ${named.join('; ')}${infected.length > 3 ? ` and ${infected.length - 3} more` : ''}.`,
    detail,
  );
};

type Scan = {
  readonly session: FileTree;
  /** Where threats are put away; mostly the same tree. */
  readonly quarantine: FileTree;
  readonly config: Config;
  readonly context: ActionContext;
  readonly path: string;
  readonly onProgress: (bytes: number) => void;
};

type Verdict = { readonly verdict: Outcome['verdict']; readonly threat: string | null; readonly reason: string | null };

/** Asks about one file. A service that cannot be asked is an answer where the rule lets files pass then. */
async function scanFile(scan: Scan): Promise<Verdict> {
  const sent = createHash('sha256');
  const given = createHash('sha256');
  let length = 0;
  try {
    const result = await ask(scan, sent, async (content) => {
      for await (const bytes of content) {
        given.update(bytes);
        length += bytes.length;
      }
    });
    if (result.verdict === 'infected') return { verdict: 'infected', threat: result.threat, reason: null };
    const answer = given.digest('hex');
    // A service that never says 204 gives the whole file back.
    if (result.verdict === 'unchanged' || sent.digest('hex') === answer) return { verdict: 'clean', threat: null, reason: null };
    if ((await beginningOf(scan, length)) === answer)
      return { verdict: 'infected', threat: 'the service broke off in the middle of it', reason: null };
    return { verdict: 'changed', threat: null, reason: null };
  } catch (error) {
    if (!(error instanceof ServiceError) || scan.config.whenUnavailable === 'fail') throw error;
    return { verdict: 'not scanned', threat: null, reason: error.message };
  }
}

/**
 * The hash of the file's first bytes; null where it has fewer. A scanner that answers with a large file while it still gets it cannot take
 * that back when it finds a threat: it only stops.
 */
async function beginningOf({ session, path, context }: Scan, length: number): Promise<string | null> {
  return await withDownload(session, path, async (download) => {
    if (length >= download.size) return null;
    const hash = createHash('sha256');
    for await (const bytes of bytesOf(download, context.signal, { end: length })) hash.update(bytes);
    return hash.digest('hex');
  });
}

/** The scanner, as opposed to the file or the disk, is what went wrong. */
class ServiceError extends AppError {}

async function ask(
  { session, config, context, path, onProgress }: Scan,
  sent: { update(bytes: Uint8Array): unknown },
  onContent: IcapRequest['onContent'],
): Promise<Awaited<ReturnType<typeof icapExchange>>> {
  const { host, port, service, method } = config;
  const timeout = AbortSignal.timeout(config.timeoutSeconds * 1000);
  const signal = AbortSignal.any([context.signal, timeout]);
  const open = new Set<Socket>();
  const abort = (): void => open.forEach((socket) => socket.destroy());
  signal.addEventListener('abort', abort, { once: true });
  const file = { failed: undefined as unknown };
  try {
    return await withDownload(session, path, async (download) => {
      const connect = async (): Promise<Socket> => {
        const socket = await context.connector.connect({ host, port, signal });
        open.add(socket);
        if (!config.tls) return socket;
        return await secure(socket, { host, port, allowInvalidCertificate: config.allowInvalidCertificate, signal });
      };
      async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
        let done = 0;
        try {
          for await (const chunk of bytesOf(download, signal)) {
            sent.update(chunk);
            yield chunk;
            done += chunk.length;
            onProgress(done);
          }
        } catch (error) {
          file.failed = error;
          throw error;
        }
      }
      return await icapExchange(connect, {
        host,
        port,
        service,
        method,
        file: { name: baseOf(path), size: download.size, bytes },
        onContent,
      });
    });
  } catch (error) {
    context.signal.throwIfAborted();
    if (timeout.aborted) throw new ServiceError('timeout', `${host} port ${port} gave no verdict within ${config.timeoutSeconds} s.`);
    if (file.failed !== undefined) throw toAppError(file.failed);
    if (error instanceof IcapStatusError || error instanceof IcapSyntaxError)
      throw new ServiceError('outbound_failed', `The service ${service} of ${host} port ${port} cannot be used: ${error.message}.`, {
        cause: error,
      });
    if (error instanceof AppError) {
      const isTheirs = error.code === 'outbound_failed';
      throw isTheirs ? new ServiceError(error.code, error.message, { cause: error }) : error;
    }
    if ((error as NodeJS.ErrnoException).code !== undefined)
      throw new ServiceError('outbound_failed', `${host} port ${port} cannot be used: ${plainWords(error)}.`, { cause: error });
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    abort();
  }
}

/** Does with the file what the rule says about such a verdict. */
async function settle(scan: Scan, { verdict, threat, reason }: Verdict): Promise<Outcome> {
  const { session, quarantine, config, context, path } = scan;
  const outcome: Outcome = {
    path,
    verdict,
    ...(threat === null ? {} : { threat }),
    ...(reason === null ? {} : { reason }),
  };
  if (verdict === 'clean' || verdict === 'not scanned') return outcome;
  switch (verdict === 'infected' ? config.onInfected : config.onChanged) {
    case 'keep':
      return { ...outcome, done: 'kept' };
    case 'delete':
      await session.remove(path);
      return { ...outcome, done: 'deleted' };
    case 'quarantine': {
      const place = await placeFor(quarantine, posix.join(config.quarantineFolder, baseOf(path)), 'number');
      if (place === null) throw new AppError('internal', 'A numbered place was not given.');
      const { signal } = context;
      await moveAcross({ source: session, target: quarantine }, path, place.path, {
        overwrite: false,
        signal,
        onProgress: () => undefined,
      });
      return { ...outcome, done: 'moved', movedTo: place.path };
    }
    case 'replace':
      await replace(scan);
      return { ...outcome, done: 'replaced' };
  }
}

/**
 * Asks once more and writes what comes. The first answer was only compared: whether it is another content is known at its end, and an
 * upload that is broken off for being the same would stand in the log as a failure.
 */
async function replace(scan: Scan): Promise<void> {
  const { session, context, path } = scan;
  const { mtimeMs } = await session.stat(path);
  const result = await ask(scan, { update: () => undefined }, async (content) => {
    await writeFile(session, path, content, context.signal, { overwrite: true, mtimeMs });
  });
  if (result.verdict !== 'answered')
    throw new AppError('outbound_failed', 'The service gave another answer when it was asked for the new content.');
}

async function filesIn(
  session: FileTree,
  { paths, quarantineFolder }: Config,
  quarantine: string,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly size: number }[]> {
  const found: { path: string; size: number }[] = [];
  for (const path of paths) {
    const stat = await session.stat(path);
    if (stat.type !== 'directory') {
      found.push({ path, size: stat.size });
      continue;
    }
    for (const entry of await readTree(session, path, signal)) {
      // What lies in quarantine has been judged.
      const isJudged = quarantineFolder !== '/' && session.identify(entry.path).startsWith(`${quarantine}/`);
      if (entry.stat.type === 'file' && !isJudged) found.push({ path: entry.path, size: entry.stat.size });
    }
  }
  return found;
}

function whatWasDone(done: Outcome['done'], movedTo: string | undefined): string {
  return done === 'moved' ? `moved to ${movedTo ?? 'quarantine'}` : (done ?? 'kept');
}
