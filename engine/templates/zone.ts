import { abbreviation } from './zone-names.ts';

/** What a clock in a zone shows at an instant. */
export interface ZoneState {
  /** Seconds east of UTC. */
  readonly offset: number;
  /** Abbreviation as in the time zone database, for example `CEST`; `+03` where the zone has none. */
  readonly name: string;
  readonly isDst: boolean;
}

/** A time zone. Equal zones are the same object (`findZone`). */
export interface Zone {
  /** Name in the time zone database, or `UTC`. */
  readonly name: string;
  /** The machine's zone for this rendering: Go calls it `time.Local`. */
  readonly isLocal: boolean;
  /** State at `unix` seconds since 1970 UTC. */
  offsetAt(unix: bigint): ZoneState;
}

/** Coordinated universal time. */
export const UTC: Zone = { name: 'UTC', isLocal: false, offsetAt: () => ({ offset: 0, name: 'UTC', isDst: false }) };

// Intl speaks of instants within ±8.64e15 ms; beyond them a zone keeps the rules of the nearest year that it knows.
const FIRST_SECOND = -62_135_596_800n;
const LAST_SECOND = 253_402_300_799n;
// Before 1900 transitions happen at odd seconds.
const FIRST_REGULAR_SECOND = -2_208_988_800n;
// 400 Gregorian years, after which weekdays and leap years repeat.
const CYCLE_SECONDS = 146_097n * 86_400n;

/** An instant with the same offset rules inside the range of Intl. */
function insideRange(unix: bigint): bigint {
  if (unix < FIRST_SECOND) return FIRST_SECOND;
  if (unix <= LAST_SECOND) return unix;
  const excess = unix - LAST_SECOND;
  return unix - ((excess + CYCLE_SECONDS - 1n) / CYCLE_SECONDS) * CYCLE_SECONDS;
}

class NamedZone implements Zone {
  readonly name: string;
  readonly isLocal: boolean;
  readonly #offsetFormat: Intl.DateTimeFormat;
  readonly #nameFormat: Intl.DateTimeFormat;
  /** States per quarter of an hour: transitions of all zones since 1900 fall on these. */
  readonly #known = new Map<bigint, ZoneState>();

  /** English names by offset. */
  #laterNames: ReadonlyMap<number, string> | undefined;

  constructor(name: string, isLocal: boolean) {
    this.name = name;
    this.isLocal = isLocal;
    this.#offsetFormat = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    this.#nameFormat = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'long' });
  }

  offsetAt(unix: bigint): ZoneState {
    const inside = insideRange(unix);
    if (inside < FIRST_REGULAR_SECOND) return this.#look(inside);
    const quarter = inside / 900n;
    let state = this.#known.get(quarter);
    if (!state) {
      state = this.#look(inside);
      if (this.#known.size > 2000) this.#known.clear();
      this.#known.set(quarter, state);
    }
    return state;
  }

  #look(unix: bigint): ZoneState {
    const seconds = Number(unix);
    const offset = this.#offset(seconds);
    const englishName = this.#englishName(seconds, offset);
    const isDst = /Summer|Daylight/.test(englishName);
    return { offset, isDst, name: abbreviation(this.name, englishName, seconds, offset) };
  }

  /** Intl names the rules of a zone only from 1970 on; before that the name of the same offset in later years serves. */
  #englishName(unix: number, offset: number): string {
    const name = zonePart(this.#nameFormat, unix);
    if (!name.startsWith('GMT')) return name;
    this.#laterNames ??= new Map(LATER_YEARS.map((seconds) => [this.#offset(seconds), zonePart(this.#nameFormat, seconds)]));
    return this.#laterNames.get(offset) ?? name;
  }

  #offset(unix: number): number {
    const match = /GMT([+-])(\d+)(?::(\d+))?(?::(\d+))?/.exec(zonePart(this.#offsetFormat, unix));
    const size = match ? Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0) : 0;
    return match?.[1] === '-' ? -size : size;
  }
}

/** January and July of some years, in seconds since 1970. */
const LATER_YEARS = [1736942400, 1752580800, 473385600, 489024000, 0, 15552000];

/** The zone's part of a formatted instant. */
function zonePart(format: Intl.DateTimeFormat, unix: number): string {
  return format.formatToParts(unix * 1000).find((part) => part.type === 'timeZoneName')?.value ?? '';
}

const zones = new Map<string, Zone>();

/**
 * The zone of a name of the time zone database (`Europe/Rome`). `isLocal` marks it as the machine's own.
 * Throws RangeError for an unknown name.
 */
export function findZone(name: string, isLocal = false): Zone {
  if (!isLocal && (name === 'UTC' || name === '')) return UTC;
  const key = `${isLocal ? 'local ' : ''}${name}`;
  let zone = zones.get(key);
  if (!zone) zones.set(key, (zone = new NamedZone(name, isLocal)));
  return zone;
}

/** The machine's zone, Go's `time.Local`. */
export function localZone(): Zone {
  return findZone(new Intl.DateTimeFormat().resolvedOptions().timeZone, true);
}
