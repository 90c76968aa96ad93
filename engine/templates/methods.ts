import { ValueError } from './errors.ts';
import { type GoFunction, type Host } from './functions.ts';
import { timeJson, toJson } from './json.ts';
import { stringMethod } from './printer.ts';
import { toBytes } from './text.ts';
import { formatTime, timeSource, timeText } from './time-layout.ts';
import { YEAR_ONE, addDate, clockOf, durationText, goDuration, inZone, nanosOf, timeFromNanos } from './time.ts';
import { BYTES, DURATION, INT, LOCATION, MONTH, STRING, TIME, WEEKDAY } from './types.ts';
import { GoInt, GoSlice, GoStruct, GoTime, bytesOf, goBytes, goInt, goInt64, type GoValue } from './values.ts';
import { UTC, type Zone } from './zone.ts';

/** A method: a function with a receiver. */
type Method<Receiver> = Pick<GoFunction, 'params'> & {
  readonly call: (receiver: Receiver, args: readonly GoValue[], host: Host) => GoValue;
};

type Methods<Receiver> = ReadonlyMap<string, Method<Receiver>>;

const integer = (value: GoValue): bigint => (value instanceof GoInt ? value.value : 0n);
const text = (value: GoValue): string => (typeof value === 'string' ? value : '');
const bytes = (value: GoValue): number[] => (value instanceof GoSlice ? bytesOf(value) : []);

function time(value: GoValue): GoTime {
  if (value instanceof GoTime) return value;
  throw new ValueError('A time is expected.');
}

/** `compute` of a clock as an `int`. */
function clockPart(compute: (clock: ReturnType<typeof clockOf>) => number): Method<GoTime> {
  return { params: [], call: (self) => goInt(compute(clockOf(self))) };
}

/** A moment as another kind of number since 1970; beyond 64 bits it wraps, as in Go. */
function sinceEpoch(compute: (self: GoTime) => bigint): Method<GoTime> {
  return { params: [], call: (self) => goInt64(compute(self)) };
}

function comparison(compare: (order: number) => GoValue): Method<GoTime> {
  return {
    params: [TIME],
    call: (self, [other]) => {
      const difference = nanosOf(self) - nanosOf(time(other));
      return compare(difference < 0n ? -1 : difference > 0n ? 1 : 0);
    },
  };
}

/** Go lets a template call only what gives one value (or one and an error). */
function severalResults(name: string): Method<GoTime> {
  return {
    params: [],
    call: () => {
      throw new ValueError(`${name} gives several values, which a template cannot take.`);
    },
  };
}

function add(self: GoTime, nanos: bigint): GoTime {
  return timeFromNanos(nanosOf(self) + nanos, self.zone);
}

/** Nanoseconds since the last multiple of `step`, counted from year 1. */
function remainder(self: GoTime, step: bigint): bigint {
  const sinceYearOne = nanosOf(self) + YEAR_ONE * 1_000_000_000n;
  return ((sinceYearOne % step) + step) % step;
}

/** Go's binary form: version, seconds since year 1, nanoseconds, zone offset in minutes (-1 for UTC). */
function binary(self: GoTime): number[] {
  const isUtc = self.zone === UTC;
  const offset = isUtc ? 0 : self.zone.offsetAt(self.unix).offset;
  const minutes = isUtc ? -1 : Math.trunc(offset / 60);
  const extraSeconds = offset % 60;
  const view = new DataView(new ArrayBuffer(16));
  view.setUint8(0, extraSeconds === 0 ? 1 : 2);
  view.setBigInt64(1, BigInt.asIntN(64, self.unix + YEAR_ONE));
  view.setInt32(9, self.nanos);
  view.setInt16(13, minutes);
  view.setInt8(15, extraSeconds);
  return Array.from({ length: extraSeconds === 0 ? 15 : 16 }, (_, i) => view.getUint8(i));
}

// Sizes of the buffers in which Go writes; `slice` with a second index can reach the unused part.
const TEXT_CAPACITY = '2006-01-02T15:04:05.999999999Z07:00'.length;

