import type { Outcome } from '../contract/event.ts';
import type { Settings } from '../contract/settings.ts';
import { redact } from '../lib/redact.ts';
import type { EventInfo } from './catalog.ts';
import type { Actor, EventLog } from './log.ts';

/** A request as its transport received it. */
export type Call = {
  /** `POST`, or another verb of HTTP; the protocol where it is none of HTTP's. */
  readonly method: string;
  /** Path and query; `/rpc/<method>` for every transport of the RPC table, `/sftp/<packet>` and `/ftp/<verb>` for partners' protocols. */
  readonly url: string;
  readonly payload: unknown;
  /** It may change something. */
  readonly isWrite: boolean;
  readonly actor: Actor;
  /** The `batch_id` of what the request causes, opened when somebody asks for it first. */
  readonly batch: () => number;
  /** `ok` for what is carried out now, whatever comes of it; by default. */
  readonly outcome?: Outcome;
};

export type CallRecorder = {
  /** False where `note` would record nothing, whatever it were told: a question that may be asked for every packet. */
  isOn(): boolean;
  /** Records it as API_CALL where the settings say so, in its own time: no answer waits for it, and none fails for it. */
  note(call: Call): void;
};

type Wish = Settings['log']['apiCalls'];

/**
 * Reading the log is only recorded where it is named: a client that reads what is new, and so makes something new, would never come to rest.
 */
const OF_THE_LOG = /^(rpc\/(events|activity|notifications)\.|api\/event)/;
const SECRET_KEY = /pass(word|phrase)|secret|token|^key$|privateKey|authorization/i;
const MASK = '***';
const MOST_CHARACTERS = 16_384;

export function createCallRecorder(services: { readonly events: EventLog; readonly settings: () => Wish }): CallRecorder {
  const { events, settings } = services;
  return {
    isOn() {
      const { record, include } = settings();
      return record !== 'off' || include.length > 0;
    },
    note({ method, url, payload, isWrite, actor, batch, outcome = 'ok' }) {
      if (!isWanted(settings(), url, isWrite)) return;
      const info = { method, url: redact(url), payload: shown(payload) };
      // The log itself has said what is wrong with it.
      events.record({ type: 'API_CALL', info, actor, outcome, batchId: opened(batch) }).catch(() => undefined);
    },
  };
}

/** Null on a disk that cannot be written: the request is answered all the same. */
function opened(batch: () => number): number | null {
  try {
    return batch();
  } catch {
    return null;
  }
}

/** Names are those of methods, such as `rules.save`, or paths such as `/api/event` and `/ftp/STOR`; `rules.*` stands for all that begin so. */
export function isWanted({ record, include, exclude }: Wish, url: string, isWrite: boolean): boolean {
  const path = (url.split('?')[0] ?? '').replace(/^\//, '');
  const names = [`/${path}`, path.replace(/^rpc\//, '')];
  const isNamed = (list: readonly string[]): boolean =>
    list.some((wanted) => names.some((name) => (wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted)));
  if (isNamed(exclude)) return false;
  if (isNamed(include)) return true;
  if (record === 'off' || (OF_THE_LOG.test(path) && !isWrite)) return false;
  return isWrite || record === 'all';
}

/** The payload without secrets, by the names of fields and by what secrets look like; too long a one is left out. */
function shown(payload: unknown): EventInfo<'API_CALL'>['payload'] {
  const text = JSON.stringify(payload ?? null, (key, value: unknown) =>
    SECRET_KEY.test(key) && value !== null && value !== '' ? MASK : typeof value === 'string' ? redact(value) : value,
  );
  if (text.length > MOST_CHARACTERS) return { left_out: `${String(text.length)} characters` };
  return JSON.parse(text) as EventInfo<'API_CALL'>['payload'];
}
