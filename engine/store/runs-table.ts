import type Database from 'better-sqlite3';
import type { StoredEvent } from '../contract/event.ts';
import type { RunState, StepState } from '../contract/rule.ts';
import { createEventsTable } from './events-table.ts';

/** A run as it is kept; times in ms since the epoch. */
export type RunRow = {
  readonly id: number;
  /** What `.UID` shows: the same in every action and attempt of the run. */
  readonly uid: string;
  readonly ruleId: number;
  readonly ruleVersion: number;
  readonly ruleName: string;
  readonly eventId: number | null;
  readonly trigger: string;
  /** How many runs stand between this one and an event that no rule caused. */
  readonly depth: number;
  /** 1: starts only when every earlier run of its rule has ended. */
  readonly serial: number;
  /** JSON list of account ids for a trigger without a user, else null: steps act on the event's user. */
  readonly targets: string | null;
  readonly state: RunState;
  readonly attempt: number;
  /** JSON list of the conditions with expected and actual values. */
  readonly trace: string;
  readonly createdAt: number;
  readonly notBefore: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly error: string | null;
  /** What the run gathers events for while it is open to more of them, else null. */
  readonly batchKey: string | null;
  /** Runs with the same one start only when every earlier of them has ended. */
  readonly lane: string | null;
  /** The operation that it was asked about before it happened, as JSON of an event that is in no log; else null. */
  readonly operation: string | null;
  /**
   * What does not happen before its sync steps have succeeded, such as `upload 12`; GIVEN_UP where that did not come about: the steps after
   * them are not done then.
   */
  readonly hold: string | null;
  /** Number of its rows in run_items; 0 for a run on one event or none. */
  readonly items: number;
  /** The flow that runs by itself, else null; `ruleId` is then 0, and the version that of the flow. */
  readonly flowId: number | null;
  /** The account that it tells of what somebody else did, else null. */
  readonly recipientId: number | null;
};

/**
 * The hold of a run whose answer was no. Numbers of uploads are used again: under its old name, a later upload would release it while its
 * failure actions are at work.
 */
export const GIVEN_UP = 'given up';

/** The hold of a run whose answer was no before an operation that it did not hold back: its other steps are done, those waited for are over. */
export const ANSWERED = 'answered';

export type NewRun = Pick<
  RunRow,
  'uid' | 'ruleId' | 'ruleVersion' | 'ruleName' | 'eventId' | 'trigger' | 'depth' | 'serial' | 'targets' | 'state' | 'trace' | 'batchKey'
> & {
  /** None by default. */
  readonly lane?: string | null;
  readonly operation?: string | null;
  readonly hold?: string | null;
  /** None by default. */
  readonly flowId?: number | null;
  readonly recipientId?: number | null;
  readonly at: number;
  readonly notBefore: number;
  readonly finishedAt: number | null;
  readonly error: string | null;
};

/** One attempt of one step, for one account where the run has several targets (else `accountId` is 0). */
export type RunStepRow = {
  readonly runId: number;
  readonly step: number;
  readonly accountId: number;
  readonly attempt: number;
  /** The run's attempt that it belongs to: retries by hand begin a new one. */
  readonly runAttempt: number;
  readonly state: StepState;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** JSON, secrets masked. */
  readonly inputs: string | null;
  readonly detail: string | null;
  readonly error: string | null;
};

/** A run that still gathers events. */
type OpenBatch = Pick<RunRow, 'id' | 'items' | 'depth' | 'notBefore'>;

/** What a further event makes of a batch. */
export type BatchGrowth = Pick<RunRow, 'trigger' | 'trace' | 'depth' | 'notBefore'> & { readonly eventId: number };

/** How many runs of a rule ended on a day (UTC, days since the epoch), and how many of them badly. */
export type DayCount = { readonly ruleId: number; readonly day: number; readonly ended: number; readonly failed: number };

