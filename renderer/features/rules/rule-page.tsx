import { EllipsisVertical } from 'lucide-react';
import { type ReactElement, type ReactNode, useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { Rule } from '../../../engine/contract/rule.ts';
import { Changeable, LookOnly } from '../../forms/changeable.tsx';
import { RunRule } from '../../forms/machine/run-rule.tsx';
import { routes } from '../../routes.ts';
import { useCommand } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { rulesText } from '../../text/rules.ts';
import { uiText } from '../../text/ui.ts';
import { Button, IconButton, Link, Menu, Notice, PageHeader, showToast, Status, Switch } from '../../ui/index.ts';
import { DeleteRule } from './confirm-rule.tsx';
import { copyOf, type Draft, sameRule, toInput } from './draft.ts';
import type { DraftState } from './draft-store.ts';
import { byField, focusProblem, SECTIONS } from './form-problems.ts';
import { LastRuns } from './last-runs.tsx';
import { RulePart } from './rule-form.tsx';
import { ruleState } from './rule-state.ts';
import { RunForReal } from './run-for-real.tsx';
import { ProblemList } from './save-part.tsx';
import { Summary } from './summary.tsx';
import { useRuleForm } from './use-rule-form.ts';
import { Versions } from './versions.tsx';

export type RulePageProps = {
  readonly rule: Rule;
  /** The rule as it is saved, as a draft. */
  readonly saved: Draft;
  readonly state: DraftState;
  readonly event: StoredEvent | undefined;
};

/** An existing rule: every part on one page, its sentence and its history beside it. */
export function RulePage({ rule, saved, state, event }: RulePageProps): ReactElement {
  const { draft, change, drop } = state;
  const [running, setRunning] = useState<StoredEvent>();
  const { trial, sample, saving, save } = useRuleForm(state, event);
  const restore = useCommand('rules.restore', ['rules.']);
  const dirty = !sameRule(draft, saved);
  // Untouched, the rule says what the engine knows of it; the trial needs a moment.
  const problems = dirty || trial.result !== undefined ? trial.problems : rule.problems;
  const errors = byField(problems);

  async function saveChanges(enabled: boolean): Promise<Rule | undefined> {
    const result = await save(enabled);
    if (result === undefined) return undefined;
    showToast({
      title: rulesText.saved,
      action: { label: rulesText.undo, onClick: () => void undo() },
    });
    return result;
  }

  async function undo(): Promise<void> {
    if ((await restore.run({ id: rule.id })) === undefined) return;
    drop();
    showToast({ title: rulesText.undone });
  }

  const failed = saving.error ?? restore.error;
  return (
    <div className="@container flex min-h-0 flex-1 flex-col" data-rule-form>
      <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6 max-sm:p-4">
        <Header rule={rule} onEnabled={(enabled) => void saveChanges(enabled)} busy={saving.busy} broken={problems.length > 0} />
        {failed !== undefined && (
          <Notice kind="failure" live title={ruleFormText.saveFailed} onDismiss={saving.clearError}>
            {failed.message}
          </Notice>
        )}
        <LookOnly by="rules.save" />
        <ProblemList problems={problems} onGo={focusProblem} />
        <div className="flex flex-col gap-8 @4xl:flex-row">
          <div className="flex min-w-0 max-w-form flex-1 flex-col gap-10">
            <Changeable by="rules.save">
              {SECTIONS.map((section) => (
                <FormSection key={section} title={ruleFormText.steps[section]}>
                  <RulePart
                    section={section}
                    draft={draft}
                    onChange={change}
                    errors={errors}
                    warnings={byField(trial.warnings)}
                    {...sample}
                    onRunForReal={setRunning}
                  />
                </FormSection>
              ))}
            </Changeable>
          </div>
          <aside aria-label={uiText.summary} className="flex shrink-0 flex-col gap-8 @4xl:w-75">
            <div className="flex flex-col gap-3 rounded-panel bg-sunken p-4 @4xl:sticky @4xl:top-4">
              <Summary draft={draft} trial={trial} />
            </div>
            <LastRuns ruleId={rule.id} />
            <Changeable by="rules.restore">
              <Versions rule={rule} onRestored={drop} />
            </Changeable>
          </aside>
        </div>
      </div>
      {dirty && (
        <div className="sticky bottom-0 z-10 mt-auto border-t border-line bg-surface">
          <div className="mx-auto flex w-full max-w-content flex-wrap items-center gap-3 px-6 py-3">
            <Button kind="primary" busy={saving.busy} onClick={() => void saveChanges(draft.enabled)}>
              {problems.length > 0 ? ruleFormText.saveIncomplete : ruleFormText.save}
            </Button>
            <Button onClick={drop}>{ruleFormText.discard}</Button>
            <span className="text-sm text-muted">{ruleFormText.unsaved}</span>
          </div>
        </div>
      )}
      <RunForReal
        event={running}
        onClose={() => setRunning(undefined)}
        saves={dirty}
        isNew={false}
        save={() => (dirty ? save(draft.enabled) : Promise.resolve(rule))}
      />
    </div>
  );
}

function FormSection({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-4">
      <h2 id={id} className="border-b border-line pb-2 text-lg font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}

type HeaderProps = {
  readonly rule: Rule;
  readonly onEnabled: (enabled: boolean) => void;
  readonly busy: boolean;
  readonly broken: boolean;
};

function Header({ rule, onEnabled, busy, broken }: HeaderProps): ReactElement {
  const [, navigate] = useLocation();
  const [removing, setRemoving] = useState(false);
  const [starting, setStarting] = useState(false);
  const add = useCommand('rules.save', ['rules.']);
  const { calls } = useRights();
  const [mayWrite, mayRun] = [calls('rules.save'), calls('rules.run')];
  const { kind, word } = ruleState(rule);

  async function duplicate(): Promise<void> {
    const copy = await add.run(toInput(copyOf(rule, rulesText.duplicateName(rule.name).slice(0, 255))));
    if (copy === undefined) return;
    showToast({ title: rulesText.duplicated(copy.name) });
    navigate(routes.rule(copy.id));
  }

  return (
    <>
      <PageHeader
        back={<Link href={routes.rules()}>{rulesText.back}</Link>}
        title={rule.name}
        state={<Status kind={kind}>{word}</Status>}
        sentence={rule.pausedAt === null ? undefined : rulesText.pausedBy(rule.failuresInRow)}
        action={
          <div className="flex items-center gap-3">
            <Switch
              label={ruleFormText.enabled}
              checked={rule.enabled && rule.problems.length === 0}
              disabled={busy || (broken && !rule.enabled) || !mayWrite}
              onChange={onEnabled}
            />
            {(mayWrite || mayRun) && (
              <Menu
                align="end"
                trigger={<IconButton icon={EllipsisVertical} name={uiText.moreActions(rule.name)} />}
                entries={[
                  ...(mayRun ? [{ label: rulesText.runNow, disabled: rule.problems.length > 0, onSelect: () => setStarting(true) }] : []),
                  ...(mayWrite
                    ? ([
                        { label: rulesText.duplicate, onSelect: () => void duplicate() },
                        'separator',
                        { label: rulesText.remove, danger: true, onSelect: () => setRemoving(true) },
                      ] as const)
                    : []),
                ]}
              />
            )}
          </div>
        }
      />
      {add.error !== undefined && (
        <Notice kind="failure" live title={rulesText.failed} onDismiss={add.clearError}>
          {add.error.message}
        </Notice>
      )}
      <RunRule rule={starting ? rule : undefined} onClose={() => setStarting(false)} />
      <DeleteRule rule={removing ? rule : undefined} onClose={() => setRemoving(false)} onDeleted={() => navigate(routes.rules())} />
    </>
  );
}
