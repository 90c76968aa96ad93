import type { ErrorData } from '../engine/contract/errors.ts';
import type { PushMessage } from '../engine/contract/push.ts';
import type { Envelope } from '../engine/contract/rpc.ts';
import type { EngineOptions } from '../engine/index.ts';
import type { LogLevel } from '../engine/lib/log.ts';

/** What crosses the port between main and the engine's process. Everything is structured-clonable. */

export type EngineStart = {
  readonly dataFolder: string;
  readonly overrides: NonNullable<EngineOptions['overrides']>;
  /** Wraps the key of the stored secrets (key-wrap.ts); null: the file's mode alone protects it. */
  readonly wrapKey: Uint8Array | null;
};

export type ToEngine =
  | { readonly kind: 'start'; readonly options: EngineStart }
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  /** The process ends by itself when the engine has stopped. */
  | { readonly kind: 'stop'; readonly graceMs: number };

export type FromEngine =
  | { readonly kind: 'started' }
  | { readonly kind: 'start-failed'; readonly error: ErrorData }
  | { readonly kind: 'answer'; readonly id: number; readonly envelope: Envelope<unknown> }
  | { readonly kind: 'push'; readonly message: PushMessage }
  /** Main is the only writer of the log file. */
  | { readonly kind: 'log'; readonly level: LogLevel; readonly scope: string; readonly message: string };
