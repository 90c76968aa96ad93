import { useEffect, useRef } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import { useConsole } from '../../stores/console.ts';
import { useCommand } from '../../stores/use-query.ts';
import type { Answers } from './answers.ts';

const PAUSE_MS = 300;

/** Keeps the answers for another visit: when typing pauses, when the page is hidden, and when the wizard is left. `off`: keep none. */
export function useDraft(answers: Answers, off: boolean): { readonly error: AppError | undefined } {
  const { queries } = useConsole();
  const { run, error } = useCommand('setup.saveDraft');
  const text = JSON.stringify(withoutPrivateKey(answers));
  const kept = useRef(text);
  const latest = useRef<() => void>(() => undefined);

  useEffect(() => {
    latest.current = () => {
      if (off || kept.current === text) return;
      kept.current = text;
      void run(JSON.parse(text) as Answers).then(() => queries.invalidate('setup.get'));
    };
    const timer = setTimeout(() => latest.current(), PAUSE_MS);
    return () => clearTimeout(timer);
    // `run` is made anew at each rendering and does the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text, off, queries]);

  useEffect(() => {
    const keep = (): void => latest.current();
    document.addEventListener('visibilitychange', keep);
    return () => {
      document.removeEventListener('visibilitychange', keep);
      keep();
    };
  }, []);
  return { error };
}

/** A private key that was pasted by mistake is refused by the engine, and must not be kept meanwhile either. */
function withoutPrivateKey(answers: Answers): Answers {
  const { partner } = answers;
  return partner.key.includes('PRIVATE KEY') ? { ...answers, partner: { ...partner, key: '' } } : answers;
}
