import { type ReactElement, Suspense, useEffect } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { useConsole, useLive } from '../stores/console.ts';
import { appText } from '../text/app.ts';
import { EmptyState, KitProvider, Link, Skeleton } from '../ui/index.ts';
import { routes } from '../routes.ts';
import { SignpostBig } from 'lucide-react';
import { ErrorBoundary } from './error-boundary.tsx';
import { Frame } from './frame.tsx';
import { useHashLocation, useHashSearch } from './hash-location.ts';
import { NoticeBridge } from './notice-bridge.tsx';
import { SignedOut } from './signed-out.tsx';
import { PageFor } from '../forms/page-for.tsx';
import { PAGES, SetupPage } from './pages.ts';
import { useTheme } from './use-theme.ts';

/** The whole console: providers, addresses, and the wizard instead of everything else until the server is set up. */
export function App(): ReactElement {
  useTheme();
  return (
    <KitProvider>
      <Router hook={useHashLocation} searchHook={useHashSearch}>
        <ErrorBoundary outermost>
          <Screens />
          <NoticeBridge />
        </ErrorBoundary>
      </Router>
    </KitProvider>
  );
}

function Screens(): ReactElement {
  const link = useLive((live) => live.link.kind);
  const setUp = useLive((live) => live.status?.setUp);
  useShellNavigation();
  if (link === 'signed-out') return <SignedOut />;
  return (
    <Switch>
      <Route path="/setup/:step?">
        <Suspense fallback={<Waiting />}>
          <PageFor needs="setup.saveDraft">
            <SetupPage />
          </PageFor>
        </Suspense>
      </Route>
      {setUp === false && (
        <Route>
          <Redirect to={routes.setup()} replace />
        </Route>
      )}
      <Route>
        <Frame>
          <Suspense fallback={<Waiting />}>
            <Switch>
              {PAGES.map(({ path, needs, Page }) => (
                <Route key={path} path={path}>
                  <ErrorBoundary>
                    <PageFor needs={needs}>
                      <Page />
                    </PageFor>
                  </ErrorBoundary>
                </Route>
              ))}
              <Route>
                <h1 className="sr-only">{appText.product}</h1>
                <EmptyState
                  icon={SignpostBig}
                  title={appText.notFound.title}
                  action={<Link href={routes.home()}>{appText.notFound.action}</Link>}
                />
              </Route>
            </Switch>
          </Suspense>
        </Frame>
      </Route>
    </Switch>
  );
}

function Waiting(): ReactElement {
  return (
    <div className="p-6">
      <Skeleton rows={6} words={appText.loadingPage} />
    </div>
  );
}

/** Follows the tray and the desktop's notices. */
function useShellNavigation(): void {
  const { shell } = useConsole();
  const [, navigate] = useLocation();
  useEffect(() => shell.onNavigate((route) => navigate(route)), [shell, navigate]);
}
