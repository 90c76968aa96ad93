import { Check, CircleAlert } from 'lucide-react';
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { uiText } from '../text/ui.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';

export type WizardStep = {
  readonly id: string;
  readonly title: string;
  /** `current` follows from `step`. */
  readonly state: 'done' | 'todo' | 'problem';
  /** Cannot be gone to yet. */
  readonly disabled?: boolean | undefined;
};

export type WizardFrameProps = {
  /** What is being done, above the steps: *New rule*. */
  readonly title: string;
  readonly steps: readonly WizardStep[];
  /** Id of the step in sight. */
  readonly step: string;
  readonly onStep: (id: string) => void;
  /** The step's one question: *When should it run?* */
  readonly question: string;
  readonly intro?: ReactNode;
  readonly children: ReactNode;
  /** The plain sentence so far, and what belongs to it, such as the count of matching events. */
  readonly summary: ReactNode;
  /** Undefined on the first step. */
  readonly onBack?: (() => void) | undefined;
  readonly onNext: () => void;
  /** *Next* by default; on the last step what it leads to: *Save and switch on*. */
  readonly nextLabel?: string | undefined;
  readonly nextDisabled?: boolean | undefined;
  readonly busy?: boolean | undefined;
  /** At the foot's start: *Save and close* and the like. */
  readonly aside?: ReactNode;
};

/**
 * One question per screen: steps at the left with their state, the sentence so far at the right, Back and Next at the foot. A new step
 * moves the focus to its question and says "Step 3 of 7".
 */
export function WizardFrame(props: WizardFrameProps): ReactElement {
  const { title, steps, step, question, intro, children, summary } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  const number = steps.findIndex(({ id }) => id === step) + 1;
  const current = steps[number - 1];

  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    heading.current?.focus();
  }, [step]);

  return (
    <div className="@container flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="flex min-h-full flex-col @4xl:flex-row">
          <nav aria-label={uiText.steps} className="shrink-0 border-line p-4 @4xl:w-55 @4xl:border-e @4xl:p-6">
            <div className="flex flex-col gap-4 @4xl:sticky @4xl:top-6">
              <p className="font-semibold">{title}</p>
              <ol className="flex flex-wrap gap-1 @4xl:flex-col">
                {steps.map((item, index) => (
                  <Step key={item.id} item={item} number={index + 1} current={item.id === step} onStep={props.onStep} />
                ))}
              </ol>
            </div>
          </nav>
          <div className="min-w-0 flex-1 p-4 @4xl:p-8">
            <div className="mx-auto flex w-full max-w-form flex-col gap-6">
              <div className="flex flex-col gap-1">
                <p role="status" className="text-sm text-muted">
                  {uiText.step(number, steps.length, current?.title ?? '')}
                </p>
                <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-[-0.011em]">
                  {question}
                </h1>
                {intro !== undefined && <div className="max-w-prose text-muted">{intro}</div>}
              </div>
              {children}
            </div>
          </div>
          <aside
            aria-label={uiText.summary}
            className="shrink-0 border-t border-line bg-sunken p-4 @4xl:w-60 @4xl:border-s @4xl:border-t-0 @4xl:p-6 @6xl:w-75"
          >
            <div className="flex flex-col gap-3 @4xl:sticky @4xl:top-6">
              <p className="text-sm font-medium text-muted">{uiText.summary}</p>
              {summary}
            </div>
          </aside>
        </div>
      </div>
      <Foot {...props} />
    </div>
  );
}

function Foot({ onBack, onNext, nextLabel = uiText.next, nextDisabled = false, busy = false, aside }: WizardFrameProps): ReactElement {
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 border-t border-line bg-surface px-4 py-3 @4xl:px-6">
      <div className="flex flex-wrap gap-2">{aside}</div>
      <div className="flex flex-wrap gap-2">
        {onBack !== undefined && <Button onClick={onBack}>{uiText.back}</Button>}
        <Button kind="primary" busy={busy} disabled={nextDisabled} onClick={onNext}>
          {nextLabel}
        </Button>
      </div>
    </div>
  );
}

type StepProps = { readonly item: WizardStep; readonly number: number; readonly current: boolean; readonly onStep: (id: string) => void };

function Step({ item, number, current, onStep }: StepProps): ReactElement {
  const state = current ? 'current' : item.state;
  return (
    <li>
      <button
        type="button"
        aria-current={current ? 'step' : undefined}
        disabled={item.disabled ?? false}
        onClick={() => onStep(item.id)}
        className={classes(
          'flex min-h-8 w-full items-center gap-2.5 rounded-control px-2 text-start',
          current ? 'bg-accent-soft font-medium text-text' : 'text-muted enabled:hover:bg-hover enabled:hover:text-text',
        )}
      >
        <span
          aria-hidden
          className={classes(
            'figures flex size-5 shrink-0 items-center justify-center rounded-full border text-xs font-medium',
            current && 'border-accent bg-accent text-on-accent',
            !current && item.state === 'done' && 'border-ok text-ok',
            !current && item.state === 'problem' && 'border-warning text-warning',
            !current && item.state === 'todo' && 'border-edge',
          )}
        >
          {!current && item.state === 'done' ? (
            <Check className="size-3" />
          ) : !current && item.state === 'problem' ? (
            <CircleAlert className="size-3" />
          ) : (
            number
          )}
        </span>
        <span>
          {item.title}
          <span className="sr-only">, {uiText.stepState[state]}</span>
        </span>
      </button>
    </li>
  );
}
