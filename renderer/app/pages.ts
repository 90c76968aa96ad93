import { SECTION_NEEDS } from '../stores/use-rights.ts';
import { lazyPage } from './lazy-page.ts';

/** Every screen with its address and the method that it is nothing without; each is loaded when it is first shown. */
export const PAGES = [
  { path: '/', needs: SECTION_NEEDS.home, Page: lazyPage(() => import('../features/home/index.ts'), 'HomePage') },
  {
    // One address for the list and what is open beside it: another one would make the list anew.
    path: '/activity/:what?/:id?',
    needs: SECTION_NEEDS.activity,
    Page: lazyPage(() => import('../features/activity/index.ts'), 'ActivityPage'),
  },
  {
    path: '/partners',
    needs: SECTION_NEEDS.partners,
    Page: lazyPage(() => import('../features/partners/index.ts'), 'PartnersPage'),
  },
  {
    path: '/partners/new',
    needs: 'accounts.save',
    Page: lazyPage(() => import('../features/partners/index.ts'), 'NewPartnerPage'),
  },
  {
    path: '/partners/groups',
    needs: 'groups.list',
    Page: lazyPage(() => import('../features/partners/index.ts'), 'GroupsPage'),
  },
  {
    path: '/partners/:username/:tab',
    needs: SECTION_NEEDS.partners,
    Page: lazyPage(() => import('../features/partners/index.ts'), 'PartnerPage'),
  },
  {
    path: '/rules',
    needs: SECTION_NEEDS.rules,
    Page: lazyPage(() => import('../features/rules/index.ts'), 'RulesPage'),
  },
  {
    path: '/rules/new',
    needs: 'rules.save',
    Page: lazyPage(() => import('../features/rules/index.ts'), 'RuleWizardPage'),
  },
  {
    path: '/rules/runs/:id',
    needs: 'runs.get',
    Page: lazyPage(() => import('../features/rules/index.ts'), 'RunPage'),
  },
  {
    path: '/rules/flows',
    needs: 'flows.list',
    Page: lazyPage(() => import('../features/rules/index.ts'), 'FlowsPage'),
  },
  {
    path: '/rules/flows/:id',
    needs: 'flows.list',
    Page: lazyPage(() => import('../features/rules/index.ts'), 'FlowPage'),
  },
  {
    path: '/rules/:id',
    needs: SECTION_NEEDS.rules,
    Page: lazyPage(() => import('../features/rules/index.ts'), 'RuleWizardPage'),
  },
  {
    path: '/settings/:section?',
    needs: SECTION_NEEDS.settings,
    Page: lazyPage(() => import('../features/settings/index.ts'), 'SettingsPage'),
  },
  {
    path: '/notices',
    needs: 'notifications.list',
    Page: lazyPage(() => import('../features/notices/index.ts'), 'NoticesPage'),
  },
] as const;

/** The set-up wizard stands outside of the frame: there is nothing to navigate to yet. */
export const SetupPage = lazyPage(() => import('../features/setup/index.ts'), 'SetupPage');
