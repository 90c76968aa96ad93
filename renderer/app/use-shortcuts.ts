import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { routes, SECTIONS } from '../routes.ts';

export type Overlay = 'keys' | 'palette' | null;

/**
 * The keys that work everywhere (reference: ux 3.9): Ctrl/⌘ with 1-5, comma, K and N; `?` for the list. Keys of lists belong to their
 * screens. Nothing is taken from a field that is being typed in.
 */
export function useShortcuts(): {
  /** What lies over the screen: the list of keys, or the palette. */
  readonly overlay: Overlay;
  readonly close: () => void;
} {
  const [location, navigate] = useLocation();
  const [overlay, setOverlay] = useState<Overlay>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const command = event.ctrlKey || event.metaKey;
      if (event.altKey || event.defaultPrevented) return;
      const section = SECTIONS[Number(event.key) - 1];
      if (command && section !== undefined) navigate(routes[section]());
      else if (command && event.key.toLowerCase() === 'k') setOverlay('palette');
      else if (command && event.key === ',') navigate(routes.settings());
      else if (command && event.key.toLowerCase() === 'n' && !event.shiftKey)
        navigate(location.startsWith(routes.rules()) ? routes.newRule() : routes.newPartner());
      else if (event.key === '?' && !isTyping(event.target)) setOverlay('keys');
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [location, navigate]);
  return { overlay, close: () => setOverlay(null) };
}

/** True where a key is text. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
