import { useEffect, useState } from 'react';
import { useConsole } from '../../stores/console.ts';

const EVERY_MS = 10_000;

/** The time, ms since the epoch, renewed as the log grows, at most every ten seconds; figures of the log are asked for again with it. */
export function useLogClock(): number {
  const { feed, queries } = useConsole();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const grown = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setNow(Date.now());
        queries.invalidate('activity.plot', 'activity.count');
      }, EVERY_MS);
    };
    const end = feed.subscribe({ events: grown, reset: grown });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [feed, queries]);
  return now;
}
