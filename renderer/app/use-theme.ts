import { useEffect } from 'react';
import { useQuery } from '../stores/use-query.ts';

const THEMES = ['light', 'dark'] as const;

/** Sets the theme that the person chose; without a choice the system's applies. */
export function useTheme(): void {
  const theme = useQuery('console.preferences', {}).data?.['theme'];
  const chosen = THEMES.find((known) => known === theme);
  useEffect(() => {
    if (chosen === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen;
  }, [chosen]);
}