export type RunFilter = {
  readonly ruleId?: number;
  readonly flowId?: number;
  readonly eventId?: number;
  readonly state?: RunState;
  readonly before?: number;
  readonly limit: number;
};

const RUN = `id, uid, rule_id AS ruleId, rule_version AS ruleVersion, rule_name AS ruleName, event_id AS eventId, trigger, depth, serial, targets, state,
  attempt, trace, created_at AS createdAt, not_before AS notBefore, started_at AS startedAt, finished_at AS finishedAt, error,
  batch_key AS batchKey, lane, operation, hold, items, flow_id AS flowId, recipient_id AS recipientId`;
const STEP = `run_id AS runId, step, account_id AS accountId, attempt, run_attempt AS runAttempt, state, started_at AS startedAt,
  finished_at AS finishedAt, inputs, detail, error`;

/**
 * The durable queue. Writes run inside the caller's transaction. A run is due when its time has come, no earlier run of the same event
 * is at work (rules act in their order) and no earlier run is unfinished that has its lane or, where it is serial, its rule.
 */
export function createRunsTable(db: Database.Database) {
  const insert = db.prepare<NewRun & Pick<RunRow, 'lane' | 'operation' | 'hold' | 'flowId' | 'recipientId'>>(`
    INSERT INTO runs (uid, rule_id, rule_version, rule_name, event_id, trigger, depth, serial, targets, state, trace, created_at, not_before, finished_at, error,
      batch_key, lane, operation, hold, flow_id, recipient_id)
    VALUES (@uid, @ruleId, @ruleVersion, @ruleName, @eventId, @trigger, @depth, @serial, @targets, @state, @trace, @at, @notBefore, @finishedAt,
      @error, @batchKey, @lane, @operation, @hold, @flowId, @recipientId)`);
  const byId = db.prepare<[number], RunRow>(`SELECT ${RUN} FROM runs WHERE id = ?`);
  const due = db.prepare<[number, number], RunRow>(`
    SELECT ${RUN} FROM runs AS candidate
    WHERE state IN ('queued', 'waiting') AND not_before <= ?
      AND NOT EXISTS (SELECT 1 FROM runs AS earlier
        WHERE earlier.state IN ('queued', 'running') AND earlier.event_id = candidate.event_id AND earlier.id < candidate.id)
      AND (serial = 0 OR NOT EXISTS (SELECT 1 FROM runs AS earlier
        WHERE earlier.state IN ('queued', 'waiting', 'running') AND earlier.rule_id = candidate.rule_id AND earlier.id < candidate.id))
      AND (lane IS NULL OR NOT EXISTS (SELECT 1 FROM runs AS earlier
        WHERE earlier.state IN ('queued', 'waiting', 'running') AND earlier.lane = candidate.lane AND earlier.id < candidate.id))
    ORDER BY not_before, id LIMIT ?`);
  const nextTime = db.prepare<[number], { at: number | null }>(
    "SELECT min(not_before) AS at FROM runs WHERE state IN ('queued', 'waiting') AND not_before > ?",
  );
  const running = db.prepare<[], RunRow>(`SELECT ${RUN} FROM runs WHERE state = 'running' ORDER BY id`);
  const openOfRule = db.prepare<[number], { id: number; state: RunState }>(
    "SELECT id, state FROM runs INDEXED BY runs_open_of_rule WHERE rule_id = ? AND state IN ('queued', 'waiting', 'running') ORDER BY id LIMIT 1",
  );
  const depth = db.prepare<[number], { depth: number }>('SELECT depth FROM runs WHERE id = ?');
  const claim = db.prepare<[number, number]>(
    "UPDATE runs SET state = 'running', started_at = coalesce(started_at, ?), batch_key = NULL WHERE id = ?",
  );
  const postpone = db.prepare<[RunState, number, number]>('UPDATE runs SET state = ?, not_before = ? WHERE id = ?');
  const finish = db.prepare<[RunState, number, string | null, number]>(
    'UPDATE runs SET state = ?, finished_at = ?, error = ? WHERE id = ?',
  );
  const keepOperation = db.prepare<[string, number]>('UPDATE runs SET operation = ? WHERE id = ?');
  const retry = db.prepare<[number, number]>(
    "UPDATE runs SET state = 'queued', attempt = attempt + 1, not_before = ?, finished_at = NULL, error = NULL WHERE id = ?",
  );
  const collecting = db.prepare<[string, number], OpenBatch>(
    'SELECT id, items, depth, not_before AS notBefore FROM runs WHERE batch_key = ? AND rule_id = ?',
  );
  const putItem = db.prepare<[number, number]>('INSERT INTO run_items (run_id, event_id) VALUES (?, ?)');
  const growBatch = db.prepare<BatchGrowth & { id: number }>(`
    UPDATE runs SET items = items + 1, event_id = @eventId, trigger = @trigger, trace = @trace, depth = @depth, not_before = @notBefore
    WHERE id = @id`);
  const closeBatch = db.prepare<[number, number]>('UPDATE runs SET batch_key = NULL, not_before = ? WHERE id = ?');
  // A batch for one recipient of several has the key with a blank and more behind it.
  const release = db.prepare<{ at: number; key: string }>(
    "UPDATE runs SET not_before = @at WHERE batch_key = @key OR (batch_key >= @key || ' ' AND batch_key < @key || '!')",
  );
  const releaseSessions = db.prepare<[number]>("UPDATE runs SET not_before = ? WHERE batch_key IS NOT NULL AND batch_key GLOB 'session*'");
  const items = db.prepare<[number], { event_id: number }>('SELECT event_id FROM run_items WHERE run_id = ? ORDER BY event_id');
  const newest = db.prepare<[number], { at: number; state: RunState }>(
    'SELECT created_at AS at, state FROM runs WHERE rule_id = ? ORDER BY id DESC',
  );
  const countDay = db.prepare<{ ruleId: number; day: number; failed: number; runId: number }>(`
    INSERT INTO run_days (rule_id, day, ended, failed, last_run) VALUES (@ruleId, @day, 1, @failed, @runId)
    ON CONFLICT (rule_id, day) DO UPDATE SET ended = ended + 1, failed = failed + excluded.failed, last_run = excluded.last_run`);
  const days = db.prepare<[number, number], DayCount>(
    'SELECT rule_id AS ruleId, day, ended, failed FROM run_days WHERE rule_id = ? AND day >= ?',
  );
  const lastEnded = db.prepare<[number], RunRow>(
    `SELECT ${RUN} FROM runs WHERE id = (SELECT last_run FROM run_days WHERE rule_id = ? ORDER BY day DESC LIMIT 1)`,
  );
  const ofEvent = db.prepare<{ eventId: number; limit: number }, RunRow>(`
    SELECT ${RUN} FROM runs WHERE id IN (
      SELECT id FROM runs WHERE event_id = @eventId UNION SELECT run_id FROM run_items WHERE event_id = @eventId)
    ORDER BY id LIMIT @limit`);
  const held = db.prepare<[string], Pick<RunRow, 'id' | 'ruleId'>>(
    "SELECT id, rule_id AS ruleId FROM runs WHERE hold = ? AND state = 'running' ORDER BY id",
  );
  const letGo = db.prepare<[number | null, number, number]>(
    "UPDATE runs SET event_id = coalesce(?, event_id), hold = NULL, state = 'queued', not_before = ? WHERE id = ?",
  );
  const giveUp = db.prepare<[string, number, number]>("UPDATE runs SET hold = ?, state = 'queued', not_before = ? WHERE id = ?");
  const steps = db.prepare<[number], RunStepRow>(`SELECT ${STEP} FROM run_steps WHERE run_id = ? ORDER BY step, account_id, attempt`);
  const putStep = db.prepare<RunStepRow>(`
    INSERT INTO run_steps (run_id, step, account_id, attempt, run_attempt, state, started_at, finished_at, inputs, detail, error)
    VALUES (@runId, @step, @accountId, @attempt, @runAttempt, @state, @startedAt, @finishedAt, @inputs, @detail, @error)
    ON CONFLICT (run_id, step, account_id, attempt) DO UPDATE
    SET state = excluded.state, finished_at = excluded.finished_at, detail = excluded.detail, error = excluded.error`);
  return {
    /** Returns the new run's id. */
    insert: (run: NewRun): number =>
      Number(insert.run({ lane: null, operation: null, hold: null, flowId: null, recipientId: null, ...run }).lastInsertRowid),
    get: (id: number): RunRow | undefined => byId.get(id),
    /** Runs that may start at `now`, oldest first. */
    due: (now: number, limit: number): RunRow[] => due.all(now, limit),
    /** When the next waiting run becomes due, after `now`. */
    nextTime: (now: number): number | null => nextTime.get(now)?.at ?? null,
    /** Runs that a kill or a stop left at work. */
    running: (): RunRow[] => running.all(),
    /** Runs whose sync steps have succeeded and that wait until what they held back has happened. */
    held: (hold: string): Pick<RunRow, 'id' | 'ruleId'>[] => held.all(hold),
    /** What a run held back has happened, as this event: its other steps are due at `at`. */
    letGo: (id: number, eventId: number | null, at: number): void => void letGo.run(eventId, at, id),
    /** What a run held back does not happen: its failure actions are due at `at`. */
    giveUp: (id: number, at: number): void => void giveUp.run(GIVEN_UP, at, id),
    /** The answer was no: what is left of the run, without the steps that were waited for, is due at `at`. */
    answered: (id: number, at: number): void => void giveUp.run(ANSWERED, at, id),
    /** The oldest unfinished run of a rule. */
    openOfRule: (ruleId: number): { readonly id: number; readonly state: RunState } | undefined => openOfRule.get(ruleId),
    depth: (id: number): number | undefined => depth.get(id)?.depth,
    claim: (id: number, at: number): void => void claim.run(at, id),
    /** Gives a running run back: `waiting` for a retry, `queued` at a stop. */
    postpone: (id: number, state: 'queued' | 'waiting', notBefore: number): void => void postpone.run(state, notBefore, id),
    finish: (id: number, state: RunState, at: number, error: string | null): void => void finish.run(state, at, error, id),
    /** Replaces the operation that the run was asked about, by what of it may stay (JSON of an event). */
    keepOperation: (id: number, operation: string): void => void keepOperation.run(operation, id),
    /** Queues an ended run for one more attempt. */
    retry: (id: number, at: number): void => void retry.run(at, id),
    steps: (runId: number): RunStepRow[] => steps.all(runId),
    /** The run of a rule that gathers events under this key. */
    collecting: (batchKey: string, ruleId: number): OpenBatch | undefined => collecting.get(batchKey, ruleId),
    /** Adds an event to a batch; the run then shows that event and becomes due at `notBefore`. */
    growBatch: (id: number, growth: BatchGrowth): void => {
      putItem.run(id, growth.eventId);
      growBatch.run({ ...growth, id });
    },
    /** Takes no more events in, and is due at `at`. */
    closeBatch: (id: number, at: number): void => void closeBatch.run(at, id),
    /** Makes the batches of a key due at `at`, also those for single recipients; returns how many. */
    release: (batchKey: string, at: number): number => release.run({ at, key: batchKey }).changes,
    /** The same for every batch that waits for the end of a session. */
    releaseSessions: (at: number): number => releaseSessions.run(at).changes,
    /** Ids of a batch's events, in order. */
    items: (runId: number): number[] => items.all(runId).map((row) => row.event_id),
    /** When the newest runs of a rule since `since` were made, newest first and at most `limit`; filtered ones do not count. */
    newestTimes: (ruleId: number, since: number, limit: number): number[] => {
      const times: number[] = [];
      for (const { at, state } of newest.iterate(ruleId)) {
        if (at < since || times.length >= limit) break;
        if (state !== 'filtered') times.push(at);
      }
      return times;
    },
    /** Counts the end of a run for its day (UTC, days since the epoch). */
    countDay: (run: Pick<RunRow, 'id' | 'ruleId'>, day: number, failed: boolean): void =>
      void countDay.run({ ruleId: run.ruleId, runId: run.id, day, failed: failed ? 1 : 0 }),
    /** Ends of a rule's runs, from a day on. */
    days: (ruleId: number, from: number): DayCount[] => days.all(ruleId, from),
    /** The run of a rule that ended last. */
    lastEnded: (ruleId: number): RunRow | undefined => lastEnded.get(ruleId),
    /** Runs that an event set off or was gathered for, oldest first. */
    ofEvent: (eventId: number, limit: number): RunRow[] => ofEvent.all({ eventId, limit }),
    /** Writes one attempt: a new row, or the end of the one that was started. */
    putStep: (row: RunStepRow): void => void putStep.run(row),
  };
}