const TIME_METHODS: Methods<GoTime> = new Map<string, Method<GoTime>>([
  ['Add', { params: [DURATION], call: (self, [duration]) => add(self, integer(duration)) }],
  [
    'AddDate',
    { params: [INT, INT, INT], call: (self, [years, months, days]) => addDate(self, integer(years), integer(months), integer(days)) },
  ],
  ['After', comparison((order) => order > 0)],
  ['AppendBinary', { params: [BYTES], call: (self, [start]) => goBytes([...bytes(start), ...binary(self)]) }],
  [
    'AppendFormat',
    { params: [BYTES, STRING], call: (self, [start, layout]) => goBytes([...bytes(start), ...toBytes(formatTime(self, text(layout)))]) },
  ],
  ['AppendText', { params: [BYTES], call: (self, [start]) => goBytes([...bytes(start), ...toBytes(timeJson(self))]) }],
  ['Before', comparison((order) => order < 0)],
  ['Clock', severalResults('Clock')],
  ['Compare', comparison(goInt)],
  ['Date', severalResults('Date')],
  ['Day', clockPart((clock) => clock.day)],
  ['Equal', comparison((order) => order === 0)],
  ['Format', { params: [STRING], call: (self, [layout]) => formatTime(self, text(layout)) }],
  ['GoString', { params: [], call: timeSource }],
  ['GobEncode', { params: [], call: (self) => goBytes(binary(self), 16) }],
  ['Hour', clockPart((clock) => clock.hour)],
  ['ISOWeek', severalResults('ISOWeek')],
  ['In', { params: [LOCATION], call: (self, [zone]) => inZone(self, zoneOf(zone)) }],
  ['IsDST', { params: [], call: (self) => self.zone.offsetAt(self.unix).isDst }],
  ['IsZero', { params: [], call: (self) => self.unix === -YEAR_ONE && self.nanos === 0 }],
  ['Local', { params: [], call: (self, _, host) => inZone(self, host.localZone) }],
  ['Location', { params: [], call: (self) => self.zone }],
  ['MarshalBinary', { params: [], call: (self) => goBytes(binary(self), 16) }],
  ['MarshalJSON', { params: [], call: (self) => goBytes(toBytes(`"${timeJson(self)}"`), TEXT_CAPACITY + 2) }],
  ['MarshalText', { params: [], call: (self) => goBytes(toBytes(timeJson(self)), TEXT_CAPACITY) }],
  ['Minute', clockPart((clock) => clock.minute)],
  ['Month', { params: [], call: (self) => new GoInt(MONTH, BigInt(clockOf(self).month)) }],
  ['Nanosecond', { params: [], call: (self) => goInt(self.nanos) }],
  [
    'Round',
    {
      params: [DURATION],
      call: (self, [duration]) => {
        const step = integer(duration);
        if (step <= 0n) return self;
        const rest = remainder(self, step);
        return add(self, rest * 2n < step ? -rest : step - rest);
      },
    },
  ],
  ['Second', clockPart((clock) => clock.second)],
  ['String', { params: [], call: timeText }],
  ['Sub', { params: [TIME], call: (self, [other]) => goDuration(nanosOf(self) - nanosOf(time(other))) }],
  [
    'Truncate',
    {
      params: [DURATION],
      call: (self, [duration]) => {
        const step = integer(duration);
        return step <= 0n ? self : add(self, -remainder(self, step));
      },
    },
  ],
  ['UTC', { params: [], call: (self) => inZone(self, UTC) }],
  ['Unix', sinceEpoch((self) => self.unix)],
  ['UnixMicro', sinceEpoch((self) => self.unix * 1_000_000n + BigInt(Math.floor(self.nanos / 1000)))],
  ['UnixMilli', sinceEpoch((self) => self.unix * 1000n + BigInt(Math.floor(self.nanos / 1_000_000)))],
  ['UnixNano', sinceEpoch(nanosOf)],
  ['Weekday', { params: [], call: (self) => new GoInt(WEEKDAY, BigInt(clockOf(self).weekday)) }],
  ['Year', clockPart((clock) => clock.year)],
  ['YearDay', clockPart((clock) => clock.yearDay)],
  ['Zone', severalResults('Zone')],
  ['ZoneBounds', severalResults('ZoneBounds')],
]);

