import { type ReactElement, useEffect, useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { generatePassword } from '../../forms/partner/credentials.ts';
import { routes } from '../../routes.ts';
import { asAppError } from '../../rpc/client.ts';
import { useConsole } from '../../stores/console.ts';
import { setupText } from '../../text/setup.ts';
import { Button, Notice, showToast, WizardFrame } from '../../ui/index.ts';
import { AlertsStep } from './alerts-step.tsx';
import { type Answers, reachableSteps, startingAnswers, type StepId, STEPS } from './answers.ts';
import { CheckStep } from './check-step.tsx';
import { FolderStep } from './folder-step.tsx';
import { IdentityStep } from './identity-step.tsx';
import type { LiveProps } from './live.tsx';
import { PartnerStep } from './partner-step.tsx';
import { ProtocolsStep } from './protocols-step.tsx';
import { ReachStep } from './reach-step.tsx';
import { saveStep, switchServers } from './save-step.ts';
import type { StepProps } from './step-props.ts';
import { serverNames, summaryOf } from './summary.ts';
import { useDraft } from './use-draft.ts';

const SCREENS: Readonly<Record<StepId, (props: StepProps) => ReactElement>> = {
  folder: FolderStep,
  protocols: ProtocolsStep,
  identity: IdentityStep,
  reach: ReachStep,
  partner: PartnerStep,
  alerts: AlertsStep,
  check: CheckStep,
};

/** Fields that show their problem themselves; any other is shown above the step. */
const OWN_PLACES = ['folder', 'protocols', 'plainFtp', 'sftp', 'ftp', 'passive', 'name', 'company', 'username', 'publicKeys'];

/** Settings page that a step is opened from again. */
const SECTIONS: Readonly<Record<StepId, string>> = {
  folder: 'storage',
  protocols: 'servers',
  identity: 'general',
  reach: 'servers',
  partner: 'general',
  alerts: 'notifications',
  check: 'servers',
};

type WizardProps = {
  readonly setup: Output<'setup.get'>;
  readonly step: StepId;
  readonly onLive: (live: LiveProps) => void;
};

/** The steps themselves. Once set up, a step saves what it changes at once and leads back to the settings. */
export function Wizard({ setup, step, onLive }: WizardProps): ReactElement {
  const console = useConsole();
  const [, navigate] = useLocation();
  const [isAgain] = useState(setup.done);
  const [answers, setAnswers] = useState(() => startingAnswers(setup));
  const [password, setPassword] = useState(generatePassword);
  // Of the account that was made in this visit; after a reload nobody knows it any more.
  const [given, setGiven] = useState<string | null>(null);
  const [ignored, setIgnored] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<AppError | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [isLive, setIsLive] = useState(false);
  const draft = useDraft(answers, isAgain || isLive);
  useServersOffOutsideOfTheTest(answers, step, isAgain, setAnswers);

  useEffect(() => {
    // Screen readers and keyboards go on at the answer that needs another look.
    if (problem !== undefined) document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus();
  }, [problem]);

  const Screen = SCREENS[step];
  const steps: readonly StepId[] = isAgain ? STEPS.filter((id) => id !== 'partner') : STEPS;
  const reachable = isAgain ? steps : reachableSteps(answers.done);

  function change(changes: Partial<Answers>): void {
    setAnswers((before) => ({ ...before, ...changes }));
    setProblem(undefined);
  }

  function goTo(id: StepId): void {
    setProblem(undefined);
    setAnswers((before) => ({ ...before, step: id }));
    navigate(routes.setup(id));
  }

  function finish(followed: Partial<Answers>): void {
    const next = steps[steps.indexOf(step) + 1];
    if (isAgain) {
      if (step !== 'check') showToast({ title: setupText.again.saved });
      navigate(routes.settings(SECTIONS[step]));
    } else if (next === undefined) {
      setIsLive(true);
      onLive(liveProps(answers, given));
    } else {
      if (followed.partner?.saved === true && followed.partner.signIn === 'generated') setGiven(password);
      setAnswers((before) => ({ ...before, ...followed, step: next, done: [...new Set([...before.done, step])] }));
      navigate(routes.setup(next));
    }
  }

  async function next(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      const { selfTest } = console.live.getState();
      finish(await saveStep[step]({ console, answers, setup, password, ignored, selfTest }));
    } catch (error) {
      setProblem(asAppError(error));
    }
    setBusy(false);
  }

  if (!reachable.includes(step)) return <Redirect to={routes.setup(reachable.at(-1))} replace />;
  const previous = steps[steps.indexOf(step) - 1];
  const isShownAbove = problem !== undefined && !OWN_PLACES.includes(problem.field ?? '');
  return (
    <WizardFrame
      title={setupText.title}
      steps={steps.map((id) => ({
        id,
        title: setupText.steps[id],
        state: answers.done.includes(id) ? 'done' : 'todo',
        disabled: !reachable.includes(id),
      }))}
      step={step}
      onStep={(id) => {
        const found = STEPS.find((known) => known === id);
        if (found !== undefined) goTo(found);
      }}
      question={setupText.questions[step]}
      intro={setupText.intros[step]}
      summary={<Summary answers={answers} step={step} />}
      onBack={previous === undefined || isAgain ? undefined : () => goTo(previous)}
      onNext={() => void next()}
      nextLabel={nextLabel(step, isAgain)}
      busy={busy}
      aside={
        step === 'partner' && !answers.partner.saved ? (
          <Button kind="ghost" onClick={() => finish({})}>
            {setupText.partner.skip}
          </Button>
        ) : isAgain ? (
          <Button kind="ghost" onClick={() => navigate(routes.settings(SECTIONS[step]))}>
            {setupText.again.back}
          </Button>
        ) : undefined
      }
    >
      {draft.error !== undefined && (
        <Notice kind="warning" title={setupText.unsavedDraft}>
          {draft.error.message}
        </Notice>
      )}
      {isShownAbove && (
        <Notice kind="failure" live title={setupText.failed}>
          {problem.message}
        </Notice>
      )}
      <Screen
        setup={setup}
        answers={answers}
        change={change}
        problem={problem}
        problemAt={(field) => (problem?.field === field ? fieldWords(problem) : undefined)}
        goTo={goTo}
        password={password}
        given={given}
        onNewPassword={() => setPassword(generatePassword())}
        ignored={ignored}
        onIgnore={setIgnored}
      />
    </WizardFrame>
  );
}

