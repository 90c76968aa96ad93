import type { EventFilterInput } from '../../engine/contract/methods/events.ts';
import type { Transport } from '../shell/types.ts';
import { saveBlob } from './save-bytes.ts';

/** What a transport offers that can fetch files of the engine's own server, with the rights of this page. */
export type Downloads = {
  /** GET of a path such as `/api/event?format=csv`. Rejects with an AppError for every answer that is not the file. */
  readonly download: (path: string) => Promise<Blob>;
};

/** True for transports that can fetch files; where none can, the shell names a path and the engine writes the file itself. */
export function canDownload(transport: Transport): transport is Transport & Downloads {
  return 'download' in transport;
}

/** Fetches the events that fit from the event API and hands them to the browser as a file. Rejects with an AppError. */
export async function downloadExport(transport: Downloads, filter: EventFilterInput, format: 'csv' | 'jsonl'): Promise<void> {
  saveBlob(exportName(format, new Date()), await transport.download(`/api/event?${exportParameters(filter, format)}`));
}

/** The parameters of GET /api/event: the filter's keys with `_` in their names, lists with commas. */
export function exportParameters(filter: EventFilterInput, format: 'csv' | 'jsonl'): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const named = given.map(([key, value]) => [key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), String(value)]);
  return new URLSearchParams([...named, ['format', format]]).toString();
}

/** activity-2026-11-21.csv */
export function exportName(format: 'csv' | 'jsonl', now: Date): string {
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  return `activity-${day}.${format}`;
}
