import { House } from 'lucide-react';
import type { ReactElement } from 'react';
import { routes } from '../../routes.ts';
import { useLive } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { homeText } from '../../text/home.ts';
import { EmptyState, ErrorState, Link, PageHeader, Skeleton } from '../../ui/index.ts';
import { Attention } from './attention.tsx';
import { ByHand } from './by-hand.tsx';
import { Figures } from './figures.tsx';
import { PauseButton, statusSentence } from './pause.tsx';
import { RecentVisits } from './recent-visits.tsx';
import { Sessions } from './sessions.tsx';
import { Storage } from './storage.tsx';

/** All is well, or this needs you: the page for a look of two seconds. */
export function HomePage(): ReactElement {
  const status = useLive((live) => live.status);
  const { calls } = useRights();
  const settings = useQuery('settings.get', calls('settings.get') ? {} : undefined);
  const accounts = useQuery('accounts.list', {});
  const visited = useQuery('activity.list', { groups: ['sessions', 'files'], limit: 1 });
  if (settings.error !== undefined && settings.data === undefined) {
    return (
      <Page>
        <PageHeader title={homeText.title} />
        <ErrorState title={homeText.cannotRead} error={settings.error} effect={homeText.cannotReadEffect} onRetry={settings.reload} />
      </Page>
    );
  }
  const nobodyYet = visited.data !== undefined && visited.data.rows.length === 0;
  return (
    <Page>
      <PageHeader
        title={homeText.title}
        sentence={statusSentence(status, calls('settings.get') ? settings.data?.server : null)}
        action={status === undefined || !calls('server.pause') ? undefined : <PauseButton paused={status.paused} />}
      />
      <Attention />
      <ByHand />
      {nobodyYet ? (
        <EmptyState
          icon={House}
          title={homeText.emptyTitle}
          action={
            accounts.data?.[0] === undefined ? (
              <Link href={routes.newPartner()} button="primary">
                {homeText.addPartner}
              </Link>
            ) : (
              <Link href={routes.partner(accounts.data[0].username, 'sheet')} button="primary">
                {homeText.openSheet}
              </Link>
            )
          }
        >
          {homeText.emptyBody}
        </EmptyState>
      ) : visited.data === undefined ? (
        <Skeleton rows={6} />
      ) : (
        <>
          <Sessions />
          <Figures />
          <Storage />
          <RecentVisits />
        </>
      )}
    </Page>
  );
}

function Page({ children }: { readonly children: React.ReactNode }): ReactElement {
  return <div className="mx-auto flex w-full max-w-content flex-col gap-8 p-6 max-sm:p-4">{children}</div>;
}
