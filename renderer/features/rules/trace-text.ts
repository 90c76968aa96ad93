import type { Json } from '../../../engine/contract/event.ts';

/** A value as text; what is nested as indented JSON. Empty for what says nothing. */
export function textOf(value: Json): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join('\n');
  if (Array.isArray(value) && value.every(isFlat)) return value.map(lineOf).join('\n');
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
}

function isFlat(item: Json): item is Readonly<Record<string, Json>> {
  return (
    typeof item === 'object' && item !== null && !Array.isArray(item) && Object.values(item).every((inner) => typeof inner !== 'object')
  );
}

/** One item of a list on one line: "source /in/a.pdf, target /archive/a.pdf". What says nothing is left out. */
function lineOf(item: Readonly<Record<string, Json>>): string {
  return Object.entries(item)
    .map(([key, value]) => [key, value === false ? '' : textOf(value)] as const)
    .filter(([, text]) => text !== '')
    .map(([key, text]) => `${key} ${text}`)
    .join(', ');
}
