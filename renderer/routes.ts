/** Every address inside the console, so that features link to one another without importing each other. */
export const routes = {
  home: () => '/',
  setup: (step?: string) => (step === undefined ? '/setup' : `/setup/${step}`),
  activity: (query = '') => (query === '' ? '/activity' : `/activity?${query}`),
  session: (id: number) => `/activity/session/${id}`,
  event: (id: number) => `/activity/event/${id}`,
  partners: () => '/partners',
  groups: () => '/partners/groups',
  newPartner: () => '/partners/new',
  partner: (username: string, tab = 'overview') => `/partners/${encodeURIComponent(username)}/${tab}`,
  rules: () => '/rules',
  /** A new rule, from an event where one is named. */
  newRule: (fromEvent?: number) => (fromEvent === undefined ? '/rules/new' : `/rules/new?event=${fromEvent}`),
  rule: (id: number) => `/rules/${id}`,
  flows: () => '/rules/flows',
  newFlow: () => '/rules/flows/new',
  flow: (id: number) => `/rules/flows/${id}`,
  run: (id: number) => `/rules/runs/${id}`,
  settings: (section = 'general') => `/settings/${section}`,
  notices: () => '/notices',
} as const;

/** The sections of the left navigation, in their order; Ctrl/⌘ with the number opens them. */
export const SECTIONS = ['home', 'activity', 'partners', 'rules', 'settings'] as const;
export type Section = (typeof SECTIONS)[number];

/** Where a problem of `server.status` is put right; by the first word of its id. */
export function problemRoute(id: string): string {
  const [kind = '', rest = ''] = id.split(/-(.*)/s);
  const known: Readonly<Record<string, string>> = {
    listener: routes.settings('servers'),
    settings: routes.settings(SETTINGS_SECTION[rest] ?? 'general'),
    secrets: routes.settings('backup'),
    certificate: routes.settings('security'),
    disk: routes.settings('storage'),
    console: routes.settings('admins'),
    paused: routes.home(),
    account: routes.partners(),
    rule: routes.rules(),
    log: routes.settings('storage'),
  };
  return known[kind] ?? routes.settings();
}

/** Section of the engine's settings → page of the console's settings. */
const SETTINGS_SECTION: Readonly<Record<string, string>> = {
  sftp: 'servers',
  ftp: 'servers',
  server: 'servers',
  mail: 'mail',
  commands: 'security',
  outbound: 'security',
  console: 'admins',
  log: 'storage',
  uploads: 'storage',
  exchange: 'storage',
  backup: 'backup',
  notifications: 'notifications',
};
