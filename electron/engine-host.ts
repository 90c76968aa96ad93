import { AppError, type ErrorData } from '../engine/contract/errors.ts';
import type { PushMessage } from '../engine/contract/push.ts';
import type { Envelope, Input, Method, Output } from '../engine/contract/rpc.ts';
import { createLogger, type LogSink } from '../engine/lib/log.ts';
import type { EngineStart, FromEngine, ToEngine } from './engine-messages.ts';

/** The part of Electron's UtilityProcess that is used. */
export type EngineChild = {
  postMessage(message: ToEngine): void;
  on(event: 'message', listener: (message: FromEngine) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
  readonly stderr: NodeJS.ReadableStream | null;
};

export type EngineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  /** Ended unasked; `attempt` counts from 1. */
  | { readonly kind: 'restarting'; readonly attempt: number }
  /** Given up, until `restart()`. */
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'stopped' };

/** The engine in a process of its own, which is started again when it ends unasked. */
export type EngineHost = {
  state(): EngineState;
  /** Starts it, or again after `failed`. Nothing happens while it runs. */
  start(): void;
  /** Never rejects. Answers `not_running` while there is no engine, and for calls that were open when it ended. */
  call(method: string, input: unknown): Promise<Envelope<unknown>>;
  onPush(listener: (message: PushMessage) => void): void;
  onState(listener: (state: EngineState) => void): void;
  /** Lets transfers go on for `graceMs`, then closes everything; a process that has not ended after that is killed. Idempotent. */
  stop(graceMs: number): Promise<void>;
};

export type EngineHostOptions = {
  readonly fork: () => EngineChild;
  /** Asked before every start. Rejects when the person prefers to have none. */
  readonly startOptions: () => Promise<EngineStart>;
  readonly logSink: LogSink;
  /** Waits before the restarts, ms; after the last of them it has failed. */
  readonly restartDelaysMs?: readonly number[];
  /** Having run for so long, ms, an engine has earned all restarts again. */
  readonly stableAfterMs?: number;
};

const RESTART_DELAYS_MS = [1000, 2000, 4000];
const STABLE_AFTER_MS = 60_000;
/** What the engine may need beyond its grace: parking runs, closing the database. */
const STOP_MARGIN_MS = 5000;
/** More open calls than any console makes are a defect; refused instead of gathered. */
const MOST_OPEN_CALLS = 1000;
const LONGEST_STDERR_LINE = 4096;

