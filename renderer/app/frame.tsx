import { type ReactElement, type ReactNode, Suspense } from 'react';
import { useLive } from '../stores/console.ts';
import { appText } from '../text/app.ts';
import { ErrorState, Notice, ShortcutsDialog } from '../ui/index.ts';
import { Navigation } from './navigation.tsx';
import { lazyPage } from './lazy-page.ts';
import { SHORTCUTS } from './shortcuts.ts';
import { StatusBar } from './status-bar.tsx';
import { useShortcuts } from './use-shortcuts.ts';

const Palette = lazyPage(() => import('./palette.tsx'), 'Palette');

/** What stands around every screen: navigation at the left, the state of the servers below, news of the line to the engine on top. */
export function Frame({ children }: { readonly children: ReactNode }): ReactElement {
  const { overlay, close } = useShortcuts();
  return (
    <div className="flex h-dvh flex-col bg-page max-sm:h-auto max-sm:min-h-dvh">
      <a
        href="#content"
        onClick={skip}
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-control focus:bg-surface focus:px-3 focus:py-2"
      >
        {appText.skipToContent}
      </a>
      <LinkBanner />
      <div className="flex min-h-0 flex-1 max-sm:flex-col">
        <Navigation />
        <main id="content" tabIndex={-1} className="flex min-w-0 flex-1 flex-col overflow-auto outline-none max-sm:overflow-visible">
          {children}
        </main>
      </div>
      <StatusBar />
      <ShortcutsDialog open={overlay === 'keys'} onClose={close} groups={SHORTCUTS} />
      {overlay === 'palette' && (
        <Suspense>
          <Palette onClose={close} />
        </Suspense>
      )}
    </div>
  );
}

/** Moves the focus by hand: the address's fragment belongs to the router. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function LinkBanner(): ReactElement | null {
  const link = useLive((live) => live.link);
  if (link.kind === 'restarting') {
    return (
      <Notice kind="warning" banner live title={appText.restarting.title}>
        {appText.restarting.body}
      </Notice>
    );
  }
  if (link.kind === 'failed') {
    return (
      <div className="p-4">
        <ErrorState title={appText.failedLink.title} error={link.error} effect={appText.failedLink.effect} />
      </div>
    );
  }
  return null;
}
