import { SYSTEM } from '../events/log.ts';
import { parseDefinition } from './definition.ts';
import type { RulesServices } from './services.ts';

/**
 * Takes a rule out of service that has failed as often in a row as it may, and records that as a failed OBJECT_UPDATE of the rule, from
 * which a notice is made. Resolves with true when it did. Rejects, with the rule still in service, when the log cannot be written.
 */
export async function pauseIfFailing({ store, events, clock }: RulesServices, ruleId: number): Promise<boolean> {
  const { rules } = store.tables;
  const row = rules.get(ruleId);
  if (row === undefined || row.failuresInRow === 0 || !row.enabled || row.pausedAt !== null) return false;
  const { pauseAfterFailures } = parseDefinition(row.definition);
  if (pauseAfterFailures === 0 || row.failuresInRow < pauseAfterFailures) return false;
  await events.record(
    {
      type: 'OBJECT_UPDATE',
      info: { operation: 'update', old: row.name, new: `${row.name} (paused after ${row.failuresInRow} failed runs in a row)` },
      actor: SYSTEM,
      object: { schema: 'BASE', type: 'rule' },
      outcome: 'failed',
    },
    () => {
      rules.pause(ruleId, clock.now());
      return { objectId: ruleId, objectVersion: row.version };
    },
  );
  return true;
}
