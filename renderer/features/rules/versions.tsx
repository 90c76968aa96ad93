import { type ReactElement, useState } from 'react';
import type { Rule } from '../../../engine/contract/rule.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { ruleSentence } from '../../text/rule-sentence.ts';
import { rulesText } from '../../text/rules.ts';
import { Button, ConfirmDialog, Disclosure, Notice, showToast, Skeleton, Time } from '../../ui/index.ts';

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
                  <div>
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
