import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { routes } from '../../routes.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { rulesText } from '../../text/rules.ts';
import { Button, Disclosure, Notice, showToast, WizardFrame, type WizardStep } from '../../ui/index.ts';
import { newDraft } from './draft.ts';
import type { DraftState } from './draft-store.ts';
import { byField, focusProblem, type Section, SECTIONS, sectionOf } from './form-problems.ts';
import { Presets } from './presets.tsx';
import { RulePart } from './rule-form.tsx';
import { RunForReal } from './run-for-real.tsx';
import { ProblemList } from './save-part.tsx';
import { Summary } from './summary.tsx';
import { TemplateList } from './template-list.tsx';
import { type TemplateId, TEMPLATES } from './templates.ts';
import { useRuleForm } from './use-rule-form.ts';

const TEMPLATE_IDS = Object.keys(TEMPLATES) as readonly TemplateId[];

/** A new rule, one question at a time. What was typed stays when it is left. */
export function Wizard({ state, event }: { readonly state: DraftState; readonly event: StoredEvent | undefined }): ReactElement {
  const { draft, change, drop, started } = state;
  const [, navigate] = useLocation();
  const [section, setSection] = useState<Section>('when');
  const [seen, setSeen] = useState<ReadonlySet<Section>>(new Set());
  const [running, setRunning] = useState<StoredEvent>();
  const { trial, sample, saving, save } = useRuleForm(state, event);
  const at = SECTIONS.indexOf(section);
  const isLast = section === 'save';
  const missing = missingParts(draft);
  const complete = missing.length === 0 && trial.problems.length === 0;

  function go(next: Section): void {
    setSeen(new Set([...seen, section]));
    setSection(next);
  }

  async function finish(enabled: boolean): Promise<void> {
    const saved = await save(enabled);
    if (saved === undefined) return;
    showToast({ title: enabled ? rulesText.switchedOn(saved.name) : rulesText.saved });
    navigate(routes.rule(saved.id));
  }

  const steps = SECTIONS.map((id): WizardStep => {
    const wrong = missing.includes(id) || trial.problems.some(({ field }) => sectionOf(field) === id);
    return { id, title: ruleFormText.steps[id], state: !seen.has(id) ? 'todo' : wrong ? 'problem' : 'done' };
  });
  // Fields say what is wrong once their step was left: nobody is corrected while still writing.
  const errors = byField(trial.problems.filter(({ field }) => seen.has(sectionOf(field)) || sectionOf(field) !== 'actions'));

  return (
    <div className="flex min-h-0 flex-1 flex-col" data-rule-form>
      <WizardFrame
        title={ruleFormText.newTitle}
        steps={steps}
        step={section}
        onStep={(id) => go(SECTIONS.find((known) => known === id) ?? 'when')}
        question={ruleFormText.questions[section]}
        intro={ruleFormText.intros[section]}
        summary={<Summary draft={draft} trial={trial} />}
        onBack={at === 0 ? undefined : () => go(SECTIONS[at - 1] ?? 'when')}
        onNext={() => (isLast ? void finish(complete) : go(SECTIONS[at + 1] ?? 'save'))}
        nextLabel={isLast ? (complete ? ruleFormText.saveOn : ruleFormText.saveIncomplete) : undefined}
        nextDisabled={isLast ? missing.length > 0 : section === 'when' && draft.triggers.length === 0}
        busy={saving.busy}
        aside={
          <>
            <Button kind="ghost" onClick={() => navigate(routes.rules())}>
              {ruleFormText.close}
            </Button>
            {isLast && complete && <Button onClick={() => void finish(false)}>{ruleFormText.saveOff}</Button>}
          </>
        }
      >
        {saving.error !== undefined && (
          <Notice kind="failure" live title={ruleFormText.saveFailed} onDismiss={saving.clearError}>
            {saving.error.message}
          </Notice>
        )}
        {section === 'when' && started && (
          <Notice kind="notice" action={<Button onClick={drop}>{ruleFormText.startOver}</Button>}>
            {ruleFormText.resumed}
          </Notice>
        )}
        {section === 'when' && (
          <div className="flex flex-col">
            <Disclosure title={ruleFormText.templates}>
              <TemplateList label={ruleFormText.templates} ids={TEMPLATE_IDS} onChoose={(id) => change(newDraft(TEMPLATES[id]))} />
            </Disclosure>
            <Disclosure title={ruleFormText.presets}>
              <Presets draft={draft} onChange={change} />
            </Disclosure>
          </div>
        )}
        {/* The question is the page's heading; the parts' own headings are one level below that of a section. */}
        <h2 className="sr-only">{ruleFormText.steps[section]}</h2>
        <RulePart
          section={section}
          draft={draft}
          onChange={change}
          errors={errors}
          warnings={byField(trial.warnings)}
          {...sample}
          onRunForReal={setRunning}
        />
        {isLast && (
          <>
            {missing.length > 0 && <Missing parts={missing} onGo={go} />}
            <ProblemList
              problems={trial.problems}
              onGo={(field) => {
                go(sectionOf(field));
                requestAnimationFrame(() => focusProblem(field));
              }}
            />
          </>
        )}
      </WizardFrame>
      <RunForReal event={running} onClose={() => setRunning(undefined)} saves isNew save={() => save(false)} />
    </div>
  );
}

/** Parts that a rule cannot be saved without. */
function missingParts(draft: DraftState['draft']): Section[] {
  return [...(draft.triggers.length === 0 ? ['when' as const] : []), ...(draft.steps.length === 0 ? ['actions' as const] : [])];
}

function Missing({ parts, onGo }: { readonly parts: readonly Section[]; readonly onGo: (section: Section) => void }): ReactElement {
  return (
    <Notice kind="warning" title={ruleFormText.missing}>
      <div className="mt-1 flex flex-wrap gap-2">
        {parts.map((part) => (
          <Button key={part} small onClick={() => onGo(part)}>
            {ruleFormText.goTo(ruleFormText.steps[part])}
          </Button>
        ))}
      </div>
    </Notice>
  );
}
