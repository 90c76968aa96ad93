import type { RunTrace } from '../../../engine/contract/rule.ts';
import { routes } from '../../routes.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { Duration, type KeyValue, Link, Time } from '../../ui/index.ts';
import { asEvent, eventSentence } from './sample.ts';

/** What to know of a run before its way. */
export function runFacts(run: RunTrace): KeyValue[] {
  const { startedAt, finishedAt, createdAt } = run;
  const event = asEvent(run.event);
  return [
    {
      key: ruleRunText.event,
      value:
        run.eventId === null ? (
          ruleRunText.noEvent
        ) : (
          <Link href={routes.event(run.eventId)}>{event === undefined ? ruleRunText.eventNumber(run.eventId) : eventSentence(event)}</Link>
        ),
    },
    { key: ruleRunText.started, value: <Time at={startedAt ?? createdAt} show="date-time" /> },
    {
      key: ruleRunText.duration,
      value: startedAt === null || finishedAt === null ? undefined : <Duration ms={Date.parse(finishedAt) - Date.parse(startedAt)} />,
    },
    { key: ruleRunText.attempts, value: run.attempt },
    { key: ruleRunText.gathered, value: run.items === 0 ? undefined : ruleRunText.items(run.items) },
  ];
}
