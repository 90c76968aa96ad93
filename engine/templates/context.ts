import { ValueError } from './errors.ts';
import { EVENT, SEED_EVENT } from './placeholders.ts';
import { wellFormed } from './text.ts';
import { timeFromNanos } from './time.ts';
import { type GoType, type StructType } from './types.ts';
import { GoInt, GoMap, GoPointer, GoSlice, GoStruct, type GoTime, goFromJson, zeroValue, type GoValue } from './values.ts';
import { UTC, findZone, localZone, type Zone } from './zone.ts';

/** A moment: milliseconds since 1970, nanoseconds as bigint, or RFC 3339 text with up to nine decimals. */
export type Moment = number | bigint | string | Date;

/** File fields of an event, or of one file of a batch. */
export interface FileValues {
  readonly Name?: string;
  readonly Event?: string;
  readonly Status?: number;
  readonly Errors?: readonly string[];
  readonly VirtualPath?: string;
  readonly FsPath?: string;
  readonly VirtualTargetPath?: string;
  readonly FsTargetPath?: string;
  readonly ObjectName?: string;
  readonly FileSize?: number | bigint;
  readonly Elapsed?: number | bigint;
  readonly Protocol?: string;
  readonly IP?: string;
  readonly Timestamp?: Moment;
  readonly UID?: string;
  readonly Metadata?: Readonly<Record<string, string>> | null;
  readonly Speed?: number | bigint;
}

/** An account as `.Object` shows it. Times are milliseconds since 1970. */
export interface AccountValues {
  readonly Username?: string;
  readonly Email?: string;
  readonly Description?: string;
  readonly Status?: number;
  readonly QuotaSize?: number | bigint;
  readonly Groups?: readonly string[];
  readonly CreatedAt?: number | bigint;
}

/** `.Object`: at most one of the four, and the record that `JSON` shows (plain JSON data). */
export interface ObjectValues {
  readonly Share?: { readonly Name?: string; readonly Scope?: string; readonly ExpiresAt?: number | bigint } | null;
  readonly User?: AccountValues | null;
  readonly Admin?: AccountValues | null;
  readonly Group?: AccountValues | null;
  readonly raw?: unknown;
}

/** Values of an event, by placeholder. What is left out is empty. */
export interface EventValues extends FileValues {
  readonly ExtName?: string;
  readonly ObjectType?: string;
  readonly Role?: string;
  readonly Email?: string;
  readonly Object?: ObjectValues | null;
  /** Plain JSON data. */
  readonly IDPFields?: Readonly<Record<string, unknown>> | null;
  readonly RetentionReports?: string;
  /** Files of a batch. Without it, an event about a file is a batch of one. */
  readonly Items?: readonly FileValues[];
  readonly Count?: number;
  readonly TotalSize?: number | bigint;
  readonly Results?: readonly { readonly Action?: string; readonly User?: string; readonly Reason?: string; readonly Days?: number }[];
  readonly Recipient?: { readonly Name?: string; readonly Email?: string };
  readonly Session?: string;
  readonly Rule?: string;
  readonly Run?: string;
  readonly Variables?: Readonly<Record<string, string>>;
  readonly Now?: Moment;
  readonly Custom?: Readonly<Record<string, string>>;
  readonly Problem?: Readonly<Record<string, string>>;
  readonly Code?: string;
}

/** How to read a context. */
export interface ContextOptions {
  /** Zone in which times are shown; Go's `time.Local`. Default: that of this process. */
  readonly timeZone?: string;
  /** Only the placeholders of the seed, as in the reference vectors. */
  readonly seedOnly?: boolean;
}

const FILE_FIELDS = [
  'Name',
  'Event',
  'Status',
  'Errors',
  'VirtualPath',
  'FsPath',
  'VirtualTargetPath',
  'FsTargetPath',
  'ObjectName',
].concat(['FileSize', 'Elapsed', 'Protocol', 'IP', 'Timestamp', 'UID', 'Metadata', 'Speed']);

/**
 * The fields of an event for `Template.render`. In a batch, file fields that are not given are those of the last file.
 * Throws ValueError for a value of the wrong type and for unknown names.
 */
export function eventFields(values: EventValues, options: ContextOptions = {}): GoStruct {
  return contextFromJson({ ...values }, options);
}

/** As `eventFields`, from JSON data of unknown form, for example a file. */
export function contextFromJson(json: unknown, options: ContextOptions = {}): GoStruct {
  const zone = options.timeZone === undefined ? localZone() : findZone(options.timeZone, true);
  const record = asRecord(json, 'The context');
  if (options.seedOnly === true) return structFrom(SEED_EVENT, record, '', zone);
  return structFrom(EVENT, withBatch(record), '', zone);
}

