import { randomUUID } from 'node:crypto';
import { findAction } from '../actions/catalog.ts';
import { AppError, ERROR_CODES } from '../contract/errors.ts';
import type { RunRow } from '../store/runs-table.ts';
import type { Decide, Decision, SessionIdentity } from '../vfs/types.ts';
import { factsOf } from './conditions.ts';
import type { PlannedStep, StoredPlans } from './definition.ts';
import { type ActiveRule, causeDepth, laneOf, type Matcher, ownEventGuard, triggerCheck } from './matcher.ts';
import {
  type AskedIdentity,
  askedIdentity,
  type AskedOperation,
  askedOperation,
  askedSignIn,
  BEFORE_SIGN_IN,
  type SignInSoFar,
} from './operation-event.ts';
import { type Patience, startPatience } from './patience.ts';
import { peopleOf } from './people.ts';
import { syncSteps } from './phases.ts';
import type { RulesServices } from './services.ts';
import type { TriggerId } from './triggers.ts';
import { endedRow, runSyncSteps, type SyncResult } from './sync-phase.ts';

/** What rules have to say before something happens (spec: rules, "Running"): their sync actions, in order, within the time of one reply. */
export type Gate = {
  readonly decide: Decide;
  /** Asks the rules before an account that showed the right password or key, and what more it wants, is let in. `sessionId` of the identity is not known yet. */
  letIn(identity: SessionIdentity, shown: SignInSoFar): Promise<Entry>;
  /** Asks the rules before somebody whom the identity provider vouches for is let in. Two that would check the account refuse it. */
  identify(who: AskedIdentity): Promise<Decision>;
  /** Whether a rule may have to see an upload before it is published. */
  holdsUploads(): boolean;
  /** Refuses what is being asked now. */
  stop(): void;
};

/** `codes`: the runs that sent a code, which has to be asked for before anybody is let in. */
export type Entry = (Extract<Decision, { allow: true }> & { readonly codes?: readonly number[] }) | Extract<Decision, { allow: false }>;

/** Whom the gate tells: `changed` of every run whose state has changed, `queued` when runs wait for the queue. */
export type GateListener = { readonly changed: (runId: number) => void; readonly queued: () => void };

const ALLOWED: Promise<Entry> = Promise.resolve({ allow: true });

/** One rule that is being asked. */
type Asking = { readonly rule: ActiveRule; readonly run: RunRow; readonly steps: readonly PlannedStep[] };