/** Runs by filters, newest first; for the reader worker. */
export function listRuns(db: Database.Database, filter: RunFilter): RunRow[] {
  const where: string[] = [];
  if (filter.ruleId !== undefined) where.push('rule_id = @ruleId');
  if (filter.flowId !== undefined) where.push('flow_id = @flowId');
  if (filter.eventId !== undefined) where.push('event_id = @eventId');
  if (filter.state !== undefined) where.push('state = @state');
  if (filter.before !== undefined) where.push('id < @before');
  const sql = `SELECT ${RUN} FROM runs ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} ORDER BY id DESC LIMIT @limit`;
  return db.prepare<[RunFilter], RunRow>(sql).all(filter);
}

export type RunTraceRows = {
  readonly run: RunRow;
  /** Of the rule's version; null where it is not known any more, and for a flow by itself. */
  readonly definition: string | null;
  /** JSON: the flows that the version calls. */
  readonly flows: string;
  readonly event: StoredEvent | null;
  readonly steps: RunStepRow[];
  readonly usernames: Readonly<Record<string, string>>;
};

/** Everything that a run's trace shows, read in one snapshot; null when there is no such run. For the reader worker. */
export function traceRun(db: Database.Database, id: number): RunTraceRows | null {
  return db.transaction(() => {
    const run = db.prepare<[number], RunRow>(`SELECT ${RUN} FROM runs WHERE id = ?`).get(id);
    if (run === undefined) return null;
    const version = db
      .prepare<[number, number], { definition: string; flows: string }>(
        'SELECT definition, flows FROM rule_versions WHERE rule_id = ? AND version = ?',
      )
      .get(run.ruleId, run.ruleVersion);
    const flow = db
      .prepare<[number | null, number], { flows: string }>('SELECT flows FROM flow_versions WHERE flow_id = ? AND version = ?')
      .get(run.flowId, run.ruleVersion);
    const names = db.prepare<[number], { id: number; username: string }>(
      'SELECT id, username FROM accounts WHERE id IN (SELECT value FROM json_each((SELECT targets FROM runs WHERE id = ?)))',
    );
    return {
      run,
      definition: version?.definition ?? null,
      flows: flow?.flows ?? version?.flows ?? '{}',
      event: run.eventId === null ? operationOf(run) : (createEventsTable(db).get(run.eventId) ?? null),
      steps: db.prepare<[number], RunStepRow>(`SELECT ${STEP} FROM run_steps WHERE run_id = ? ORDER BY step, account_id, attempt`).all(id),
      usernames: Object.fromEntries((run.targets === null ? [] : names.all(id)).map((account) => [String(account.id), account.username])),
    };
  })();
}

/** The operation of a run that was asked before it happened. */
export function operationOf({ operation }: Pick<RunRow, 'operation'>): StoredEvent | null {
  return operation === null ? null : (JSON.parse(operation) as StoredEvent);
}
