import { useEffect, useState } from 'react';

const PAUSE_MS = 400;

/** The value as it was when typing last paused, so that nothing is asked for each key. Compared as JSON. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
