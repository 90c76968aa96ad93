import type { RetentionRow } from '../../contract/report.ts';
import { AppError, toAppError } from '../../contract/errors.ts';
import { statOrNull } from '../../vfs/placement.ts';
import type { Places } from '../../vfs/streams.ts';
import { type ActionContext, ActionFailure, type Runner } from '../runner.ts';
import type { retentionCheck } from './definition.ts';
import { clearFolder, type Policy } from './sweep.ts';

/**
 * Works through the folders, the topmost first; the first failure ends it. Resolves, or fails, with a row for each folder that was looked
 * at under `report`, which later actions of the run can send.
 */
export const runRetentionCheck: Runner<typeof retentionCheck> = async ({ config }, context) => {
  const places = { source: await context.source(), target: await context.target() };
  const policies: Policy[] = config.folders
    .map((folder) => ({
      ...folder,
      archiveTo: folder.archiveTo === '' ? null : places.target.resolve(`/${folder.archiveTo.replaceAll('\\', '/')}`),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  requireDistinct(policies);
  const report: RetentionRow[] = [];
  for (const policy of policies.filter(({ hours }) => hours > 0)) {
    const row = await check(places, policy, policies, config.dryRun, context);
    report.push(row);
    if (row.error !== '') throw new ActionFailure(`${policy.path} could not be checked: ${row.error}`, { report });
  }
  return { report };
};

/** Templates can give the same path twice. */
function requireDistinct(policies: readonly Policy[]): void {
  const twice = policies.find(({ path }, index) => policies[index + 1]?.path === path);
  if (twice !== undefined)
    throw new AppError('action_failed', `The folder ${twice.path} stands in the list twice after its templates were filled in.`);
}

async function check(
  places: Places,
  policy: Policy,
  policies: readonly Policy[],
  dryRun: boolean,
  { clock, signal }: Pick<ActionContext, 'clock' | 'signal'>,
): Promise<RetentionRow> {
  const startedAt = clock.now();
  const count = { files: 0, bytes: 0, folders: 0 };
  const row = (info: string, error: string): RetentionRow => ({
    path: policy.path,
    hours: policy.hours,
    files: count.files,
    bytes: count.bytes,
    elapsed: clock.now() - startedAt,
    info,
    error,
  });
  try {
    const found = await statOrNull(places.source, policy.path);
    if (found === null) return row('The folder is not there.', '');
    if (found.type !== 'directory') return row('', 'It is no folder.');
    const before = clock.now() - policy.hours * 3_600_000;
    await clearFolder({ places, policy, policies, before, dryRun, count, signal });
    return row(infoOf(policy, count, dryRun), '');
  } catch (error) {
    signal.throwIfAborted();
    return row('', toAppError(error).message);
  }
}

function infoOf({ archiveTo }: Policy, { folders }: { readonly folders: number }, dryRun: boolean): string {
  if (dryRun) return 'Only reported.';
  const moved = archiveTo === null ? '' : `Moved to ${archiveTo}.`;
  const emptied = folders === 0 ? '' : `${folders} empty ${folders === 1 ? 'folder' : 'folders'} deleted.`;
  return [moved, emptied].filter((part) => part !== '').join(' ');
}
