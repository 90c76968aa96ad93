import { Activity, Bell, House, LogOut, type LucideIcon, PanelLeftClose, PanelLeftOpen, Settings, Users, Workflow } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { routes, type Section, SECTIONS } from '../routes.ts';
import { useConsole, useLive } from '../stores/console.ts';
import { useCommand, useQuery } from '../stores/use-query.ts';
import { useRights } from '../stores/use-rights.ts';
import { appText } from '../text/app.ts';
import { formatNumber } from '../text/format.ts';
import { signInText } from '../text/sign-in.ts';
import { classes } from '../ui/classes.ts';
import { GateMark, IconButton } from '../ui/index.ts';

const ICONS: Readonly<Record<Section, LucideIcon>> = {
  home: House,
  activity: Activity,
  partners: Users,
  rules: Workflow,
  settings: Settings,
};

/** The left navigation: 220 pixels, or 56 when folded; along the top on narrow screens. */
export function Navigation(): ReactElement {
  const [location] = useLocation();
  const { folded, toggle } = useFolded();
  const { calls, opens } = useRights();
  const unread = useLive((live) => live.unread);
  const isCurrent = (href: string): boolean => location.split('/')[1] === href.split('/')[1];
  const item = (href: string, icon: LucideIcon, name: string, count = 0): ReactElement => (
    <li key={href}>
      <NavigationLink href={href} icon={icon} name={name} count={count} folded={folded} current={isCurrent(href)} />
    </li>
  );
  return (
    <nav
      aria-label={appText.navigation}
      className={classes(
        'flex shrink-0 flex-col gap-4 border-line p-3 sm:border-e max-sm:border-b max-sm:py-2',
        folded ? 'sm:w-14' : 'sm:w-55',
      )}
    >
      <div className={classes('flex items-center gap-2 px-1.5 max-sm:hidden', folded && 'flex-col px-0')}>
        <GateMark className="size-5 shrink-0 text-link" />
        <span className={classes('flex-1 font-semibold', folded && 'sr-only')}>{appText.product}</span>
        <IconButton
          small
          icon={folded ? PanelLeftOpen : PanelLeftClose}
          name={folded ? appText.unfoldNavigation : appText.foldNavigation}
          onClick={toggle}
        />
      </div>
      <ul className="flex flex-1 flex-col gap-0.5 max-sm:flex-row max-sm:flex-wrap">
        {SECTIONS.filter(opens).map((section) => item(routes[section](), ICONS[section], appText.sections[section]))}
        <li aria-hidden className="flex-1 max-sm:hidden" />
        {calls('notifications.list') && item(routes.notices(), Bell, appText.notices, unread)}
        <WhoIsIt folded={folded} />
      </ul>
    </nav>
  );
}

/** Who is signed in, and the way out; nothing where the shell itself is the proof. */
function WhoIsIt({ folded }: { readonly folded: boolean }): ReactElement | null {
  const { door } = useConsole().client.transport;
  const name = useQuery('console.session', {}).data?.name ?? null;
  if (door === null) return null;
  return (
    <li className={classes('flex items-center gap-2', !folded && 'sm:ps-2')}>
      {name !== null && (
        <span className={classes('min-w-0 flex-1 truncate text-sm text-muted max-sm:hidden', folded && 'sr-only')} title={name}>
          {signInText.signedInAs(name)}
        </span>
      )}
      {name === null && <span className={classes('flex-1 max-sm:hidden', folded && 'hidden')} />}
      <IconButton small icon={LogOut} name={signInText.signOut} onClick={() => void door.signOut()} />
    </li>
  );
}

type NavigationLinkProps = {
  readonly href: string;
  readonly icon: LucideIcon;
  readonly name: string;
  readonly count: number;
  readonly folded: boolean;
  readonly current: boolean;
};

function NavigationLink({ href, icon: Icon, name, count, folded, current }: NavigationLinkProps): ReactElement {
  return (
    <Link
      href={href}
      aria-current={current ? 'page' : undefined}
      className={classes(
        'relative flex h-8 items-center gap-2.5 rounded-control px-2 font-medium no-underline',
        current ? 'bg-pressed text-text' : 'text-muted hover:bg-hover hover:text-text',
      )}
    >
      <Icon aria-hidden className={classes('size-4 shrink-0', current && 'text-link')} />
      <span className={classes('flex-1', folded && 'sm:sr-only')}>{name}</span>
      {count > 0 && (
        <span
          className={classes(
            'rounded-full bg-accent px-1.5 text-xs text-on-accent tabular-nums',
            folded && 'sm:absolute sm:-end-1 sm:-top-1',
          )}
        >
          {formatNumber(count)}
          <span className="sr-only"> {appText.unread('')}</span>
        </span>
      )}
    </Link>
  );
}

/** Whether the navigation is folded: kept with the console's preferences. */
function useFolded(): { readonly folded: boolean; readonly toggle: () => void } {
  const folded = useQuery('console.preferences', {}).data?.['navigationFolded'] === true;
  const save = useCommand('console.savePreferences', ['console.preferences']);
  return { folded, toggle: () => void save.run({ navigationFolded: !folded }) };
}
