import type { Json } from '../../../engine/contract/event.ts';

/** A value as text; what is nested as indented JSON. Empty for what says nothing. */
export function textOf(value: Json): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join('\n');
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
}
