import type { SentFile } from '../actions/runner.ts';
import type { Attempt } from './perform.ts';
import { chosenFolders } from './chosen-folders.ts';
import { ruleActor } from './rule-actor.ts';
import type { RulesServices } from './services.ts';
import { accountActor } from '../events/actor.ts';

/** Records that a run sent a file elsewhere, `inFolder` being the virtual folder that its path lies in, as scheduled where a schedule set it off. The file is there: a full log does not undo that. */
export async function recordSent(
  { events, log }: Pick<RulesServices, 'events' | 'log'>,
  { runId, rule, account, mask, prepared }: Pick<Attempt, 'runId' | 'rule' | 'account' | 'mask' | 'prepared'>,
  { path, target, bytes, durationMs }: SentFile,
  inFolder = chosenFolders(prepared.config).sourceFolder ?? '',
): Promise<void> {
  const user = inFolder === '' ? account : null;
  const folder = inFolder === '' ? {} : { folder: inFolder };
  const info = { version: 'original', export: null, target: mask.text(target), ...folder };
  const common = {
    actor: { ...ruleActor(runId), ...(user === null ? {} : accountActor(user)) },
    path,
    bytes,
    durationMs,
  };
  try {
    if (rule?.trigger === 'schedule')
      await events.record({ type: 'ASSET_EXPORT_TRANSPORT_COPY_SCHEDULED', info: { ...info, rule_id: rule.id }, ...common });
    else await events.record({ type: 'ASSET_EXPORT_TRANSPORT_COPY', info, ...common });
  } catch (error) {
    log.error(`${path} was sent to ${info.target}, which could not be recorded`, error);
  }
}
