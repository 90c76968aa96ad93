import type { ReactElement } from 'react';
import { useLive } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { homeText } from '../../text/home.ts';
import { ProgressBar } from '../../ui/index.ts';
import { Section } from './section.tsx';

/** The disk, and what partners with a quota have used of it. */
export function Storage(): ReactElement | null {
  const disk = useLive((live) => live.status?.disk ?? null);
  const limited = useQuery('accounts.list', {}).data?.filter(({ quotaBytes }) => quotaBytes > 0) ?? [];
  if (disk === null && limited.length === 0) return null;
  return (
    <Section title={homeText.storage}>
      <div className="grid grid-cols-2 gap-x-8 gap-y-4 max-sm:grid-cols-1">
        {disk !== null && (
          <ProgressBar
            label={homeText.diskLabel}
            value={1 - disk.freeBytes / disk.totalBytes}
            words={homeText.disk(disk.freeBytes, disk.totalBytes)}
          />
        )}
        {limited.map(({ username, displayName, usedBytes, quotaBytes }) => (
          <ProgressBar
            key={username}
            label={homeText.quotaLabel(displayName === '' ? username : displayName)}
            value={Math.min(1, usedBytes / quotaBytes)}
            words={homeText.quotaWords(usedBytes, quotaBytes)}
          />
        ))}
      </div>
    </Section>
  );
}
