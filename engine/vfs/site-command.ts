import { AppError } from '../contract/errors.ts';
import type { Outcome } from '../contract/event.ts';
import type { EventInfo } from '../events/catalog.ts';
import type { EventDraft } from '../events/log.ts';
import type { SessionContext } from './context.ts';

/** Runs what a SITE command asks for and records the command with its outcome. An event that cannot be written now is written later. */
export async function recordSiteCommand<Answer>(
  context: SessionContext,
  info: EventInfo<'SITE_COMMAND'>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const record = async (outcome: Outcome): Promise<void> => {
    const draft: EventDraft<'SITE_COMMAND'> = { type: 'SITE_COMMAND', info, actor: context.actor, outcome };
    await context.services.events.record(draft, undefined, { mayWait: true });
  };
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    await record(error instanceof AppError && error.code === 'permission_denied' ? 'denied' : 'failed');
    throw error;
  }
  await record('ok');
  return answer;
}
