import { Plus } from 'lucide-react';
import { type ReactElement, useId } from 'react';
import { ACTIONS } from '../../../engine/actions/catalog.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { useQuery } from '../../stores/use-query.ts';
import { flowsText } from '../../text/flows.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Button, Menu, showToast } from '../../ui/index.ts';
import { type DraftStep, newStep, stepTitle, waitedFor } from './draft.ts';
import type { PartProps, SampleProps } from './form-parts.ts';
import { PartError } from './part-error.tsx';
import { StepCard } from './step-card.tsx';

/** What the rule does, in order; in a flow without what only rules have. */
export function ActionsPart({
  draft,
  onChange,
  errors,
  warnings,
  sample,
  inFlow = false,
}: PartProps & Pick<SampleProps, 'sample'> & { readonly inFlow?: boolean }): ReactElement {
  const saved = useQuery('actions.list', {});
  const { steps } = draft;
  const listId = useId();
  const put = (next: readonly DraftStep[]): void => onChange({ ...draft, steps: next });

  function move(index: number, by: number): void {
    const step = steps[index];
    if (step === undefined) return;
    put(steps.toSpliced(index, 1).toSpliced(index + by, 0, step));
  }

  function remove(index: number, step: DraftStep): void {
    put(steps.toSpliced(index, 1));
    showToast({
      title: ruleFormText.removedAction(stepTitle(step)),
      action: { label: ruleFormText.undo, onClick: () => onChange((now) => ({ ...now, steps: now.steps.toSpliced(index, 0, step) })) },
    });
  }

  function add(step: DraftStep): void {
    // A rule that answers before something happens needs an action that the client waits for.
    const sync = draft.triggers.some((id) => findTrigger(id)?.sync === 'must') && !steps.some((other) => other.sync);
    put([...steps, inFlow ? { ...step, stopOnFailure: true } : waitedFor(step, sync)]);
    requestAnimationFrame(() => document.getElementById(listId)?.lastElementChild?.querySelector<HTMLElement>('h3')?.focus());
  }

  return (
    <div className="flex flex-col gap-6">
      <PartError>{errors.get('steps')}</PartError>
      {steps.length === 0 ? (
        <p className="text-muted">{ruleFormText.noActions}</p>
      ) : (
        <ol id={listId} className="flex flex-col gap-8">
          {steps.map((step, index) => (
            <StepCard
              key={step.key}
              step={step}
              index={index}
              last={index === steps.length - 1}
              inFlow={inFlow}
              ruleId={draft.id}
              triggers={draft.triggers}
              sample={sample}
              errors={errors}
              warnings={warnings}
              onChange={(next) => put(steps.map((other) => (other.key === step.key ? next : other)))}
              onMove={(by) => move(index, by)}
              onRemove={() => remove(index, step)}
            />
          ))}
        </ol>
      )}
      <div>
        <Menu
          trigger={<Button icon={Plus}>{ruleFormText.addAction}</Button>}
          entries={[
            ...Object.entries(ACTIONS).map(([id, { title }]) => ({ label: title, onSelect: () => add(newStep(id)) })),
            ...(saved.data ?? []).map(({ id, name, action, config }) => ({
              label: flowsText.useSaved(name),
              onSelect: () => add({ ...newStep(action, config), savedAction: id }),
            })),
          ]}
        />
      </div>
    </div>
  );
}
