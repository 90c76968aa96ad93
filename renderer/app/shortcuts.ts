import { appText } from '../text/app.ts';
import type { ShortcutGroup } from '../ui/index.ts';

const text = appText.shortcuts;
const command = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl';

/** What the keys do, as the list behind `?` shows it; use-shortcuts.ts and the screens with rows obey it. */
export const SHORTCUTS: readonly ShortcutGroup[] = [
  {
    title: text.everywhere,
    shortcuts: [
      { keys: [command, '1–5'], does: text.sections },
      { keys: [command, 'K'], does: text.palette },
      { keys: [command, 'N'], does: text.create },
      { keys: [command, ','], does: text.settings },
      { keys: ['?'], does: text.list },
    ],
  },
  {
    title: text.lists,
    shortcuts: [
      { keys: ['J'], does: text.nextRow },
      { keys: ['K'], does: text.previousRow },
      { keys: ['Enter'], does: text.open },
      { keys: ['Esc'], does: text.back },
      { keys: ['F'], does: text.search },
      { keys: ['L'], does: text.live },
      { keys: ['E'], does: text.exportLog },
    ],
  },
];
