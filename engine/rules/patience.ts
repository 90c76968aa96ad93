import { AppError } from '../contract/errors.ts';

/** How long a partner's client is made to wait for the rules of one operation; what an action has used is missing for the next one. */
export type Patience = {
  /** Aborts when the time is over or the engine stops, with an AppError for the trace as its reason. */
  readonly signal: AbortSignal;
  /** Resolves with null then. */
  readonly over: Promise<null>;
  /** Resolves after `ms`, or when the time is over. */
  pause(ms: number): Promise<void>;
  /** The answer was given; frees the timer. */
  end(): void;
};

/** Starts now. `stop` ends it early. */
export function startPatience(seconds: number, stop: AbortSignal): Patience {
  const controller = new AbortController();
  const over = Promise.withResolvers<null>();
  const finish = (reason: AppError): void => {
    controller.abort(reason);
    over.resolve(null);
  };
  const timer = setTimeout(
    () => finish(new AppError('timeout', `The client had to wait for more than ${seconds} s, so this was stopped.`)),
    seconds * 1000,
  );
  const onStop = (): void => finish(new AppError('shutting_down'));
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });
  return {
    signal: controller.signal,
    over: over.promise,
    async pause(ms) {
      let pausing: NodeJS.Timeout | undefined;
      await Promise.race([over.promise, new Promise((resolve) => (pausing = setTimeout(resolve, ms)))]);
      clearTimeout(pausing);
    },
    end() {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
    },
  };
}
