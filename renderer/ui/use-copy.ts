import { useEffect, useState } from 'react';
import { uiText } from '../text/ui.ts';
import { showToast } from './toast.tsx';

const SHOWN_MS = 2000;

/** Copies a text. `copied` is true for a moment afterwards; where the browser refuses, a toast says what to do instead. */
export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return {
    copied,
    copy(text) {
      navigator.clipboard.writeText(text).then(
        () => setCopied(true),
        () => showToast({ title: uiText.copyFailed }),
      );
    },
  };
}