type JsonRecord = Readonly<Record<string, unknown>>;

function asRecord(json: unknown, where: string): JsonRecord {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new ValueError(`${where} must be an object.`);
  return json as JsonRecord;
}

/** Own properties only: a name such as `constructor` must not reach the prototype. */
function own(record: JsonRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Adds what a batch implies: the last file's fields, the count, the total size; and a batch of one for a single file. */
function withBatch(record: JsonRecord): JsonRecord {
  const items = own(record, 'Items');
  if (!Array.isArray(items)) {
    const isFile = Boolean(own(record, 'VirtualPath'));
    const single = Object.fromEntries(FILE_FIELDS.filter((name) => Object.hasOwn(record, name)).map((name) => [name, record[name]]));
    const size = own(record, 'FileSize') ?? 0;
    return isFile ? { Items: [single], Count: 1, TotalSize: size, ...record } : record;
  }
  const files = items.map((item: unknown, i) => asRecord(item, `Items[${i}]`));
  const total = files.reduce((sum, file) => sum + integerFrom(own(file, 'FileSize') ?? 0, 'FileSize'), 0n);
  return { Count: items.length, TotalSize: total, ...files.at(-1), ...record };
}

function structFrom(type: StructType, record: JsonRecord, where: string, zone: Zone): GoStruct {
  for (const name of Object.keys(record)) {
    if (!type.fields.some((field) => field.name === name)) throw new ValueError(`There is no placeholder ${where}${name}.`);
  }
  const values = type.fields.map((field) => valueFrom(field.type, own(record, field.name), `${where}${field.name}`, zone));
  return new GoStruct(type, values);
}

function valueFrom(type: GoType, json: unknown, where: string, zone: Zone): GoValue {
  if (json === undefined || json === null) return emptyValue(type, zone);
  switch (type.kind) {
    case 'string':
      if (typeof json !== 'string') throw new ValueError(`${where} must be a text.`);
      return wellFormed(json);
    case 'bool':
      return json === true;
    case 'int':
      return new GoInt(type, integerFrom(json, where));
    case 'time':
      return timeFrom(json, where, zone);
    case 'interface':
      return goFromJson(json);
    case 'slice':
      if (!Array.isArray(json)) throw new ValueError(`${where} must be a list.`);
      return new GoSlice(
        type,
        json.map((item: unknown, i) => valueFrom(type.elem, item, `${where}[${i}]`, zone)),
      );
    case 'map': {
      const record = asRecord(json, where);
      const pairs = Object.entries(record).map(([key, item]): [string, GoValue] => [
        wellFormed(key),
        valueFrom(type.elem, item, `${where}.${key}`, zone),
      ]);
      return new GoMap(type, pairs);
    }
    case 'pointer':
      if (type.elem.kind !== 'struct') break;
      return new GoPointer(type, structFrom(type.elem, asRecord(json, where), `${where}.`, zone));
    case 'struct':
      return structFrom(type, asRecord(json, where), `${where}.`, zone);
    default:
      break;
  }
  throw new ValueError(`${where} cannot be given.`);
}

/** The zero value; Go's zero time is 1 January of year 1 in UTC. */
function emptyValue(type: GoType, zone: Zone): GoValue {
  if (type.kind === 'time') return timeFromNanos(-62_135_596_800_000_000_000n, UTC);
  if (type.kind === 'struct') return structFrom(type, {}, '', zone);
  return zeroValue(type);
}

function integerFrom(json: unknown, where: string): bigint {
  if (typeof json === 'bigint') return BigInt.asIntN(64, json);
  if (typeof json === 'number' && Number.isInteger(json)) return BigInt(json);
  if (typeof json === 'string' && /^-?\d{1,19}$/.test(json)) return BigInt.asIntN(64, BigInt(json));
  throw new ValueError(`${where} must be a whole number.`);
}

function timeFrom(json: unknown, where: string, zone: Zone): GoTime {
  if (typeof json === 'bigint') return timeFromNanos(json, zone);
  const millis = json instanceof Date ? json.getTime() : json;
  if (typeof millis === 'number' && Number.isFinite(millis)) return timeFromNanos(BigInt(Math.round(millis)) * 1_000_000n, zone);
  if (typeof millis === 'string') {
    const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(millis);
    const seconds = match ? Date.parse(`${match[1] ?? ''}${match[3] ?? ''}`) : NaN;
    if (Number.isFinite(seconds)) return timeFromNanos(BigInt(seconds) * 1_000_000n + BigInt((match?.[2] ?? '').padEnd(9, '0')), zone);
  }
  throw new ValueError(`${where} must be a time such as 2025-07-04T14:30:05Z.`);
}