export function createGate(services: RulesServices, matcher: Matcher, plans: StoredPlans, { changed, queued }: GateListener): Gate {
  const { store, clock, events, log, settings } = services;
  const { runs } = store.tables;
  const people = peopleOf(services);
  const stopping = new AbortController();

  /** `kinds`: triggers that say the same more exactly. */
  function ask(asked: AskedOperation, hold: string | null, kinds: readonly TriggerId[] = []): Promise<Entry> {
    const depth = causeDepth(asked.event, store);
    const facts = factsOf(asked.event, people);
    const triggers = [asked.trigger, ...kinds];
    const rules = [...new Set(triggers.flatMap((trigger) => matcher.waitedFor(trigger)))].filter(
      (rule) => ownEventGuard(rule.definition, depth) === undefined && rule.conditions.match(facts),
    );
    if (rules.length === 0) return ALLOWED;
    const [one, other] = rules.filter(({ definition }) =>
      definition.steps.some(({ action }) => findAction(action)?.checksIdentity === true),
    );
    if (one !== undefined && other !== undefined)
      return Promise.resolve(refusal(`the rules "${one.name}" and "${other.name}" would both check the account`, 'rule'));
    // What cannot be recorded must not be begun.
    if (events.trouble() !== null) return Promise.resolve(refusal('the event log cannot be written, so no rule could be asked', 'log'));
    return askRules(asked, rules, hold, kinds);
  }

  async function askRules(
    asked: AskedOperation,
    rules: readonly ActiveRule[],
    hold: string | null,
    kinds: readonly TriggerId[],
  ): Promise<Entry> {
    const { syncSeconds, syncTimeout } = settings().rules;
    const patience = startPatience(syncSeconds, stopping.signal);
    const held: RunRow[] = [];
    const codes: number[] = [];
    let servePath: string | null = null;
    try {
      for (const rule of rules) {
        const trigger = [...kinds, asked.trigger].find((id) => rule.definition.triggers.includes(id)) ?? asked.trigger;
        const asking = open(rule, { ...asked, trigger }, hold);
        const result = await stepsOf(asking, asked, patience);
        const isAllowed =
          result.kind === 'passed' || (result.kind === 'late' && syncTimeout === 'allow' && !asksCode(rule) && !stopping.signal.aborted);
        // The rest of a stop: the next start finds the run at work and says so.
        if (stopping.signal.aborted) return refusal('Gatehouse was stopped meanwhile', 'stop');
        if (!isAllowed) {
          settle(asking, result, hold === null);
          giveUp(held);
          return refusal(`the rule "${rule.name}" refused it: ${result.error}`, result.kind === 'late' ? 'late' : 'rule');
        }
        if (result.kind === 'passed') servePath = result.servePath ?? servePath;
        if (result.kind === 'passed' && result.asksCode) codes.push(asking.run.id);
        if (hold === null) letGo(asking.run);
        else held.push(asking.run);
      }
    } catch (error) {
      log.error('a rule could not be asked before an operation, which was refused', error);
      giveUp(held);
      return refusal('a rule could not be asked', 'log');
    } finally {
      patience.end();
    }
    return {
      allow: true,
      ...(servePath === null ? {} : { servePath }),
      ...(codes.length === 0 ? {} : { codes }),
      ...(held.length === 0 ? {} : { held: { release: hold ?? '', withdraw: () => giveUp(held) } }),
    };
  }

  /** The rule's run, at work. Until its sync steps are over it has a hold, by which a start after a kill knows how far it was. */
  function open(rule: ActiveRule, { trigger, event }: AskedOperation, hold: string | null): Asking {
    const uid = randomUUID();
    const now = clock.now();
    const facts = factsOf(event, people);
    const run = store.transaction(() => {
      const id = runs.insert({
        uid,
        ruleId: rule.id,
        ruleVersion: rule.version,
        ruleName: rule.name,
        eventId: null,
        trigger,
        depth: causeDepth(event, store) + 1,
        serial: 0,
        targets: null,
        state: 'queued',
        trace: JSON.stringify([triggerCheck(rule.definition, trigger, true), ...rule.conditions.explain(facts)]),
        at: now,
        notBefore: now,
        batchKey: null,
        lane: laneOf(rule, event, settings().rules),
        finishedAt: null,
        error: null,
        operation: JSON.stringify(event),
        hold: hold ?? `answer ${uid}`,
      });
      runs.claim(id, now);
      return runs.get(id);
    });
    if (run === undefined) throw new AppError('internal', 'A run that was just inserted is gone.');
    changed(run.id);
    return { rule, run, steps: syncSteps(plans(run) ?? []) };
  }

  async function stepsOf({ run, steps }: Asking, { event }: AskedOperation, patience: Patience): Promise<SyncResult> {
    return await runSyncSteps(services, { run, event, steps }, patience);
  }

  /** Ends the sync phase of a rule that refuses: nothing of it is begun any more. Its failure actions are the queue's. */
  function settle({ run, steps }: Asking, result: SyncResult, goesOn: boolean): void {
    const error = 'It was not begun, since the answer had been given.';
    const now = clock.now();
    store.transaction(() => {
      const begun = new Set(runs.steps(run.id).map((row) => row.step));
      if (result.kind === 'late') {
        for (const step of steps)
          if (!begun.has(step.index)) runs.putStep(endedRow(run, step, { attempt: 1, startedAt: null, finishedAt: now, error }));
      }
      if (goesOn) runs.answered(run.id, now);
      else runs.giveUp(run.id, now);
    });
    changed(run.id);
    queued();
  }

  function letGo(run: RunRow): void {
    store.transaction(() => runs.letGo(run.id, null, clock.now()));
    changed(run.id);
    queued();
  }

  /** What these runs held back does not come about; what they would have done after it is left. */
  function giveUp(held: readonly RunRow[]): void {
    if (held.length === 0) return;
    try {
      store.transaction(() => held.forEach((run) => runs.giveUp(run.id, clock.now())));
    } catch (error) {
      log.error('runs that held an operation back could not be ended; the next start does it', error);
      return;
    }
    held.forEach((run) => changed(run.id));
    queued();
  }

  return {
    decide(operation) {
      const { sessionId } = operation;
      // Hardly any operation is waited for, and this runs for each.
      if (!matcher.isWaitedFor()) return ALLOWED;
      const asked = askedOperation(operation, { now: clock.now(), session: store.tables.sessions.get(sessionId) });
      return asked === undefined ? ALLOWED : ask(asked, operation.hold);
    },
    letIn(identity, shown) {
      if (matcher.waitedFor(BEFORE_SIGN_IN).length === 0) return ALLOWED;
      return ask(askedSignIn(identity, shown, { now: clock.now(), session: null }), null);
    },
    identify: (who) => ask(askedIdentity(who, clock.now()), `idp-login ${randomUUID()}`, [`idp-login-${who.login}`]),
    holdsUploads: () => matcher.waitedFor('upload').length > 0,
    stop: () => stopping.abort(),
  };
}

/** Whether a rule asks for a code: without one nobody comes in, however long it takes. */
function asksCode({ definition }: ActiveRule): boolean {
  return definition.steps.some(({ action }) => findAction(action)?.asksCode === true);
}

const WORDS = {
  rule: ERROR_CODES.refused_by_rule.text,
  late: 'It took too long to check this. Try again later, or ask the administrator.',
  log: ERROR_CODES.log_unavailable.text,
  stop: ERROR_CODES.shutting_down.text,
} as const;

/** What the partner is told says nothing of the rules; the log says which it was and why. */
function refusal(reason: string, kind: keyof typeof WORDS): Decision {
  return { allow: false, message: WORDS[kind], reason, ...(kind === 'log' || kind === 'stop' ? { unasked: true } : {}) };
}
