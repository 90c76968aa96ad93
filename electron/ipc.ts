import { serialize } from 'node:v8';
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { AppError, toAppError } from '../engine/contract/errors.ts';
import type { Envelope } from '../engine/contract/rpc.ts';
import type { Logger } from '../engine/lib/log.ts';
import { type Arguments, type Channel, channels, type Results } from './ipc-channels.ts';

export type IpcHandlers = { readonly [C in Channel]: (...args: Arguments<C>) => Promise<Results[C]> | Results[C] };

/** As much as the HTTP API takes. */
const LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024;

/**
 * Answers the page. Each message is served only when `isOurPage` knows its sender and its arguments fit the channel's schema. Never throws
 * across the bridge: answers are envelopes.
 */
export function serveIpc(services: {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly isOurPage: (event: IpcMainInvokeEvent) => boolean;
  readonly handlers: IpcHandlers;
  readonly log: Logger;
}): void {
  const { ipcMain, isOurPage, handlers, log } = services;
  for (const channel of Object.keys(channels) as Channel[]) {
    ipcMain.handle(channel, async (event, ...args: unknown[]): Promise<Envelope<unknown>> => {
      try {
        if (!isOurPage(event)) {
          log.warn(`${channel} was asked by a page that is not the console, and refused`);
          throw new AppError('foreign_origin');
        }
        return { ok: true, value: await answer(channel, args) };
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error.kind === 'ours') log.error(`${channel} failed`, error.cause ?? error);
        return { ok: false, error: error.toData() };
      }
    });
  }

  function answer(channel: Channel, args: readonly unknown[]): unknown {
    const parsed = channels[channel].safeParse(args);
    if (!parsed.success) throw new AppError('invalid_input', `The message ${channel} is not of the expected form.`);
    if (serialize(args).byteLength > LARGEST_MESSAGE_BYTES) throw new AppError('payload_too_large');
    // The table ties schema and handler of one channel together; TypeScript cannot see that for a name known at run time only.
    return (handlers[channel] as (...args: readonly unknown[]) => unknown)(...parsed.data);
  }
}
