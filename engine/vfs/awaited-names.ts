import type { Account } from '../contract/account.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import type { EventInfo } from '../events/catalog.ts';
import type { AwaitedUploadRow } from '../store/awaited-uploads-table.ts';
import { type Place, RefusedByRule } from './context.ts';
import { baseOf, parentOf } from './names.ts';
import { type CompleteUpload, recordUpload } from './publish.ts';
import { addUsage, chargeOfRow, rowCharge } from './quota.ts';
import { type Directory, inFolder } from './sandbox/index.ts';
import type { VfsServices } from './services.ts';
import type { Decision, SessionIdentity } from './types.ts';
import { parseDraft, type UploadDraft } from './upload-draft.ts';

/**
 * Uploads under names such as `report.pdf.filepart`: the client renames the file when it has sent everything. Their event waits for that name,
 * at most for a while and until the client leaves; then they count under the name that they have (spec: rules, "Triggers").
 */
export type AwaitedNames = {
  /** Whether an upload of this name waits for another one. */
  isTemporary(name: string): boolean;
  /** Takes a complete upload over, with the end of its journal row, in one transaction. */
  hold(upload: CompleteUpload, rowId: number): void;
  find(key: string): AwaitedUploadRow | undefined;
  /**
   * Gives an upload its name: rules that the client waits for see it, then `rename` is called, then the event is recorded under the new name.
   * Rejects with RefusedByRule, the file gone, where a rule refuses it. `replaced`: bytes of the file that it replaces, null for none.
   */
  name(row: AwaitedUploadRow, target: Place, replaced: number | null, rename: () => Promise<void>): Promise<void>;
  /** Lets an upload count under the name that it has; nothing for a file that waits for none. Never rejects. */
  settle(key: string): Promise<void>;
  /** The same for everything below a folder, and for everything that a session uploaded. */
  settleBelow(folderKey: string): Promise<void>;
  settleSession(sessionId: number): Promise<void>;
  /** The same for what has waited long enough by now; once for what an earlier run of the program left. */
  settleDue(): Promise<void>;
  /** Records what a kill cut off from its event in the middle of a rename. */
  recover(): Promise<void>;
  stop(): void;
};

type Named = { readonly path: string; readonly key: string };

