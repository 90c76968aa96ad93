import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { effectiveAccount } from '../../engine/accounts/effective.ts';
import { mountsOf } from '../../engine/accounts/mounts.ts';
import { type Account, accountSettingsSchema } from '../../engine/contract/account.ts';
import { createEventLog, type EventLog } from '../../engine/events/log.ts';
import type { Clock } from '../../engine/lib/clock.ts';
import { createLogger, silentSink } from '../../engine/lib/log.ts';
import { openStore, type Store } from '../../engine/store/index.ts';
import type { StoredEvent } from '../../engine/contract/event.ts';
import { createVfs, recoverUploads, type Vfs } from '../../engine/vfs/index.ts';
import type { Decide, Session, SessionIdentity } from '../../engine/vfs/types.ts';
import { temporaryFolder } from './folders.ts';

/** A clock that stands still until the test moves it. */
export type TestClock = Clock & { advance(ms: number): void };

export function testClock(start = Date.UTC(2026, 10, 21, 12)): TestClock {
  let now = start;
  return { now: () => now, advance: (ms) => void (now += ms) };
}

export type TestVfs = {
  readonly store: Store;
  readonly events: EventLog;
  readonly vfs: Vfs;
  readonly clock: TestClock;
  /** Real path of the exchange folder. */
  readonly exchange: string;
  readonly dataFolder: string;
  /** Makes an account whose home is `<exchange>/<username>`. */
  readonly account: (username: string, changes?: Partial<Account>) => Account;
  readonly login: (account: Account, changes?: Partial<SessionIdentity>) => Promise<Session>;
  /** Events of these types, or all, oldest first. */
  readonly recorded: (...types: string[]) => Promise<StoredEvent[]>;
};

/** A vfs on a real database and a real folder. With `dataFolder`, the one that an earlier call left behind. */
export async function startVfs(
  options: {
    dataFolder?: string;
    decide?: Decide;
    holdsUploads?: () => boolean;
    copyLimitBytes?: number;
    batchPauseSeconds?: number;
    sessionsPerAddress?: number;
  } = {},
): Promise<TestVfs> {
  const dataFolder = options.dataFolder ?? temporaryFolder();
  const exchange = join(dataFolder, 'exchange');
  mkdirSync(exchange, { recursive: true });
  const clock = testClock();
  const log = createLogger(silentSink, 'test');
  const store = openStore(dataFolder);
  onTestFinished(() => store.close());
  const events = createEventLog({ store, clock, log });
  await recoverUploads({ store, events, clock, log });
  const vfs = createVfs({
    store,
    events,
    clock,
    log,
    ...(options.decide === undefined ? {} : { decide: options.decide }),
    ...(options.holdsUploads === undefined ? {} : { holdsUploads: options.holdsUploads }),
    settings: () => ({
      copyLimitBytes: options.copyLimitBytes ?? 1024 ** 3,
      temporarySuffixes: ['.filepart', '.part'],
      renameWaitSeconds: 60,
      batchPauseSeconds: options.batchPauseSeconds ?? 10,
    }),
    sessionsPerAddress: () => options.sessionsPerAddress ?? 0,
    effective: (account) => effectiveAccount(store, account),
    homeOf: ({ home }) => join(exchange, home),
    mountsOf: (account) => mountsOf(store, account, { dataFolder: join(dataFolder, 'data'), exchangeFolder: exchange }),
  });
  await vfs.recoverNames();
  onTestFinished(() => vfs.stop());
  return {
    store,
    events,
    vfs,
    clock,
    exchange,
    dataFolder,
    account(username, changes = {}) {
      const settings = {
        ...accountSettingsSchema.parse({ username, displayName: username, home: username, permissions: { '/': ['*'] } }),
        publicKeys: [],
        passwordHash: null,
        passwordChangedAt: null,
        ...changes,
      };
      const known = store.tables.accounts.byUsername(username);
      const id = known?.account.id ?? store.tables.accounts.insert(settings, clock.now());
      const stored = store.tables.accounts.byId(id);
      if (stored === undefined) throw new Error('the account vanished');
      return { ...stored.account, ...changes };
    },
    login: (account, changes = {}) =>
      vfs.openSession({
        account,
        protocol: 'SFTP',
        address: '192.0.2.7',
        client: 'test',
        method: 'password',
        origin: 'client',
        causedBy: null,
        ...changes,
      }),
    async recorded(...types) {
      await events.flush();
      const { events: found } = await store.reader.read('events.search', {
        after: 0,
        limit: 1000,
        ...(types.length === 0 ? {} : { types }),
      });
      return found;
    },
  };
}

/** Writes `content` in one go and closes in order. */
export async function put(session: Session, path: string, content: string | Uint8Array): Promise<void> {
  const upload = await session.openWrite(path, { mode: 'replace', create: true });
  try {
    await upload.write([Buffer.from(content)], 0);
    await upload.finish();
  } catch (error) {
    await upload.abort('error');
    throw error;
  }
}

/** The whole content of a file, read as a client would. */
export async function get(session: Session, path: string): Promise<string> {
  const download = await session.openRead(path);
  const buffer = Buffer.alloc(download.size);
  let position = 0;
  while (position < buffer.length) {
    const count = await download.read(buffer.subarray(position), position);
    if (count === 0) break;
    position += count;
  }
  await download.finish();
  return buffer.toString();
}

/** Names in a directory, sorted. */
export async function names(session: Session, path: string): Promise<string[]> {
  const listing = await session.list(path);
  const found: string[] = [];
  for (let entries = await listing.next(100); entries.length > 0; entries = await listing.next(100))
    found.push(...entries.map((entry) => entry.name));
  listing.close();
  return found.sort();
}
