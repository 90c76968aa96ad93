import { MONTHS, WEEKDAYS } from './calendar.ts';
import { clockOf, type Clock } from './time.ts';
import { type GoTime } from './values.ts';

/** `n` with at least `width` digits. */
function digits(n: number, width: number): string {
  return `${n < 0 ? '-' : ''}${String(Math.abs(n)).padStart(width, '0')}`;
}

/** `-0700` and its relatives; `colon` between the parts, `parts` 1 to 3 for hours, minutes, seconds. */
function offsetText(offset: number, colon: boolean, parts: number): string {
  // The sign is that of whole minutes: 30 seconds west still print as +0000.
  const minutes = Math.trunc(offset / 60);
  const separator = colon ? ':' : '';
  const size = Math.abs(minutes);
  let text = `${minutes < 0 ? '-' : '+'}${digits(Math.floor(size / 60), 2)}`;
  if (parts > 1) text += separator + digits(size % 60, 2);
  // With a negative remainder of less than a minute Go prints the sign of the remainder too.
  if (parts > 2) text += separator + digits(minutes < 0 ? -offset % 60 : offset % 60, 2);
  return text;
}

function zoned(colon: boolean, parts: number): Element {
  return ({ zone }) => (zone.offset === 0 ? 'Z' : offsetText(zone.offset, colon, parts));
}

function numeric(colon: boolean, parts: number): Element {
  return ({ zone }) => offsetText(zone.offset, colon, parts);
}

const hour12 = (clock: Clock) => clock.hour % 12 || 12;

type Element = (clock: Clock, nanos: number) => string;

/** Elements of a layout, longest first where one begins another. */
const ELEMENTS: readonly (readonly [string, Element])[] = [
  ['January', (clock) => MONTHS[clock.month - 1] ?? ''],
  ['Jan', (clock) => (MONTHS[clock.month - 1] ?? '').slice(0, 3)],
  ['Monday', (clock) => WEEKDAYS[clock.weekday] ?? ''],
  ['Mon', (clock) => (WEEKDAYS[clock.weekday] ?? '').slice(0, 3)],
  ['MST', ({ zone }) => zone.name],
  ['01', (clock) => digits(clock.month, 2)],
  ['02', (clock) => digits(clock.day, 2)],
  ['03', (clock) => digits(hour12(clock), 2)],
  ['04', (clock) => digits(clock.minute, 2)],
  ['05', (clock) => digits(clock.second, 2)],
  ['06', (clock) => digits(Math.abs(clock.year) % 100, 2)],
  ['002', (clock) => digits(clock.yearDay, 3)],
  ['15', (clock) => digits(clock.hour, 2)],
  ['1', (clock) => String(clock.month)],
  ['2006', (clock) => digits(clock.year, 4)],
  ['2', (clock) => String(clock.day)],
  ['_2006', (clock) => `_${digits(clock.year, 4)}`],
  ['_2', (clock) => String(clock.day).padStart(2)],
  ['__2', (clock) => String(clock.yearDay).padStart(3)],
  ['3', (clock) => String(hour12(clock))],
  ['4', (clock) => String(clock.minute)],
  ['5', (clock) => String(clock.second)],
  ['PM', (clock) => (clock.hour >= 12 ? 'PM' : 'AM')],
  ['pm', (clock) => (clock.hour >= 12 ? 'pm' : 'am')],
  ['-070000', numeric(false, 3)],
  ['-07:00:00', numeric(true, 3)],
  ['-0700', numeric(false, 2)],
  ['-07:00', numeric(true, 2)],
  ['-07', numeric(false, 1)],
  ['Z070000', zoned(false, 3)],
  ['Z07:00:00', zoned(true, 3)],
  ['Z0700', zoned(false, 2)],
  ['Z07:00', zoned(true, 2)],
  ['Z07', zoned(false, 1)],
];

/** Elements by their first character, in the order above. */
const BY_FIRST: ReadonlyMap<string, readonly (readonly [string, Element])[]> = Map.groupBy(ELEMENTS, ([text]) => text.charAt(0));

/** `.000` and `.999`: a separator and a run of one digit, not followed by another digit. */
const FRACTION = /([.,])(0+|9+)(?![0-9])/y;

function fraction(separator: string, run: string): Element {
  return (_, nanos) => {
    const all = digits(nanos, 9).slice(0, run.length);
    if (run.startsWith('0')) return separator + all;
    const trimmed = all.replace(/0+$/, '');
    return nanos === 0 || trimmed === '' ? '' : separator + trimmed;
  };
}

/** The element of the layout at `at`, with its length. */
function elementAt(layout: string, at: number): { element: Element; length: number } | null {
  const first = layout.charAt(at);
  for (const [text, element] of BY_FIRST.get(first) ?? []) {
    if (!layout.startsWith(text, at)) continue;
    // "Month" is no "Mon" and "Janet" no "Jan".
    if ((text === 'Jan' || text === 'Mon') && /[a-z]/.test(layout.charAt(at + 3))) continue;
    return { element, length: text.length };
  }
  if (first !== '.' && first !== ',') return null;
  FRACTION.lastIndex = at;
  const match = FRACTION.exec(layout);
  return match ? { element: fraction(match[1] ?? '.', match[2] ?? '0'), length: match[0].length } : null;
}

const compiled = new Map<string, readonly (string | Element)[]>();

function compileLayout(layout: string): readonly (string | Element)[] {
  const known = compiled.get(layout);
  if (known) return known;
  const parts: (string | Element)[] = [];
  let text = '';
  for (let at = 0; at < layout.length; ) {
    const found = elementAt(layout, at);
    if (!found) {
      text += layout.charAt(at++);
      continue;
    }
    if (text !== '') parts.push(text);
    text = '';
    parts.push(found.element);
    at += found.length;
  }
  if (text !== '') parts.push(text);
  if (compiled.size >= 200) compiled.clear();
  if (layout.length < 200) compiled.set(layout, parts);
  return parts;
}

/** Go's Time.Format: the layout shows how 2 January 2006 15:04:05 MST would look. */
export function formatTime(time: GoTime, layout: string): string {
  const clock = clockOf(time);
  let text = '';
  for (const part of compileLayout(layout)) text += typeof part === 'string' ? part : part(clock, time.nanos);
  return text;
}

/** Go's Time.String. */
export function timeText(time: GoTime): string {
  return formatTime(time, '2006-01-02 15:04:05.999999999 -0700 MST');
}

/** Go's Time.GoString, which `%#v` prints. */
export function timeSource(time: GoTime): string {
  const clock = clockOf(time);
  const zone = time.zone.isLocal
    ? 'time.Local'
    : time.zone.name === 'UTC'
      ? 'time.UTC'
      : `time.Location(${JSON.stringify(time.zone.name)})`;
  const month = MONTHS[clock.month - 1] ?? '';
  return `time.Date(${clock.year}, time.${month}, ${clock.day}, ${clock.hour}, ${clock.minute}, ${clock.second}, ${time.nanos}, ${zone})`;
}
