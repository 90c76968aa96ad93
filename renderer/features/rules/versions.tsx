import { type ReactElement, useState } from 'react';
import type { Rule, RuleVersion } from '../../../engine/contract/rule.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { ruleSentence } from '../../text/rule-sentence.ts';
import { rulesText } from '../../text/rules.ts';
import { Button, ConfirmDialog, Disclosure, Notice, showToast, Skeleton, Time } from '../../ui/index.ts';
import { differences } from './differences.ts';

const { versions: text } = rulesText;

/** What the rule was before, and the way back. */
export function Versions({ rule, onRestored }: { readonly rule: Rule; readonly onRestored: () => void }): ReactElement {
  const [asked, setAsked] = useState<number>();
  const restore = useCommand('rules.restore', ['rules.']);
  const versions = useQuery('rules.versions', { id: rule.id });

  async function run(): Promise<void> {
    if (asked === undefined || (await restore.run({ id: rule.id, version: asked })) === undefined) return;
    showToast({ title: text.restored(asked) });
    setAsked(undefined);
    onRestored();
  }

  return (
    <section aria-label={text.title} className="flex flex-col gap-2">
      <h2 className="font-semibold">{text.title}</h2>
      {versions.data === undefined ? (
        versions.error === undefined ? (
          <Skeleton rows={2} />
        ) : (
          <p className="text-sm text-muted">{versions.error.message}</p>
        )
      ) : versions.data.length < 2 ? (
        <p className="text-sm text-muted">{text.only}</p>
      ) : (
        <ul className="flex flex-col text-sm">
          {versions.data.map(({ version, savedAt, rule: before }) => (
            <li key={version}>
              <Disclosure
                title={text.named(version)}
                aside={
                  version === rule.version ? text.current : savedAt === null ? text.unknownTime : <Time at={savedAt} show="date-time" />
                }
              >
                <p className="text-muted [overflow-wrap:anywhere]">
                  {before.name}: {ruleSentence(before)}
                </p>
                {version !== rule.version && (
                  <div className="flex flex-col items-start gap-2">
                    <Differences from={before} to={versions.data?.find((one) => one.version === rule.version)?.rule ?? before} />
                    <Button small aria-label={`${text.restore}: ${text.named(version)}`} onClick={() => setAsked(version)}>
                      {text.restore}
                    </Button>
                  </div>
                )}
              </Disclosure>
            </li>
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={text.restoreTitle(asked ?? 0)}
        confirm={text.restore}
        busy={restore.busy}
        onConfirm={() => void run()}
      >
        {text.restoreBody}
        {restore.error !== undefined && <Notice kind="failure">{restore.error.message}</Notice>}
      </ConfirmDialog>
    </section>
  );
}

/** What bringing a version back would change. */
function Differences({ from, to }: { readonly from: RuleVersion['rule']; readonly to: RuleVersion['rule'] }): ReactElement {
  const found = differences(from, to);
  if (found.length === 0) return <p className="text-muted">{text.same}</p>;
  return (
    <dl aria-label={text.changed} className="flex flex-col gap-1.5 self-stretch">
      {found.map(({ what, before, after }) => (
        <div key={what}>
          <dt className="font-medium">{what}</dt>
          <dd className="[overflow-wrap:anywhere]">
            <span className="text-muted">{text.here}:</span> {before === '' ? text.nothing : before}
          </dd>
          <dd className="[overflow-wrap:anywhere]">
            <span className="text-muted">{text.now}:</span> {after === '' ? text.nothing : after}
          </dd>
        </div>
      ))}
    </dl>
  );
}
