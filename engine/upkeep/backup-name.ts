/** `gatehouse-2026-11-30-monday-0430.backup`: date, day of the week, hour and minute in the machine's own time. */
const NAME = /^gatehouse-\d{4}-\d\d-\d\d-[a-z]+-\d{4}\.backup$/;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The name of a backup of this moment (ms since the epoch); two within a minute have the same. */
export function backupName(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `gatehouse-${day}-${WEEKDAYS[date.getDay()] ?? ''}-${two(date.getHours())}${two(date.getMinutes())}.backup`;
}

/** True for names that `backupName` gives. */
export function isBackupName(name: string): boolean {
  return NAME.test(name);
}
