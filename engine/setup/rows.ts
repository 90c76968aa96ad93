import type { CheckRow } from '../contract/methods/setup.ts';

type Fix = CheckRow['fix'];

/** Makes the states of one row of a check. */
export function checkRow(id: string, title: string) {
  const as =
    (state: CheckRow['state']) =>
    (message: string, fix: Fix = null): CheckRow => ({ id, title, state, message, fix });
  return {
    waiting: as('waiting'),
    running: as('running'),
    passed: as('passed'),
    warning: as('warning'),
    failed: as('failed'),
    skipped: as('skipped'),
  };
}

/** `12.5 GB`: sizes in sentences, in powers of 1000 as disks are sold. */
export function sizeWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${units[step] ?? 'bytes'}`;
}
