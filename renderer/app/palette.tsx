import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { routes, SECTIONS } from '../routes.ts';
import { useConsole } from '../stores/console.ts';
import { useQuery } from '../stores/use-query.ts';
import { SECTION_NEEDS, SETTINGS_NEEDS, useRights } from '../stores/use-rights.ts';
import { appText } from '../text/app.ts';
import { settingsText } from '../text/settings.ts';
import { CommandPalette, type PaletteGroup, type PaletteItem } from '../ui/index.ts';

const text = appText.palette;

/** Every place of the console, by name; partners and rules as they are now. What cannot be read is left out: its own page says why. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [, navigate] = useLocation();
  const accounts = useQuery('accounts.list', {}).data ?? [];
  const rules = useQuery('rules.list', {}).data ?? [];
  const { calls, opens } = useRights();
  const { shell } = useConsole();
  const hasDesktop = shell.startAtSignIn !== null || shell.tray;
  const to = (href: string, label: string, help?: string): PaletteItem => ({ id: href, label, help, run: () => navigate(href) });
  const groups: PaletteGroup[] = [
    {
      title: text.places,
      items: [
        ...SECTIONS.filter(opens).map((section) => to(routes[section](), appText.sections[section])),
        ...(calls('notifications.list') ? [to(routes.notices(), appText.notices)] : []),
      ],
    },
    {
      title: text.tasks,
      items: [
        ...(calls('accounts.save') ? [to(routes.newPartner(), text.newPartner)] : []),
        ...(calls('rules.save') ? [to(routes.newRule(), text.newRule)] : []),
      ],
    },
    {
      title: appText.sections.partners,
      items: accounts.map(({ username, displayName }) =>
        to(routes.partner(username), displayName === '' ? username : displayName, username),
      ),
    },
    { title: appText.sections.rules, items: rules.map(({ id, name }) => to(routes.rule(id), name)) },
    {
      title: appText.sections.settings,
      items: Object.entries(settingsText.sections)
        .filter(
          ([page]) => opens('settings') && calls(SETTINGS_NEEDS[page] ?? SECTION_NEEDS.settings) && (page !== 'desktop' || hasDesktop),
        )
        .map(([page, name]) => to(routes.settings(page), name)),
    },
  ];
  return <CommandPalette open onClose={onClose} title={text.title} groups={groups} />;
}