export function createAwaitedNames(services: VfsServices, accountOf: (id: number) => Account | undefined): AwaitedNames {
  const { store, events, clock, log } = services;
  const { awaitedUploads: table, files, uploads } = store.tables;
  const rows = new Map<string, AwaitedUploadRow>(table.all().map((row) => [row.fileKey, row]));
  /** What an earlier run left has waited long enough. */
  const earlier = new Set([...rows.values()].map(({ id }) => id));
  const busy = new Set<number>();
  let timer: NodeJS.Timeout | undefined;

  const dueAt = (row: AwaitedUploadRow): number => (earlier.has(row.id) ? 0 : row.at + services.settings().renameWaitSeconds * 1000);

  function arm(): void {
    clearTimeout(timer);
    if (rows.size === 0) return;
    const next = Math.min(...[...rows.values()].map(dueAt));
    timer = setTimeout(() => void settleDue(), Math.max(0, next - clock.now())).unref();
  }

  function drop(row: AwaitedUploadRow): void {
    rows.delete(row.fileKey);
    earlier.delete(row.id);
    arm();
  }

  /** Rules that would have been waited for see the file; what they refuse is deleted, as it is before any other publication. */
  async function ask(row: AwaitedUploadRow, draft: UploadDraft, as: Named & { readonly replaced: number | null }): Promise<Held> {
    const account = accountOf(row.accountId);
    if (account === undefined) return undefined;
    const { ip, protocol, client } = draft.actor;
    const identity: SessionIdentity = {
      account,
      protocol: protocol ?? 'SFTP',
      address: ip,
      client,
      method: '',
      origin: 'client',
      causedBy: null,
    };
    const decision = await services.decide({
      operation: 'upload',
      identity,
      sessionId: row.sessionId ?? 0,
      path: as.path,
      targetPath: null,
      size: row.size,
      stage: 'publish',
      hiddenPath: row.path,
      write: writeOf(draft, as.replaced),
      replaces: as.replaced !== null,
      hold: holdOf(row),
    });
    if (decision.allow) return decision.held;
    // What was acknowledged is not thrown away because nobody could look at it.
    if (decision.unasked === true) throw new AppError('busy', decision.message);
    const error = new RefusedByRule(decision.message, decision.reason);
    await discard(row, draft, as.path, error);
    throw error;
  }

  async function discard(
    row: AwaitedUploadRow,
    { actor, batchId, charged }: UploadDraft,
    path: string,
    error: RefusedByRule,
  ): Promise<void> {
    await inParent(row.fileKey, async (directory) => {
      if (directory?.lstat(baseOf(row.fileKey)) !== undefined) await directory.unlink(baseOf(row.fileKey));
    });
    error.isRecorded = true;
    const info: EventInfo<'TRANSFER_FAILED'> = { direction: 'upload', reason: error.reason, bytes: row.size };
    await events.record(
      { type: 'TRANSFER_FAILED', info, actor, batchId, path, bytes: row.size, durationMs: row.durationMs, outcome: 'denied' },
      () => {
        addUsage(store, chargeOfRow({ accountId: row.accountId, ...charged }), -row.size, -1);
        files.remove(row.fileKey);
        table.remove(row.id);
        return undefined;
      },
      { mayWait: true },
    );
    drop(row);
  }

  async function record(row: AwaitedUploadRow, draft: UploadDraft, as: Named & { replaced: number | null }, held: Held): Promise<void> {
    const { info, charged, ...rest } = draft;
    const charge = chargeOfRow({ accountId: row.accountId, ...charged });
    const upload: CompleteUpload = {
      ...rest,
      info: { ...info, operation: writeOf(draft, as.replaced) },
      replaced: as.replaced,
      accountId: row.accountId,
      charge,
      path: as.path,
      key: as.key,
      size: row.size,
      durationMs: row.durationMs,
      ...(held === undefined ? {} : { releases: held.release }),
    };
    await recordUpload(store, events, upload, () => {
      // Its own bytes were counted when it was complete; the file that it replaces is gone.
      if (as.key !== row.fileKey) {
        files.remove(row.fileKey);
        if (as.replaced !== null) addUsage(store, charge, -as.replaced, -1);
      }
      table.remove(row.id);
    });
    drop(row);
  }

  async function settleRow(row: AwaitedUploadRow): Promise<void> {
    if (busy.has(row.id) || rows.get(row.fileKey)?.id !== row.id) return;
    busy.add(row.id);
    try {
      const draft = draftOf(row);
      const where = await placeNow(row);
      if (where === undefined) {
        store.transaction(() => table.remove(row.id)); // Somebody local took it away: nothing is left to tell of.
        drop(row);
        return;
      }
      const hasName = where.key !== row.fileKey;
      const as = { ...where, replaced: hasName ? row.targetReplaced : draft.replaced };
      await record(row, draft, as, hasName ? { release: holdOf(row), withdraw: () => undefined } : await ask(row, draft, as));
    } catch (error) {
      if (!(error instanceof RefusedByRule))
        log.error('an upload under a temporary name could not be recorded; it is tried again', toAppError(error));
    } finally {
      busy.delete(row.id);
    }
  }

  async function settleAll(chosen: (row: AwaitedUploadRow) => boolean): Promise<void> {
    for (const row of [...rows.values()].filter(chosen)) await settleRow(row);
  }

  async function settleDue(): Promise<void> {
    await settleAll((row) => dueAt(row) <= clock.now());
    arm();
  }

  return {
    isTemporary: (name) =>
      services.settings().temporarySuffixes.some((suffix) => name.length > suffix.length && name.toLowerCase().endsWith(suffix)),
    hold(upload, rowId) {
      const { accountId, path, key, size, durationMs } = upload;
      const before = rows.get(key);
      const first = before === undefined ? undefined : draftOf(before);
      // What went on from an earlier part of the same upload is one upload all the same.
      const draft: UploadDraft = {
        actor: upload.actor,
        batchId: upload.batchId,
        info: first?.info ?? upload.info,
        replaced: first === undefined ? upload.replaced : first.replaced,
        copiedFrom: upload.copiedFrom,
        charged: rowCharge(upload.charge),
      };
      const row = {
        accountId,
        sessionId: upload.actor.sessionId,
        path,
        fileKey: key,
        size,
        durationMs,
        at: clock.now(),
        draft: JSON.stringify(draft),
      };
      const id = store.transaction(() => {
        addUsage(store, upload.charge, size - (upload.replaced ?? 0), upload.replaced === null ? 1 : 0);
        uploads.remove(rowId);
        if (before !== undefined) table.remove(before.id);
        return table.put(row);
      });
      rows.set(key, { ...row, id, targetPath: null, targetKey: null, targetReplaced: null });
      arm();
    },
    find: (key) => rows.get(key),
    async name(row, target, replaced, rename) {
      if (busy.has(row.id)) throw new AppError('busy');
      busy.add(row.id);
      try {
        const draft = draftOf(row);
        const as = { path: target.path, key: target.key, replaced };
        const held = await ask(row, draft, as);
        try {
          store.transaction(() => table.aim(row.id, as));
          await rename();
        } catch (error) {
          held?.withdraw();
          store.transaction(() => table.aim(row.id, null));
          throw error;
        }
        await record(row, draft, as, held);
      } finally {
        busy.delete(row.id);
      }
    },
    async settle(key) {
      const row = rows.get(key);
      if (row !== undefined) await settleRow(row);
    },
    settleBelow: (folderKey) => settleAll(({ fileKey }) => fileKey.startsWith(`${folderKey}/`)),
    settleSession: (sessionId) => settleAll((row) => row.sessionId === sessionId),
    recover: () => settleAll((row) => row.targetKey !== null),
    settleDue,
    stop: () => clearTimeout(timer),
  };
}

