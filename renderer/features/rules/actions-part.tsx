import { Plus } from 'lucide-react';
import { type ReactElement, useId } from 'react';
import { ACTIONS } from '../../../engine/actions/catalog.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Button, Menu, showToast } from '../../ui/index.ts';
import { type DraftStep, newStep, stepTitle, waitedFor } from './draft.ts';
import type { PartProps, SampleProps } from './form-parts.ts';
import { PartError } from './part-error.tsx';
import { StepCard } from './step-card.tsx';

/** What the rule does, in order. */
export function ActionsPart({ draft, onChange, errors, warnings, sample }: PartProps & Pick<SampleProps, 'sample'>): ReactElement {
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

  function add(action: string): void {
    // A rule that answers before something happens needs an action that the client waits for.
    const sync = draft.triggers.some((id) => findTrigger(id)?.sync === 'must') && !steps.some((step) => step.sync);
    put([...steps, waitedFor(newStep(action), sync)]);
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
          entries={Object.entries(ACTIONS).map(([id, { title }]) => ({ label: title, onSelect: () => add(id) }))}
        />
      </div>
    </div>
  );
}
