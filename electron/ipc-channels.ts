import { z } from 'zod';
import type { PushMessage } from '../engine/contract/push.ts';
import type { Envelope } from '../engine/contract/rpc.ts';
import type { LinkState } from '../renderer/shell/types.ts';

/** The one table of IPC: what the page may ask of main, with the schema of the arguments. */
export const channels = {
  'engine:call': z.tuple([z.string().min(1).max(64), z.unknown()]),
  'engine:link-state': z.tuple([]),
  'shell:pick-folder': z.tuple([z.string().max(4096)]),
  'shell:pick-save-path': z.tuple([
    z.strictObject({ suggestedName: z.string().min(1).max(255), format: z.enum(['csv', 'jsonl', 'txt', 'zip']) }),
  ]),
  'shell:reveal-in-folder': z.tuple([z.string().min(1).max(4096)]),
  'shell:get-start-at-sign-in': z.tuple([]),
  'shell:set-start-at-sign-in': z.tuple([z.boolean()]),
  'shell:notification-state': z.tuple([]),
  'shell:take-route': z.tuple([]),
  'shell:open-external': z.tuple([z.string().min(1).max(2048)]),
} as const;

export type Channel = keyof typeof channels;
export type Arguments<C extends Channel> = z.output<(typeof channels)[C]>;

export type Results = {
  'engine:call': Envelope<unknown>;
  'engine:link-state': LinkState;
  'shell:pick-folder': string | null;
  'shell:pick-save-path': string | null;
  'shell:reveal-in-folder': null;
  'shell:get-start-at-sign-in': boolean;
  'shell:set-start-at-sign-in': null;
  'shell:notification-state': 'granted' | 'unsupported';
  /** The route that somebody clicked, perhaps before there was a page; asking takes it away. */
  'shell:take-route': string | null;
  'shell:open-external': null;
};

/** What main tells the page without being asked. */
export type Told = {
  'engine:push': PushMessage;
  'engine:link-state-changed': LinkState;
  /** A route waits to be taken. */
  'shell:navigate': null;
};

/** In `additionalArguments`, for the preload script: a tray was proven. */
export const TRAY_ARGUMENT = '--gatehouse-tray';
