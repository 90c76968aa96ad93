import { type ReactElement, type ReactNode, useState } from 'react';
import { Redirect, useRoute } from 'wouter';
import { routes } from '../../routes.ts';
import { useQuery } from '../../stores/use-query.ts';
import { setupText } from '../../text/setup.ts';
import { ErrorState, Skeleton } from '../../ui/index.ts';
import { type StepId, STEPS } from './answers.ts';
import { Live, type LiveProps } from './live.tsx';
import { Start } from './start.tsx';
import { Wizard } from './wizard.tsx';

/** The set-up wizard: its start, its steps by address, and the screen after it. Later, each step again for whoever changes it. */
export function SetupPage(): ReactElement {
  const [, params] = useRoute('/setup/:step?');
  const setup = useQuery('setup.get', {});
  const [live, setLive] = useState<LiveProps | undefined>(undefined);
  const step = STEPS.find((id) => id === params?.step);
  if (live !== undefined) {
    return (
      <Page>
        <Live {...live} />
      </Page>
    );
  }
  if (setup.data === undefined) {
    return (
      <Page>
        <div className="flex flex-col gap-6 p-6 sm:p-12">
          <h1 className="text-xl font-semibold">{setupText.title}</h1>
          {setup.error === undefined ? (
            <Skeleton rows={6} words={setupText.loading} />
          ) : (
            <ErrorState title={setupText.cannotRead} error={setup.error} effect={setupText.cannotReadEffect} onRetry={setup.reload} />
          )}
        </div>
      </Page>
    );
  }
  if (step === undefined) {
    return setup.data.done ? (
      <Redirect to={routes.settings()} replace />
    ) : (
      <Page>
        <Start setup={setup.data} />
      </Page>
    );
  }
  if (setup.data.done && step === ('partner' satisfies StepId)) return <Redirect to={routes.newPartner()} replace />;
  return (
    <Page>
      <Wizard setup={setup.data} step={step} onLive={setLive} />
    </Page>
  );
}

function Page({ children }: { readonly children: ReactNode }): ReactElement {
  return <main className="flex h-dvh flex-col bg-page max-sm:h-auto max-sm:min-h-dvh">{children}</main>;
}
