import type { PowerSaveBlocker } from 'electron';

/** Keeps the machine awake, though not its screen, while `wanted` is true. */
export function createSleepBlocker(powerSaveBlocker: Pick<PowerSaveBlocker, 'start' | 'stop'>): (wanted: boolean) => void {
  let id: number | undefined;
  return (wanted) => {
    if (wanted) {
      id ??= powerSaveBlocker.start('prevent-app-suspension');
    } else if (id !== undefined) {
      powerSaveBlocker.stop(id);
      id = undefined;
    }
  };
}
