import { isActionId } from '../actions/catalog.ts';
import { ActionFailure, type ActionContext, type Detail, type EarlierResult, type Entrance } from '../actions/runner.ts';
import { runnerOf } from '../actions/runners.ts';
import type { Account } from '../contract/account.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import { accountActor, SYSTEM_USER } from '../events/actor.ts';
import type { Actor } from '../events/log.ts';
import type { PlannedStep } from './definition.ts';
import { fetchCursor } from './fetch-cursor.ts';
import { identityOf } from './triggers/security.ts';
import type { Mask } from './mask.ts';
import type { PreparedStep } from './prepare.ts';
import { retentionReports } from './retention-report.ts';
import { BEFORE_SIGN_IN } from './operation-event.ts';
import { pgpKeysFor } from './pgp-refs.ts';
import { stepPlaces, type StepPlaces } from './places.ts';
import { ruleActor } from './rule-actor.ts';
import type { RulesServices } from './services.ts';
import { createStepProgress } from './step-progress.ts';
import { recordSent } from './sent-file.ts';
import { upkeepFor } from './upkeep.ts';

/** One attempt about to be made. */
export type Attempt = {
  /** The run that it belongs to; null for a test of one action. */
  readonly runId: number | null;
  /** The rule and what set it off; null for a test. */
  readonly rule: { readonly id: number; readonly trigger: string } | null;
  readonly event: StoredEvent | null;
  readonly account: Account | null;
  /** What came before it in the run. */
  readonly earlier: readonly EarlierResult[];
  readonly planned: PlannedStep;
  readonly prepared: PreparedStep;
  readonly mask: Mask;
  /** Aborts when the engine stops; its reason is an AppError. */
  readonly stop: AbortSignal;
  /** When the flow that it stands in has used up its time, ms since the epoch; Infinity where nothing limits it. */
  readonly deadline: number;
  /** Renders a template with the values of this moment, and for whom where one is given. Throws `template_error`. */
  readonly render: (template: string, recipient?: Account) => string;
};

/** How it ended, masked and ready for the trace. */
export type Result = { readonly error: string | null; readonly detail: Detail | null };

/** An action that does not react to its signal is left behind after this long. */
const IGNORED_ABORT_MS = 5000;
const KEEP_CHARACTERS = 131_072;

/** Runs the action once, with its time limit. Never rejects. */
export async function performStep(services: RulesServices, attempt: Attempt): Promise<Result> {
  const { runId, planned, prepared, mask, stop, deadline } = attempt;
  const seconds = timeLimit(planned);
  const left = Math.max(0, deadline - services.clock.now());
  // One controller per step and a listener that goes with it: `stop` lives as long as the engine.
  const limit = new AbortController();
  const { signal } = limit;
  const onStop = (): void => limit.abort(stop.reason);
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });
  const timeout = setTimeout(
    () =>
      limit.abort(
        left < seconds * 1000
          ? new AppError('timeout', 'The flow in which it stands has used up its time, so it was stopped.')
          : new AppError('timeout', `The action took longer than ${seconds} s and was stopped.`),
      ),
    Math.min(seconds * 1000, left),
  );
  const places = stepPlaces(services, attempt, signal);
  const progress = createStepProgress(services, attempt);
  try {
    if (!isActionId(planned.step.action))
      throw new AppError('action_failed', `This program has no action ${planned.step.action}. Edit the rule.`);
    const work = runnerOf(planned.step.action)(
      { config: prepared.config, source: prepared.source },
      { ...actionContext(services, attempt, signal, places), progress: progress.report },
    );
    const detail = await orAborted(work, signal);
    progress.end('done');
    return { error: null, detail: mask.json(detail, KEEP_CHARACTERS) };
  } catch (thrown) {
    progress.end('failed');
    const error = toAppError(thrown);
    if (error.kind === 'ours') services.log.error(`action ${planned.step.action} of ${nameOf(runId)} met a defect`, error.cause ?? error);
    return { error: mask.text(error.message), detail: thrown instanceof ActionFailure ? mask.json(thrown.detail, KEEP_CHARACTERS) : null };
  } finally {
    clearTimeout(timeout);
    stop.removeEventListener('abort', onStop);
    await places.close();
  }
}

/** A longer limit that somebody wrote into the action's own settings counts; its default only counts inside the step's. */
function timeLimit({ step }: PlannedStep): number {
  const own = step.config['timeoutSeconds'];
  return typeof own === 'number' && own >= step.timeoutSeconds ? own + 1 : step.timeoutSeconds;
}

