import { posix } from 'node:path';
import type { Account } from '../contract/account.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { ExpectedFile } from '../contract/rule.ts';
import { SYSTEM } from '../events/log.ts';
import { compileGlob, splitPath } from '../lib/glob.ts';
import { compileSchedule, type Schedule } from './cron.ts';
import type { ActiveRule } from './matcher.ts';
import type { RulesServices } from './services.ts';
import { expectationKey, folderOf } from './watch.ts';
import { accountActor } from '../events/actor.ts';

/** Watches for files that have to be there at a time of day, and records FILE_OVERDUE for each that is not. */
export type Overdue = {
  /** Takes over the active rules. An expectation that is new here starts counting now. */
  load(rules: readonly ActiveRule[]): void;
  /** Looks at every deadline that has passed. Called by its own timer, and by whoever moved the clock. */
  tick(): Promise<void>;
  stop(): void;
};

type Expectation = { readonly key: string; readonly file: ExpectedFile; readonly schedule: Schedule };

/** Also the longest nap, so that a changed clock is noticed. */
const MAX_TIMER_MS = 60_000;
const MINUTE_MS = 60_000;
const PAGE = 500;
const WRITES = new Set<unknown>(['upload', 'overwrite', 'append', 'copy']);

/**
 * Creates the watch. What came is read from the log; how far each deadline has been dealt with is in the database and moves together with
 * the event, so that a kill neither loses a late file nor reports it twice.
 */
export function createOverdue(services: RulesServices): Overdue {
  const { store, clock, log } = services;
  const { watchMarks: marks } = store.tables;
  let expectations: readonly Expectation[] = [];
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let isLive = false;

  /** The latest passed deadline decides: of several missed ones one is reported. */
  async function look({ key, file, schedule }: Expectation): Promise<void> {
    const grace = file.graceMinutes * MINUTE_MS;
    const now = clock.now();
    const due = schedule.last(now - grace);
    const mark = marks.all().get(key);
    if (mark === undefined || due === null) return;
    if (due <= mark) {
      // A clock that was set back must not silence it until it has caught up.
      if (mark > now) marks.put(key, now);
      return;
    }
    const from = (schedule.last(due - 1) ?? 0) + grace;
    if (await hasCome(services, file, from, due + grace)) marks.put(key, due);
    else await report(key, file, due);
  }

  async function report(key: string, file: ExpectedFile, due: number): Promise<void> {
    const account = accountOf(services, file);
    const path = posix.join(folderOf(file.folder), file.pattern);
    await services.events.record(
      {
        type: 'FILE_OVERDUE',
        info: {
          expectation: `${path} of ${file.username}`,
          due: new Date(due).toISOString(),
          watch: JSON.parse(key) as Record<string, string>,
        },
        actor: { ...SYSTEM, ...(account === undefined ? { userName: file.username } : accountActor(account)) },
        path,
        outcome: 'failed',
      },
      () => {
        marks.put(key, due);
        return undefined;
      },
    );
  }

  async function lookAtAll(): Promise<void> {
    for (const expectation of expectations) {
      // One that cannot be looked at now must not keep the others from it.
      await look(expectation).catch((error: unknown) => log.error('a deadline could not be looked at; trying again', error));
    }
    arm();
  }

  function arm(): void {
    clearTimeout(timer);
    if (!isLive || expectations.length === 0) return;
    const now = clock.now();
    const next = Math.min(
      ...expectations.map(({ file, schedule }) => {
        const grace = file.graceMinutes * MINUTE_MS;
        return (schedule.next(now - grace) ?? Infinity) + grace;
      }),
    );
    timer = setTimeout(() => void tick(), Math.min(Math.max(0, next - now), MAX_TIMER_MS));
    timer.unref();
  }

  function tick(): Promise<void> {
    isLive = true;
    looking ??= lookAtAll().finally(() => (looking = undefined));
    return looking;
  }

  return {
    load(rules) {
      const files = rules.flatMap(({ definition: { triggers, watch } }) =>
        watch?.overdue !== undefined && triggers.includes('file-overdue') ? [watch.overdue] : [],
      );
      expectations = [...new Map(files.map((file) => [expectationKey(file), file]))].map(([key, file]) => ({
        key,
        file,
        schedule: scheduleOf(file),
      }));
      const known = marks.all();
      const wanted = new Set(expectations.map(({ key }) => key));
      const gone = [...known.keys()].filter((key) => !wanted.has(key));
      const fresh = [...wanted].filter((key) => !known.has(key));
      if (gone.length + fresh.length > 0) {
        store.transaction(() => {
          gone.forEach(marks.remove);
          for (const key of fresh) marks.put(key, clock.now());
        });
      }
      arm();
    },
    tick,
    stop() {
      isLive = false;
      clearTimeout(timer);
    },
  };
}

function scheduleOf({ deadline, weekdays, zone }: ExpectedFile): Schedule {
  const [hour, minute] = deadline.split(':').map(Number);
  return compileSchedule([`${minute} ${hour} * * ${weekdays.join(',')}`], zone);
}

function accountOf({ accounts }: RulesServices, { username }: ExpectedFile): Account | undefined {
  return accounts.list().find((account) => account.username.toLowerCase() === username.toLowerCase());
}

/** Whether such a file became complete in the folder in this time, by whatever way. */
async function hasCome(services: RulesServices, file: ExpectedFile, from: number, to: number): Promise<boolean> {
  const { store } = services;
  const username = accountOf(services, file)?.username;
  if (username === undefined) return false;
  const folder = folderOf(file.folder);
  const matches = compileGlob(file.pattern);
  const fits = (event: StoredEvent): boolean => {
    const operation = event.info['operation'];
    const path = operation === 'rename' ? event.target_path : WRITES.has(operation) ? event.path : null;
    return path !== null && posix.dirname(path) === folder && matches(splitPath(posix.basename(path)));
  };
  let before: number | undefined;
  for (;;) {
    const page: { readonly events: readonly StoredEvent[]; readonly cursor: number | null } = await store.reader.read('events.search', {
      types: ['OBJECT_INSERT', 'OBJECT_UPDATE'],
      username,
      outcomes: ['ok'],
      from,
      // Up to the last millisecond of grace, which is still in time.
      to: to + 1,
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    });
    if (page.events.some(fits)) return true;
    if (page.cursor === null) return false;
    before = page.cursor;
  }
}
