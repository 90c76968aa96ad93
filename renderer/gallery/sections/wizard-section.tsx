import { type ReactElement, useState } from 'react';
import { Button, RadioCards, Status, WizardFrame } from '../../ui/index.ts';

const STEPS = ['When', 'Only if', 'Then', 'Timing', 'Test', 'Name & save'] as const;

const WHEN = [
  { value: 'upload', title: 'A file arrives', help: 'Complete, under its final name.' },
  { value: 'download', title: 'A file is fetched', help: 'To the end or partly.' },
  { value: 'missing', title: 'An expected file is missing', help: 'At a time that you set.' },
  { value: 'schedule', title: 'At set times', help: 'Such as weekdays 17:00.' },
] as const;

/** The frame around the set-up wizard and the rule wizard. */
export function WizardSection(): ReactElement {
  const [at, setAt] = useState(1);
  const [when, setWhen] = useState<(typeof WHEN)[number]['value'] | null>('upload');
  const last = at === STEPS.length - 1;
  return (
    <div className="flex h-160 flex-col overflow-hidden rounded-panel border border-line bg-surface">
      <WizardFrame
        title="New rule"
        steps={STEPS.map((title, index) => ({
          id: title,
          title,
          state: index < at ? 'done' : index === 3 ? 'problem' : 'todo',
          disabled: index > at + 2,
        }))}
        step={STEPS[at] ?? 'When'}
        onStep={(id) => setAt(STEPS.findIndex((title) => title === id))}
        question={QUESTIONS[at] ?? ''}
        intro="Everything can be changed later."
        onBack={at === 0 ? undefined : () => setAt(at - 1)}
        onNext={() => setAt(Math.min(at + 1, STEPS.length - 1))}
        nextLabel={last ? 'Save and switch on' : undefined}
        aside={<Button kind="ghost">Save and close</Button>}
        summary={
          <>
            <p>When a file was uploaded and the name is *.pdf: mail to accounting@example.com.</p>
            <Status kind="notice">14 files of the last 7 days match</Status>
          </>
        }
      >
        <RadioCards label="When" columns={2} options={WHEN} value={when} onChange={setWhen} />
      </WizardFrame>
    </div>
  );
}

const QUESTIONS = [
  'When should it run?',
  'Only for some files?',
  'What should happen?',
  'At once or together?',
  'Does it do what you want?',
  'What is it called?',
];