function zoneOf(value: GoValue): Zone {
  if (typeof value === 'object' && value !== null && 'offsetAt' in value) return value;
  throw new ValueError('A time zone is missing.');
}

/** A duration as a float of some unit, reckoned as Go does: whole units plus the rest. */
function inUnits(unit: bigint): Method<GoInt> {
  return { params: [], call: ({ value }) => Number(value / unit) + Number(value % unit) / Number(unit) };
}

/** A duration rounded half away from zero. */
function roundDuration(value: bigint, step: bigint): bigint {
  if (step <= 0n) return value;
  const size = value < 0n ? -value : value;
  const rest = size % step;
  const rounded = rest * 2n < step ? size - rest : size - rest + step;
  return value < 0n ? -rounded : rounded;
}

const DURATION_METHODS: Methods<GoInt> = new Map<string, Method<GoInt>>([
  ['Abs', { params: [], call: ({ value }) => goDuration(value < 0n ? -value : value) }],
  ['Hours', inUnits(3_600_000_000_000n)],
  ['Microseconds', { params: [], call: ({ value }) => goInt64(value / 1000n) }],
  ['Milliseconds', { params: [], call: ({ value }) => goInt64(value / 1_000_000n) }],
  ['Minutes', inUnits(60_000_000_000n)],
  ['Nanoseconds', { params: [], call: ({ value }) => goInt64(value) }],
  ['Round', { params: [DURATION], call: ({ value }, [step]) => goDuration(roundDuration(value, integer(step))) }],
  ['Seconds', inUnits(1_000_000_000n)],
  ['String', { params: [], call: ({ value }) => durationText(value) }],
  [
    'Truncate',
    {
      params: [DURATION],
      call: ({ value }, [step]) => {
        const size = integer(step);
        return goDuration(size <= 0n ? value : value - (value % size));
      },
    },
  ],
]);

const NAME_METHODS: Methods<GoInt> = new Map([['String', { params: [], call: (self: GoInt) => stringMethod(self) ?? '' }]]);
const LOCATION_METHODS: Methods<Zone> = new Map([['String', { params: [], call: (self: Zone) => self.name }]]);

/** What `.Object` can do: its record as JSON, `{}` where there is none. */
const OBJECT_METHODS: Methods<GoStruct> = new Map([
  [
    'JSON',
    {
      params: [],
      call: (self: GoStruct, _: readonly GoValue[], { budget }: Host) => {
        const record = self.values[self.type.fields.findIndex((field) => field.name === 'raw')];
        return record === null || record === undefined ? '{}' : toJson(record, budget, true);
      },
    },
  ],
]);

function bind<Receiver>(methods: Methods<Receiver>, receiver: Receiver, name: string): GoFunction | null {
  const method = methods.get(name);
  return method ? { params: method.params, call: (args, host) => method.call(receiver, args, host) } : null;
}

/** The method of a value by name; null when it has none. */
export function findMethod(value: GoValue, name: string): GoFunction | null {
  if (typeof value !== 'object' || value === null) return null;
  if (value instanceof GoTime) return bind(TIME_METHODS, value, name);
  if (value instanceof GoStruct) return value.type.name === 'main.object' ? bind(OBJECT_METHODS, value, name) : null;
  if (value instanceof GoInt) {
    if (value.type.name === 'time.Duration') return bind(DURATION_METHODS, value, name);
    return value.type.name.startsWith('time.') ? bind(NAME_METHODS, value, name) : null;
  }
  return 'offsetAt' in value ? bind(LOCATION_METHODS, value, name) : null;
}

/** Names of the methods of a type, for completion and for checking fields before anything is rendered. */
export function methodNames(type: string): readonly string[] {
  switch (type) {
    case TIME.name:
      return [...TIME_METHODS.keys()];
    case DURATION.name:
      return [...DURATION_METHODS.keys()];
    case MONTH.name:
    case WEEKDAY.name:
      return [...NAME_METHODS.keys()];
    case LOCATION.name:
      return [...LOCATION_METHODS.keys()];
    case 'main.object':
      return [...OBJECT_METHODS.keys()];
    default:
      return [];
  }
}
