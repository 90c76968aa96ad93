import type { Settings } from '../../../engine/contract/settings.ts';

/** What every page of Settings gets. */
export type SectionProps = { readonly settings: Settings };
