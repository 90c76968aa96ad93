import { createHash } from 'node:crypto';
import type { Accounts, Change } from './accounts/service.ts';
import { type EventLog, SYSTEM } from './events/log.ts';
import type { Logger } from './lib/log.ts';
import { SCHEMA_VERSION } from './store/migrate.ts';
import type { Store } from './store/index.ts';

/**
 * The revision of the layout: which folders there are, who sees them and what may be done there, and the schema of the database. It is
 * compared as a whole, so that a change that a kill cut off from its event is found by the next start.
 */
export type LayoutRevision = {
  /**
   * Raises the revision and records SCHEMA_COMMIT where the layout is another than last time, by whoever made the change; by the system where
   * a start finds it. One look at a time.
   */
  look(by?: Change): Promise<void>;
};

type Kept = { readonly revision: number; readonly fingerprint: string };

export function createLayoutRevision(services: {
  readonly store: Store;
  readonly events: EventLog;
  readonly accounts: Pick<Accounts, 'list'>;
  readonly exchangeFolder: () => string;
  readonly log: Logger;
}): LayoutRevision {
  const { store, events, accounts, exchangeFolder, log } = services;
  const { meta } = store.tables;
  let queue: Promise<void> = Promise.resolve();

  function fingerprint(): string {
    const users = accounts.list().map(({ id, home, permissions, patterns, folders }) => [id, home, permissions, patterns, folders]);
    const places = store.tables.folders.all().map(({ name, path }) => [name, path]);
    return createHash('sha256')
      .update(JSON.stringify([SCHEMA_VERSION, exchangeFolder(), users, places]))
      .digest('hex');
  }

  async function look({ actor, batchId }: Change): Promise<void> {
    const text = meta.get('layout');
    const now = fingerprint();
    const kept = text === null ? null : (JSON.parse(text) as Kept);
    if (kept?.fingerprint === now) return;
    const keep = (revision: number): undefined => {
      meta.put('layout', JSON.stringify({ revision, fingerprint: now } satisfies Kept));
    };
    if (kept === null) {
      // A new data folder: there is nothing that somebody may have seen otherwise.
      keep(1);
      return;
    }
    const revision = kept.revision + 1;
    await events.record({ type: 'SCHEMA_COMMIT', info: { schema: revision }, actor, batchId }, () => keep(revision));
  }

  return {
    look(by = { actor: SYSTEM, batchId: null }) {
      queue = queue.then(() => look(by)).catch((error: unknown) => log.error('the revision of the layout could not be raised', error));
      return queue;
    },
  };
}
