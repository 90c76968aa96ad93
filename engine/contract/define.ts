import type { z } from 'zod';
import type { StoredEvent } from './event.ts';

/** The three shapes that registries are made of. A registry entry is one call of one of these functions. */

export type EventGroup = 'files' | 'sessions' | 'records' | 'rules' | 'deliveries' | 'system' | 'api';

/** Fields of the envelope that depend on the type of the event; `schema` and `objecttype` are stated by themselves. */
export const ENVELOPE_FIELDS = [
  '_session',
  '_user',
  'ipv4_address',
  'object_id',
  'object_version',
  'protocol',
  'client',
  'path',
  'target_path',
  'bytes',
  'duration_ms',
  'batch_id',
  'caused_by',
] as const satisfies readonly (keyof StoredEvent)[];
export type EnvelopeField = (typeof ENVELOPE_FIELDS)[number];

/** Fields that are set in every event of a type as it is recorded, and those that are set in some; no other one ever is. */
export type EnvelopeUse = { readonly always: readonly EnvelopeField[]; readonly sometimes: readonly EnvelopeField[] };

export type EventDefinition<Info extends z.ZodType = z.ZodType> = {
  readonly title: string;
  /** Name of a lucide icon. */
  readonly icon: string;
  readonly group: EventGroup;
  readonly pollable: boolean;
  /** Which object attributes the type sets, with the seed's literals: none, a BASE record or a USER object. */
  readonly schema: 'BASE' | 'USER' | 'BOTH' | null;
  readonly objecttype: string | null;
  readonly sets: EnvelopeUse;
  readonly info: Info;
  /**
   * Keys of `info` that name people; they go with user, session and address where a group is kept without personal data. `url?` stands for
   * the query of the URL alone.
   */
  readonly personalInfo?: readonly string[] | 'all';
  /** Keys of `info` in which addresses of machines stand: these are taken out there, and where addresses are forgotten. */
  readonly addressInfo?: readonly string[] | 'all';
  /** When it is written, in one sentence, for docs/events.md. */
  readonly emittedWhen: string;
  /** The timeline's sentence, without the time. */
  readonly sentence: (event: StoredEvent) => string;
};

/** Declares an event type; emitting it is one `log.record()` call where the thing happens. */
export function defineEvent<Info extends z.ZodType>(definition: EventDefinition<Info>): EventDefinition<Info> {
  return definition;
}

export type TriggerGroup = 'files' | 'sessions' | 'records' | 'partner' | 'security' | 'time' | 'by-hand' | 'watch';

export type TriggerDefinition = {
  readonly title: string;
  readonly group: TriggerGroup;
  /** Types of the log that can set it off; empty for those that come from a clock or a hand. */
  readonly listensTo: readonly string[];
  /** Decides among events of those types, whatever their outcome where `failures` is not `never`. */
  readonly matches: (event: StoredEvent) => boolean;
  /** Whether failed events set it off: never, only where a condition names their outcome, just as others do, or nothing else does. */
  readonly failures: 'never' | 'when-asked' | 'always' | 'only';
  /** Set off once in an account's life, by its first event of this kind. */
  readonly firstOf?: 'upload' | 'download';
  /** The operation that waits for the rule's sync actions and has left no event yet; such a trigger listens to none. */
  readonly before?: 'upload' | 'download' | 'delete' | 'login';
  /** For looks at the past, beside `before`: the events from which one knows that such an operation was asked for. */
  readonly asked?: { readonly types: readonly string[]; readonly matches: (event: StoredEvent) => boolean };
  /** Whether a partner's client can wait for an action: never, where the rule asks for it, or for one action of the rule at least. */
  readonly sync: 'never' | 'may' | 'must';
  /** Rules may tell others of it who can see the folder. */
  readonly reverse?: true;
  /** What of the rule's `watch` it goes by; an event of it sets off only the rules whose own setting the event states. */
  readonly watches?: 'overdue' | 'quotaPercent' | 'diskFreePercent';
  /** The `.Event` placeholder, named as in the seed. */
  readonly eventName: string;
  /** Whether an event of it names a user, and so a tree that file actions can act in. */
  readonly hasUser: boolean;
  /** Whether an event of it names a file or folder. */
  readonly hasPath: boolean;
  /** Whether an event of it states a size in bytes. */
  readonly hasSize: boolean;
  /** Whether an event of it has a new path beside the old one. */
  readonly hasTarget: boolean;
  /** Whether an event of it comes over a partner's connection, with protocol and address. */
  readonly hasClient: boolean;
  /** Whether an event of it belongs to a partner's session. */
  readonly hasSession: boolean;
  readonly description: string;
};

/** Declares a trigger; rules, wizard and docs find it in engine/rules/triggers.ts. */
export function defineTrigger(definition: TriggerDefinition): TriggerDefinition {
  return definition;
}

export type ActionDefinition<Config extends z.ZodObject = z.ZodObject> = {
  readonly title: string;
  /** Name of a lucide icon. */
  readonly icon: string;
  readonly description: string;
  /** Fields made with the constructors of fields.ts, so that form, validation, templates and docs follow from them. */
  readonly config: Config;
  /** May be done twice without harm: decides what happens to a step that a kill interrupted. */
  readonly repeatSafe: (config: z.output<Config>) => boolean;
  /** True where the action acts in a user's tree and so needs an event with a user. */
  readonly needsUser: (config: z.output<Config>) => boolean;
  /** Its result's `path` is what a partner gets instead of the file that it asked for. Makes sense before a download alone. */
  readonly servesFile?: true;
  /** Acts on whoever signs in with the identity provider. Makes sense alone, while that sign-in waits. */
  readonly checksIdentity?: true;
  /** Where its result says `asks`, somebody who signs in is asked for a code next. Makes sense before a sign-in alone. */
  readonly asksCode?: true;
  /**
   * Seconds that it takes at most, where its own settings or its nature say so; 0: no time that anybody would notice. Where that is not
   * known, only the step's time limit ends it.
   */
  readonly longest?: (config: z.output<Config>) => number | undefined;
  /** One line for rule list and timeline, such as "POST to https://…". */
  readonly summarize: (config: z.output<Config>) => string;
  /** What it does to the run itself, for the few actions that do. */
  readonly control?: (config: z.output<Config>) => RunControl;
};

/**
 * What an action does to its own run: the steps of a flow come next, its result's `value` becomes a variable of later templates, or
 * nothing after it is begun in the run or in the flow that it stands in.
 */
export type RunControl =
  | { readonly kind: 'call'; readonly flow: number }
  | { readonly kind: 'set'; readonly variable: string }
  | { readonly kind: 'end'; readonly scope: 'run' | 'flow' };

/** Declares an action: its folder holds this definition and a runner; see CONTRIBUTING, "Add an action". */
export function defineAction<Config extends z.ZodObject>(definition: ActionDefinition<Config>): ActionDefinition<Config> {
  return definition;
}