type Held = Extract<Decision, { allow: true }>['held'];

/** By what a start after a kill knows the runs that held a rename back. */
function holdOf({ id }: AwaitedUploadRow): string {
  return `name ${id}`;
}

/** Where the file is: under its temporary name, or, after a kill in the middle of a rename, under the new one. */
async function placeNow(row: AwaitedUploadRow): Promise<Named | undefined> {
  if (await isThere(row.fileKey)) return { path: row.path, key: row.fileKey };
  const { targetPath, targetKey } = row;
  return targetPath !== null && targetKey !== null && (await isThere(targetKey)) ? { path: targetPath, key: targetKey } : undefined;
}

async function isThere(key: string): Promise<boolean> {
  let found = false;
  await inParent(key, (directory) => {
    found = directory?.lstat(baseOf(key)) !== undefined;
    return Promise.resolve();
  });
  return found;
}

const inParent = (key: string, work: (directory: Directory | undefined) => Promise<void>): Promise<void> => inFolder(parentOf(key), work);

function draftOf(row: AwaitedUploadRow): UploadDraft {
  const draft = parseDraft(row.draft);
  if (draft === undefined) throw new AppError('internal', `The upload ${row.id} that waits for its name cannot be read.`);
  return draft;
}

/** A rename onto a file overwrites it; one onto a free name makes a new file, however the bytes came. */
function writeOf({ info, replaced }: UploadDraft, replacedNow: number | null): 'upload' | 'overwrite' | 'append' {
  if (replacedNow === null) return 'upload';
  return replaced !== null && info.operation === 'append' ? 'append' : 'overwrite';
}