/** The action's own end, or the signal's reason when it does not end soon after that. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined;
    const abort = (): void => {
      patience = setTimeout(() => reject(signal.reason as Error), IGNORED_ABORT_MS);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
      clearTimeout(patience);
    });
  });
}

function actionContext(
  services: RulesServices,
  attempt: Attempt,
  signal: AbortSignal,
  places: StepPlaces,
): Omit<ActionContext, 'progress'> {
  const { settings, secrets, events } = services;
  const { runId, event, account, planned, mask } = attempt;
  return {
    signal,
    source: () => places.source(),
    target: () => places.target(),
    account,
    clock: services.clock,
    log: services.log,
    identity: event === null ? null : identityOf(event),
    entrance: entranceOf(services, attempt),
    connector: services.connector,
    upkeep: upkeepFor(services, attempt, signal, () => places.tree()),
    earlier: attempt.earlier,
    pgpKeys: pgpKeysFor(services, mask),
    async retentionReports() {
      const reports = await retentionReports(attempt.earlier, new Date(services.clock.now()));
      if (reports === null)
        throw new AppError('action_failed', 'No earlier action of this run was a data retention check, so there is no report to send.');
      return reports;
    },
    archiveLimits: () => settings().archives,
    commands: () => ({
      allowed: settings().commands.allowed,
      exchangeFolders: [
        ...services.exchangeFolders(),
        ...services.accounts.list().flatMap((one) => services.vfs.treesOf(one).map(({ place }) => place)),
      ],
    }),
    mail() {
      const { mail } = settings();
      const clear = (key: 'password' | 'oauthClientSecret' | 'oauthRefreshToken'): string => {
        const text = typeof mail[key] === 'string' ? mail[key] : secrets.get(mail[key]);
        mask.add(text);
        return text;
      };
      return {
        ...mail,
        password: clear('password'),
        oauthClientSecret: clear('oauthClientSecret'),
        oauthRefreshToken: clear('oauthRefreshToken'),
      };
    },
    async recordEmail({ recipients, subject, message }) {
      try {
        await events.record({
          type: 'EMAIL_SENT',
          info: { type: planned.name, recipients: [...recipients], subject: mask.text(subject), message: mask.text(message) },
          actor: {
            ...ruleActor(runId),
            ...userOf(account, event),
            sessionId: event?._session?._id ?? null,
          },
        });
      } catch (error) {
        // The message is on its way: failing now would only send it a second time.
        services.log.error(`${nameOf(runId)} sent a message that could not be recorded`, error);
      }
    },
    recordSent: (sent) => recordSent(services, attempt, sent),
    fetchCursor: (source) => fetchCursor(services, attempt, source),
    render: attempt.render,
    members() {
      if (!settings().rules.reverse)
        throw new AppError('action_failed', 'Nobody is told: this is switched off for all rules under Settings, General.');
      if (event === null) throw new AppError('action_failed', 'There is no event, so there is no folder whose members could be told.');
      return services.members.of(event);
    },
    notify({ link, ...notice }) {
      const key = `${runId ?? 'test'}:${planned.index}`;
      services.notify({ ...notice, key, link: link ?? (runId === null ? '/rules' : `/rules/runs/${runId}`) });
    },
    hide: (secret) => mask.add(secret),
    mask: (text) => mask.text(text),
  };
}

/** The sign-in that waits for the action, where one does. */
function entranceOf({ mailCodes }: RulesServices, { runId, event, account }: Attempt): Entrance | null {
  if (runId === null || account === null || event === null || event.type !== BEFORE_SIGN_IN) return null;
  const { hasShownApp, canBeAsked } = event.info;
  return { hasShownApp: hasShownApp === true, canBeAsked: canBeAsked === true, newCode: () => mailCodes.issue(runId, account) };
}

/** On whose behalf a message goes out; an event of it always names somebody. */
function userOf(account: Account | null, event: StoredEvent | null): Pick<Actor, 'userId' | 'userName' | 'displayName'> {
  if (account !== null) return accountActor(account);
  const user = event?._user ?? null;
  if (user === null) return SYSTEM_USER;
  return { userId: user._id, userName: user.login ?? user._generated_displayname, displayName: user._generated_displayname };
}

function nameOf(runId: number | null): string {
  return runId === null ? 'a test' : `run ${runId}`;
}
