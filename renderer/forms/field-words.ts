import type { AppError } from '../../engine/contract/errors.ts';

/** What the engine says of a field, for the place of that field: without the field's path, with which the engine's sentences begin. */
export function fieldWords({ field, message }: Pick<AppError, 'field' | 'message'>): string {
  const prefix = `${field ?? ''}: `;
  if (!message.startsWith(prefix)) return message;
  const words = message.slice(prefix.length);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