/** Does not start yet. Only this file knows where the engine runs. */
export function createEngineHost(options: EngineHostOptions): EngineHost {
  const { fork, startOptions, logSink, restartDelaysMs = RESTART_DELAYS_MS, stableAfterMs = STABLE_AFTER_MS } = options;
  const log = createLogger(logSink, 'engine-host');
  const pushListeners: ((message: PushMessage) => void)[] = [];
  const stateListeners: ((state: EngineState) => void)[] = [];
  const calls = new Map<number, (envelope: Envelope<unknown>) => void>();
  let state: EngineState = { kind: 'stopped' };
  let child: EngineChild | undefined;
  let restarts = 0;
  let nextId = 1;
  let restartTimer: NodeJS.Timeout | undefined;
  let stableTimer: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | undefined;
  let exited: (() => void) | undefined;

  function become(next: EngineState): void {
    state = next;
    for (const listener of stateListeners) listener(next);
  }

  function fail(error: ErrorData): void {
    log.error(`the engine does not run: ${error.message}`);
    become({ kind: 'failed', error });
  }

  async function launch(): Promise<void> {
    let start: EngineStart;
    try {
      start = await startOptions();
    } catch (error) {
      fail((error instanceof AppError ? error : new AppError('internal')).toData());
      return;
    }
    if (stopping !== undefined) return;
    const forked = fork();
    child = forked;
    forked.on('message', (message) => receive(message));
    forked.on('exit', (code) => ended(code));
    forked.stderr?.on('data', (chunk: Buffer | string) => log.warn(`stderr: ${chunk.toString().slice(0, LONGEST_STDERR_LINE).trimEnd()}`));
    forked.postMessage({ kind: 'start', options: start });
  }

  function receive(message: FromEngine): void {
    switch (message.kind) {
      case 'started':
        stableTimer = setTimeout(() => (restarts = 0), stableAfterMs).unref();
        become({ kind: 'running' });
        break;
      case 'start-failed':
        // What a person has to put right does not get better by trying again.
        if (message.error.kind === 'user') restarts = restartDelaysMs.length;
        lastError = message.error;
        child?.postMessage({ kind: 'stop', graceMs: 0 });
        break;
      case 'answer':
        calls.get(message.id)?.(message.envelope);
        calls.delete(message.id);
        break;
      case 'push':
        for (const listener of pushListeners) listener(message.message);
        break;
      case 'log':
        logSink({ level: message.level, scope: message.scope, message: message.message });
        break;
    }
  }

  let lastError: ErrorData | undefined;

  function ended(code: number): void {
    clearTimeout(stableTimer);
    child = undefined;
    for (const answer of calls.values()) answer(notRunning());
    calls.clear();
    exited?.();
    if (stopping !== undefined) return;
    const error =
      lastError ?? new AppError('internal', `The servers ended unexpectedly (code ${code}). The log holds the details.`).toData();
    lastError = undefined;
    const delay = restartDelaysMs[restarts];
    if (delay === undefined) {
      fail(error);
      return;
    }
    restarts += 1;
    log.warn(`the engine's process ended with code ${code}; start ${restarts} of ${restartDelaysMs.length} in ${delay} ms`);
    become({ kind: 'restarting', attempt: restarts });
    restartTimer = setTimeout(() => void launch(), delay);
  }

  async function stop(graceMs: number): Promise<void> {
    clearTimeout(restartTimer);
    clearTimeout(stableTimer);
    const running = child;
    if (running !== undefined) {
      await new Promise<void>((resolve) => {
        const killer = setTimeout(() => {
          log.error('the engine did not stop in time and was ended');
          running.kill();
        }, graceMs + STOP_MARGIN_MS);
        exited = () => {
          clearTimeout(killer);
          resolve();
        };
        running.postMessage({ kind: 'stop', graceMs });
      });
    }
    become({ kind: 'stopped' });
  }

  return {
    state: () => state,
    start() {
      if (stopping !== undefined || (state.kind !== 'stopped' && state.kind !== 'failed')) return;
      restarts = 0;
      become({ kind: 'starting' });
      void launch();
    },
    call(method, input) {
      const target = child;
      if (state.kind !== 'running' || target === undefined) return Promise.resolve(notRunning());
      if (calls.size >= MOST_OPEN_CALLS) {
        const error = new AppError('timeout', 'Too many calls are waiting for an answer. Wait a moment and try again.').toData();
        return Promise.resolve({ ok: false, error });
      }
      return new Promise((resolve) => {
        const id = nextId++;
        calls.set(id, resolve);
        target.postMessage({ kind: 'call', id, method, input });
      });
    },
    onPush: (listener) => void pushListeners.push(listener),
    onState: (listener) => void stateListeners.push(listener),
    stop(graceMs) {
      stopping ??= stop(graceMs);
      return stopping;
    },
  };
}

/** A call of the shell itself: the value, or undefined where the engine refused or is away. */
export async function ask<M extends Method>(host: EngineHost, method: M, input: Input<M>): Promise<Output<M> | undefined> {
  const envelope = await host.call(method, input);
  // The dispatcher answers with what the table says.
  return envelope.ok ? (envelope.value as Output<M>) : undefined;
}

function notRunning(): Envelope<never> {
  const error = new AppError('not_running', 'The Gatehouse servers are not running at the moment. They are started again by themselves.');
  return { ok: false, error: error.toData() };
}
