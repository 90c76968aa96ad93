import { lazy } from 'react';

/** Every screen with its address; each is loaded when it is first shown. */
export const PAGES = [
  { path: '/', Page: lazy(async () => ({ default: (await import('../features/home/index.ts')).HomePage })) },
  {
    // One address for the list and what is open beside it: another one would make the list anew.
    path: '/activity/:what?/:id?',
    Page: lazy(async () => ({ default: (await import('../features/activity/index.ts')).ActivityPage })),
  },
  { path: '/partners', Page: lazy(async () => ({ default: (await import('../features/partners/index.ts')).PartnersPage })) },
  { path: '/partners/new', Page: lazy(async () => ({ default: (await import('../features/partners/index.ts')).NewPartnerPage })) },
  { path: '/partners/groups', Page: lazy(async () => ({ default: (await import('../features/partners/index.ts')).GroupsPage })) },
  { path: '/partners/:username/:tab', Page: lazy(async () => ({ default: (await import('../features/partners/index.ts')).PartnerPage })) },
  { path: '/rules', Page: lazy(async () => ({ default: (await import('../features/rules/index.ts')).RulesPage })) },
  { path: '/rules/new', Page: lazy(async () => ({ default: (await import('../features/rules/index.ts')).RuleWizardPage })) },
  { path: '/rules/runs/:id', Page: lazy(async () => ({ default: (await import('../features/rules/index.ts')).RunPage })) },
  { path: '/rules/flows', Page: lazy(async () => ({ default: (await import('../features/rules/index.ts')).FlowsPage })) },
  { path: '/rules/flows/:id', Page: lazy(async () => ({ default: (await import('../features/rules/index.ts')).FlowPage })) },
  { path: '/rules/:id', Page: lazy(async () => ({ default: (await import('../features/rules/index.ts')).RuleWizardPage })) },
  { path: '/settings/:section?', Page: lazy(async () => ({ default: (await import('../features/settings/index.ts')).SettingsPage })) },
  { path: '/notices', Page: lazy(async () => ({ default: (await import('../features/notices/index.ts')).NoticesPage })) },
] as const;

/** The set-up wizard stands outside of the frame: there is nothing to navigate to yet. */
export const SetupPage = lazy(async () => ({ default: (await import('../features/setup/index.ts')).SetupPage }));
