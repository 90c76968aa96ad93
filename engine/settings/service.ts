import { AppError } from '../contract/errors.ts';
import { mapFields, type SecretRef } from '../contract/fields.ts';
import { type Settings, type SettingsSection, settingsSchema } from '../contract/settings.ts';
import type { EventInfo } from '../events/catalog.ts';
import type { Actor, EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import { invalidInput } from '../lib/invalid-input.ts';
import type { Logger } from '../lib/log.ts';
import type { Store } from '../store/index.ts';
import type { SecretStore } from '../store/secret-store.ts';

/** The settings: one row per saved section, defaults for the rest. */
export type SettingsService = {
  /** As they are now; secrets as references. Read it anew each time, it is replaced as a whole. */
  get(): Settings;
  /**
   * Changes any sections, each with any of its keys; the rest stays. All or nothing: the first problem is thrown as `invalid_input`
   * at `section.key`. Resolves when it is committed with its event and the sections' subscribers have followed.
   */
  save(
    input: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    by: { readonly actor: Actor; readonly batchId: number | null },
  ): Promise<Settings>;
  /** Called after a commit that changed the section. Returns the function that ends it. */
  onChange<Section extends SettingsSection>(section: Section, listener: Listener<Section>): () => void;
  /** Names of stored sections that this program could not read: they count as defaults until they are saved again. */
  readonly unreadable: readonly string[];
};

/** Who changes settings. */
type By = Parameters<SettingsService['save']>[1];

type Listener<Section extends SettingsSection> = (now: Settings[Section], before: Settings[Section], by: By) => void | Promise<void>;

export type SettingsServices = {
  readonly store: Store;
  readonly secrets: SecretStore;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** What a schema cannot know, such as whether a folder can be written. Rejects with an AppError that names the field. */
  readonly check?: (next: Settings, before: Settings) => Promise<void>;
};

/** What stands in events in place of a secret. */
const MASK = '***';

export function openSettings(services: SettingsServices): SettingsService {
  const { store, secrets, events, clock, log, check } = services;
  const listeners = new Map<string, Set<(now: never, before: never, by: By) => void | Promise<void>>>();
  const { settings: stored, unreadable } = load(store, log);
  let current = stored;
  /** One save at a time, so that two of them do not undo each other. */
  let queue: Promise<unknown> = Promise.resolve();

  async function save(input: Parameters<SettingsService['save']>[0], by: By): Promise<Settings> {
    const before = current;
    const next = merge(before, input);
    refuseForeignSecrets(next, before);
    const sections = sectionNames().filter((section) => JSON.stringify(next[section]) !== JSON.stringify(before[section]));
    if (sections.length === 0) return before;
    await check?.(next, before);
    let sealed = next;
    await events.record(
      {
        type: 'BASE_CONFIG_UPDATE',
        info: { sections, old: masked(before, sections), new: masked(next, sections) },
        actor: by.actor,
        batchId: by.batchId,
      },
      () => {
        sealed = seal(next, before);
        for (const section of sections) store.tables.settings.put(section, JSON.stringify(sealed[section]), clock.now());
        return undefined;
      },
    );
    current = sealed;
    await Promise.all(sections.map((section) => tell(section, before, by)));
    return current;
  }

  async function tell(section: SettingsSection, before: Settings, by: By): Promise<void> {
    for (const listener of listeners.get(section) ?? []) {
      try {
        await listener(current[section] as never, before[section] as never, by);
      } catch (error) {
        log.error(`what depends on the settings of ${section} could not follow their change`, error);
      }
    }
  }

  /** New secret texts become sealed rows; rows that nothing refers to any more are deleted. Runs inside the transaction. */
  function seal(next: Settings, before: Settings): Settings {
    const kept = new Set<number>();
    const sealed = mapSecrets(next, (leaf) => {
      const ref = typeof leaf === 'string' ? (leaf === '' ? '' : secrets.put(leaf)) : (leaf as SecretRef);
      if (ref !== '') kept.add(ref.secret);
      return ref;
    });
    for (const ref of secretRefs(before).values()) if (!kept.has(ref.secret)) secrets.remove(ref);
    return sealed;
  }

  return {
    get: () => current,
    save(input, by) {
      const turn = queue.then(() => save(input, by));
      queue = turn.catch(() => undefined);
      return turn;
    },
    onChange(section, listener) {
      const own = listeners.get(section) ?? new Set();
      listeners.set(section, own.add(listener));
      return () => void own.delete(listener);
    },
    unreadable,
  };
}

function sectionNames(): SettingsSection[] {
  return Object.keys(settingsSchema.shape) as SettingsSection[];
}

function load(store: Store, log: Logger): { settings: Settings; unreadable: readonly string[] } {
  const unreadable: string[] = [];
  const sections: Record<string, unknown> = {};
  for (const { section, value } of store.tables.settings.all()) {
    try {
      const parsed: unknown = JSON.parse(value);
      settingsSchema.parse({ [section]: parsed });
      sections[section] = parsed;
    } catch (error) {
      log.warn(`the stored settings of ${section} cannot be read; its defaults apply`, error);
      unreadable.push(section);
    }
  }
  return { settings: settingsSchema.parse(sections), unreadable };
}

function merge(before: Settings, input: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Settings {
  const merged: Record<string, unknown> = { ...before };
  for (const [section, keys] of Object.entries(input)) {
    if (!Object.hasOwn(settingsSchema.shape, section)) {
      throw new AppError('invalid_input', `There is no section "${section.slice(0, 64)}" in the settings. See settings.get.`, {
        field: section.slice(0, 64),
      });
    }
    merged[section] = { ...before[section as SettingsSection], ...keys };
  }
  const checked = settingsSchema.safeParse(merged);
  if (!checked.success) throw invalidInput(checked.error);
  return checked.data;
}

/** A reference may only be handed back where it stands: any other one would let a caller use a secret that is not its own. */
function refuseForeignSecrets(next: Settings, before: Settings): void {
  const known = secretRefs(before);
  for (const [path, ref] of secretRefs(next)) {
    if (known.get(path)?.secret !== ref.secret) {
      throw new AppError(
        'invalid_input',
        `${path}: this is not the reference that stands here. Give the secret as text, or leave it out.`,
        { field: path },
      );
    }
  }
}

function secretRefs(settings: Settings): Map<string, SecretRef> {
  const refs = new Map<string, SecretRef>();
  mapSecrets(settings, (leaf, path) => {
    if (typeof leaf !== 'string') refs.set(path, leaf as SecretRef);
    return leaf;
  });
  return refs;
}

function masked(settings: Settings, sections: readonly SettingsSection[]): EventInfo<'BASE_CONFIG_UPDATE'>['new'] {
  const hidden = mapSecrets(settings, (leaf) => (leaf === '' ? '' : MASK));
  // Validated settings are JSON throughout; their optional keys only look otherwise to the compiler.
  return Object.fromEntries(sections.map((section) => [section, hidden[section]])) as EventInfo<'BASE_CONFIG_UPDATE'>['new'];
}

function mapSecrets(settings: Settings, change: (leaf: unknown, path: string) => unknown): Settings {
  return mapFields(settingsSchema, settings, (leaf, meta, path) => (meta.kind === 'secret' ? change(leaf, path) : leaf)) as Settings;
}
