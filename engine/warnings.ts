import type { HealthProblem } from './contract/push.ts';
import type { Output } from './contract/rpc.ts';
import type { Account } from './contract/account.ts';
import { type EventDraft, type EventLog, SYSTEM } from './events/log.ts';
import type { Logger } from './lib/log.ts';
import type { Store } from './store/index.ts';
import { accountActor } from './events/actor.ts';

/** What an administrator is warned of in the log: once when it begins, and again only after it was over. */
export type Warnings = {
  /** Looks at everything and records what is new. One look at a time. */
  look(): Promise<void>;
};

type Certificate = Pick<Output<'certificate.get'>, 'names' | 'validTo' | 'sha256' | 'warnings'> & {
  /** Whoever fetched it has told the log already. */
  readonly isTold: boolean;
};

export type WarningServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly log: Logger;
  readonly problems: () => readonly HealthProblem[];
  /** Null where nobody knows. */
  readonly disk: () => Promise<Output<'server.status'>['disk']>;
  readonly accounts: () => readonly Account[];
  /** What rules watch for, in percent. */
  readonly thresholds: () => { readonly quotaPercent: readonly number[]; readonly diskFreePercent: readonly number[] };
  /** Null while none is in use. */
  readonly certificate: () => Promise<Certificate | null>;
};

/** Warned of whatever the rules say, in percent. */
const DISK_FREE = 5;
/** Where neither the account nor its groups say another share. */
const QUOTA_USED = 80;
/** A warning is over only so many points beyond where it began, so that a value that wavers gives one. */
const DISK_MARGIN = 2;
const QUOTA_MARGIN = 5;
/** What a person has decided is no trouble. */
const INTENDED = ['paused'];

type Kept = { readonly warned: readonly string[]; readonly certificate: string | null };

export function createWarnings(services: WarningServices): Warnings {
  const { store, events, log } = services;
  const { folders, folderUsage, meta, usage } = store.tables;
  let queue: Promise<void> = Promise.resolve();

  function problems(): Map<string, EventDraft> {
    const found = services.problems().filter(({ id }) => !INTENDED.includes(id));
    return new Map(
      found.map(({ id, message }) => [`problem:${id}`, { type: 'PROBLEM', info: { id, message }, actor: SYSTEM, outcome: 'failed' }]),
    );
  }

  async function disk(isWarned: (key: string) => boolean): Promise<Map<string, EventDraft>> {
    const found = await services.disk();
    if (found === null || found.totalBytes === 0) return new Map();
    const { freeBytes, totalBytes } = found;
    const free = (100 * freeBytes) / totalBytes;
    const drafts = new Map<string, EventDraft>();
    for (const threshold of new Set([DISK_FREE, ...services.thresholds().diskFreePercent])) {
      const key = threshold === DISK_FREE ? 'disk' : `disk:${threshold}`;
      if (free > (isWarned(key) ? threshold + DISK_MARGIN : threshold)) continue;
      const info = { free_bytes: freeBytes, total_bytes: totalBytes, threshold };
      drafts.set(key, { type: 'DISK_WARNING', info, actor: SYSTEM, outcome: 'failed' });
    }
    return drafts;
  }

  function quotas(isWarned: (key: string) => boolean): Map<string, EventDraft> {
    const found = new Map<string, EventDraft>();
    const { quotaPercent } = services.thresholds();
    for (const account of services.accounts()) {
      const { id, version, quotaBytes, limits } = account;
      if (quotaBytes === 0) continue;
      const used = usage.get(id).bytes;
      const own = limits.warnAtPercent || QUOTA_USED;
      for (const threshold of new Set([own, ...quotaPercent])) {
        const key = `quota:${id}${threshold === own ? '' : `:${threshold}`}`;
        if ((100 * used) / quotaBytes < (isWarned(key) ? threshold - QUOTA_MARGIN : threshold)) continue;
        found.set(key, {
          type: 'QUOTA_WARNING',
          info: { used_bytes: used, quota_bytes: quotaBytes, percent: Math.floor((100 * used) / quotaBytes), threshold },
          actor: { ...SYSTEM, ...accountActor(account) },
          objectId: id,
          objectVersion: version,
          outcome: 'quota',
        });
      }
    }
    return found;
  }

  /** Virtual folders fill up for everybody who has them, so the warning is of the folder and names no account. */
  function folderQuotas(isWarned: (key: string) => boolean): Map<string, EventDraft> {
    const found = new Map<string, EventDraft>();
    for (const { id, version, name, quotaBytes } of folders.all()) {
      const used = folderUsage.get(id).bytes;
      const key = `quota:folder:${id}`;
      const percent = quotaBytes === 0 ? 0 : (100 * used) / quotaBytes;
      if (percent < (isWarned(key) ? QUOTA_USED - QUOTA_MARGIN : QUOTA_USED)) continue;
      found.set(key, {
        type: 'QUOTA_WARNING',
        info: { folder: name, used_bytes: used, quota_bytes: quotaBytes, percent: Math.floor(percent), threshold: QUOTA_USED },
        actor: SYSTEM,
        object: { schema: 'BASE', type: 'folder' },
        objectId: id,
        objectVersion: version,
        outcome: 'quota',
      });
    }
    return found;
  }

  /** A certificate in place of another one, and what is wrong with the one that is in use. */
  function certificates(found: Certificate | null, known: string | null): Map<string, EventDraft> {
    const drafts = new Map<string, EventDraft>();
    if (found === null) return drafts;
    const about = { domains: found.names, expires: found.validTo };
    if (known !== null && known !== found.sha256 && !found.isTold)
      drafts.set(`certificate:${found.sha256}`, { type: 'CERTIFICATE', info: about, actor: SYSTEM });
    const error = found.warnings.join(' ');
    if (error !== '')
      drafts.set(`certificate:${found.sha256}:${error}`, {
        type: 'CERTIFICATE',
        info: { ...about, error },
        actor: SYSTEM,
        outcome: 'failed',
      });
    return drafts;
  }

  async function look(): Promise<void> {
    // What cannot be noted would be said again at every look; LOG_GAP tells of this time.
    if (events.trouble()?.isHolding === true) return;
    const text = meta.get('warnings');
    const before: Kept = text === null ? { warned: [], certificate: null } : (JSON.parse(text) as Kept);
    const isWarned = (key: string): boolean => before.warned.includes(key);
    const certificate = await services.certificate();
    const now = new Map([
      ...problems(),
      ...(await disk(isWarned)),
      ...quotas(isWarned),
      ...folderQuotas(isWarned),
      ...certificates(certificate, before.certificate),
    ]);
    const kept: Kept = { warned: [...now.keys()], certificate: certificate?.sha256 ?? before.certificate };
    const fresh = [...now].filter(([key]) => !isWarned(key));
    if (JSON.stringify(kept) === JSON.stringify(before)) return;
    // In one turn of the event loop, and so in one transaction with the note that they were given.
    const recorded = fresh.map(([, draft], index) => (index === 0 ? events.record(draft, () => keep(kept)) : events.record(draft)));
    if (recorded.length === 0) keep(kept);
    await Promise.all(recorded);
  }

  function keep(kept: Kept): undefined {
    meta.put('warnings', JSON.stringify(kept));
  }

  return {
    look() {
      queue = queue.then(look).catch((error: unknown) => log.error('warnings could not be recorded', error));
      return queue;
    },
  };
}