/** The servers that the last step switched on for its test go off when it is left in any other way than by going live. */
function useServersOffOutsideOfTheTest(
  answers: Answers,
  step: StepId,
  isAgain: boolean,
  setAnswers: (change: (before: Answers) => Answers) => void,
): void {
  const { client } = useConsole();
  const mustGoOff = answers.testing && step !== 'check' && !isAgain;
  useEffect(() => {
    if (!mustGoOff) return;
    // What went wrong stands in the servers' own status; it is tried again at the next step.
    void switchServers({ client }, answers, false).then(
      () => setAnswers((before) => ({ ...before, testing: false })),
      () => undefined,
    );
    // Which servers were chosen meanwhile does not matter: all go off.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [mustGoOff, step, client]);
}

function nextLabel(step: StepId, isAgain: boolean): string | undefined {
  if (isAgain) return step === 'check' ? setupText.again.back : setupText.again.save;
  return step === 'check' ? setupText.check.goLive : undefined;
}

function liveProps(answers: Answers, password: string | null): LiveProps {
  const { company, username, saved } = answers.partner;
  return { servers: serverNames(answers), partner: saved ? { company, username, password } : null };
}

function Summary({ answers, step }: { readonly answers: Answers; readonly step: StepId }): ReactElement {
  const sentences = summaryOf(answers, step);
  if (sentences.length === 0) return <p className="text-muted">{setupText.summary.nothing}</p>;
  return (
    <ul className="flex flex-col gap-2">
      {sentences.map((sentence) => (
        <li key={sentence} className="break-words">
          {sentence}
        </li>
      ))}
    </ul>
  );
}
