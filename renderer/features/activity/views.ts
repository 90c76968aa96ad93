import { z } from 'zod';
import { activityText } from '../../text/activity.ts';
import { EVERYTHING, formatQuery } from './query.ts';

/** A view under a name: its query as the address has it. */
const viewSchema = z.object({ name: z.string().min(1).max(60), query: z.string().max(1024) });
export type SavedView = z.infer<typeof viewSchema>;

/** Key of the console's preferences. */
export const VIEWS_KEY = 'activity.views';
export const MOST_VIEWS = 10;

/** The views that everybody has. */
export const BUILT_IN: readonly SavedView[] = [
  { name: activityText.views.problems, query: formatQuery({ ...EVERYTHING, outcomes: ['failed', 'denied', 'aborted', 'quota'] }) },
  { name: activityText.views.newFiles, query: formatQuery({ ...EVERYTHING, time: { preset: 'today' }, direction: 'upload' }) },
  { name: activityText.views.signIns, query: formatQuery({ ...EVERYTHING, types: ['USER_LOGIN', 'USER_LOGOUT', 'LOGIN_FAILED'] }) },
  { name: activityText.views.settings, query: formatQuery({ ...EVERYTHING, groups: ['records'] }) },
];

/** Own views out of the preferences; what is none, as after a change by hand, is left out. */
export function savedViews(preferences: Readonly<Record<string, unknown>> | undefined): SavedView[] {
  const stored = preferences?.[VIEWS_KEY];
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((item) => {
    const parsed = viewSchema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}
