import type { ReactElement, ReactNode } from 'react';
import { Link, Redirect, useRoute } from 'wouter';
import type { Method } from '../../../engine/contract/rpc.ts';
import { LookOnly } from '../../forms/changeable.tsx';
import { PageFor } from '../../forms/page-for.tsx';
import { routes } from '../../routes.ts';
import { useConsole } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { SECTION_NEEDS, SETTINGS_NEEDS, useRights } from '../../stores/use-rights.ts';
import { settingsText } from '../../text/settings.ts';
import { classes } from '../../ui/classes.ts';
import { Badge, ErrorState, PageHeader, Skeleton } from '../../ui/index.ts';
import { AboutSection } from './about.tsx';
import { AdminsSection } from './admins.tsx';
import { BackupSection } from './backup.tsx';
import { changesOf, useChanges } from './changes.ts';
import { DesktopSection } from './desktop.tsx';
import { GeneralSection } from './general.tsx';
import { MailSection } from './mail.tsx';
import { NotificationsSection } from './notifications.tsx';
import { PgpKeys } from './pgp-keys.tsx';
import type { SectionProps } from './section-props.ts';
import { SECTION_ICONS, SECTION_IDS, SECTION_PATHS, type SectionId } from './sections.ts';
import { SecuritySection } from './security.tsx';
import { ServersSection } from './servers.tsx';
import { StorageSection } from './storage.tsx';

const PAGES: Readonly<Record<SectionId, (props: SectionProps) => ReactElement>> = {
  general: GeneralSection,
  servers: ServersSection,
  security: SecuritySection,
  keys: PgpKeys,
  admins: AdminsSection,
  notifications: NotificationsSection,
  mail: MailSection,
  storage: StorageSection,
  backup: BackupSection,
  desktop: DesktopSection,
  about: AboutSection,
};

/** What a page comes down to, where it is not only looked at or one's own. */
const CHANGED_BY: Readonly<Partial<Record<SectionId, Method>>> = {
  general: 'settings.save',
  servers: 'settings.save',
  security: 'settings.save',
  keys: 'pgpKeys.import',
  admins: 'settings.save',
  notifications: 'settings.save',
  mail: 'settings.save',
  storage: 'settings.save',
  backup: 'backups.create',
};

const needsOf = (id: SectionId): Method => SETTINGS_NEEDS[id] ?? SECTION_NEEDS.settings;

/** Everything an administrator decides that is not a partner or a rule, a page for each area. */
export function SettingsPage(): ReactElement {
  const [, params] = useRoute('/settings/:section?');
  const { shell } = useConsole();
  const settings = useQuery('settings.get', {});
  const { calls } = useRights();
  const there = SECTION_IDS.filter((id) => id !== 'desktop' || shell.startAtSignIn !== null || shell.tray);
  const offered = there.filter((id) => calls(needsOf(id)));
  const section = there.find((id) => id === (params?.section ?? 'general'));
  if (section === undefined) return <Redirect to={routes.settings()} replace />;
  const Section = PAGES[section];
  return (
    <div className="mx-auto flex w-full max-w-content flex-1 gap-8 p-6 max-md:flex-col max-sm:p-4">
      <Navigation offered={offered} current={section} />
      <PageFor needs={needsOf(section)}>
        <div className="flex w-full min-w-0 max-w-form flex-col gap-6 pb-8">
          <PageHeader title={settingsText.sections[section]} sentence={settingsText.sentences[section]} />
          {settings.data !== undefined ? (
            <div className="flex flex-col gap-6">
              {CHANGED_BY[section] !== undefined && <LookOnly by={CHANGED_BY[section]} />}
              <Section key={section} settings={settings.data} />
            </div>
          ) : settings.error === undefined ? (
            <Skeleton rows={8} />
          ) : (
            <ErrorState
              title={settingsText.cannotRead}
              error={settings.error}
              effect={settingsText.cannotReadEffect}
              onRetry={settings.reload}
            />
          )}
        </div>
      </PageFor>
    </div>
  );
}

type NavigationProps = { readonly offered: readonly SectionId[]; readonly current: SectionId };

function Navigation({ offered, current }: NavigationProps): ReactElement {
  const changes = useChanges();
  return (
    <nav aria-label={settingsText.navigation} className="shrink-0 md:w-52">
      <ul className="flex flex-col gap-0.5 max-md:flex-row max-md:flex-wrap md:sticky md:top-6">
        {offered.map((id) => (
          <li key={id}>
            <NavigationLink id={id} current={id === current}>
              {Object.keys(changesOf(changes, SECTION_PATHS[id])).length > 0 && <Badge tone="notice">{settingsText.unsaved}</Badge>}
            </NavigationLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

type NavigationLinkProps = { readonly id: SectionId; readonly current: boolean; readonly children: ReactNode };

function NavigationLink({ id, current, children }: NavigationLinkProps): ReactElement {
  const Icon = SECTION_ICONS[id];
  return (
    <Link
      href={routes.settings(id)}
      aria-current={current ? 'page' : undefined}
      className={classes(
        'flex min-h-8 items-center gap-2.5 rounded-control px-2',
        current ? 'bg-accent-soft font-medium text-text' : 'text-muted hover:bg-hover hover:text-text',
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <span className="flex-1">{settingsText.sections[id]}</span>
      {children}
    </Link>
  );
}
