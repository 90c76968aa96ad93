import type { ReactElement } from 'react';
import { formatNumber } from '../../text/format.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { ruleSentence } from '../../text/rule-sentence.ts';
import { rulesText } from '../../text/rules.ts';
import { Skeleton } from '../../ui/index.ts';
import type { Draft } from './draft.ts';
import { type Trial, TRIAL_DAYS, waitsForEvents } from './rule-trial.ts';

/** The rule so far as a sentence, and how often it would have run lately. */
export function Summary({ draft, trial }: { readonly draft: Draft; readonly trial: Trial }): ReactElement {
  const sentence = ruleSentence(draft);
  return (
    <>
      {sentence === '' ? (
        <p className="text-muted">{ruleFormText.nothingYet}</p>
      ) : (
        <p className="text-pretty [overflow-wrap:anywhere]">{sentence}</p>
      )}
      {draft.triggers.length > 0 && (
        <div role="status" className="text-sm">
          <Count draft={draft} trial={trial} />
        </div>
      )}
    </>
  );
}

function Count({ draft, trial }: { readonly draft: Draft; readonly trial: Trial }): ReactElement {
  if (!waitsForEvents(draft)) return <p className="text-muted">{ruleFormText.notCounted}</p>;
  if (trial.result !== undefined) {
    const { matched, considered, partial } = trial.result;
    return (
      <>
        <p className="figures text-xl font-semibold" aria-hidden>
          {formatNumber(matched)}
        </p>
        <p>{rulesText.wouldRun(matched, TRIAL_DAYS, partial, draft.timing.per === 'event')}</p>
        <p className="text-muted">{ruleFormText.considered(considered)}</p>
      </>
    );
  }
  if (trial.loading) return <Skeleton rows={2} words={ruleFormText.counting} />;
  return <p className="text-muted">{ruleFormText.countFailed}</p>;
}
