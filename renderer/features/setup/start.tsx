import { ArchiveRestore, DoorOpen } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import type { Output } from '../../../engine/contract/rpc.ts';
import { routes } from '../../routes.ts';
import { setupText } from '../../text/setup.ts';
import { Button, CopyText, GateMark, RadioCards } from '../../ui/index.ts';
import { startingAnswers, STEPS } from './answers.ts';

const text = setupText.start;

/** Where the set-up begins, or goes on where it was left. */
export function Start({ setup }: { readonly setup: Output<'setup.get'> }): ReactElement {
  const [, navigate] = useLocation();
  const [choice, setChoice] = useState<'fresh' | 'restore'>('fresh');
  const { step, done } = startingAnswers(setup);
  const isResumed = done.length > 0;
  return (
    <div className="m-auto flex w-full max-w-form flex-col gap-6 p-6">
      <div className="flex flex-col gap-3">
        <GateMark className="size-10 text-link" />
        <h1 className="text-2xl font-semibold tracking-[-0.011em]">{text.title}</h1>
        <p className="max-w-prose text-muted">{text.intro}</p>
      </div>
      <RadioCards
        label={text.choice}
        value={choice}
        onChange={setChoice}
        options={[
          { value: 'fresh', title: text.fresh, help: text.freshHelp, icon: DoorOpen },
          { value: 'restore', title: text.restore, help: text.restoreHelp, icon: ArchiveRestore },
        ]}
      />
      {choice === 'restore' ? (
        <RestoreSteps dataFolder={setup.dataFolder} />
      ) : (
        <div>
          <Button kind="primary" onClick={() => navigate(routes.setup(step))}>
            {isResumed ? text.goOn(STEPS.indexOf(step) + 1, setupText.steps[step]) : text.begin}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A backup is put under a stopped engine, so this page can only say how. */
function RestoreSteps({ dataFolder }: { readonly dataFolder: string }): ReactElement {
  const [copy, stop, restore, start] = text.restoreSteps;
  return (
    <ol className="flex max-w-prose list-decimal flex-col gap-3 ps-5">
      <li>{copy}</li>
      <li>{stop}</li>
      <li>
        <div className="flex flex-col items-start gap-2">
          {restore}
          <CopyText text="npx gatehouse restore FILE --check" name={text.checkCommand} />
          <CopyText text={`npx gatehouse restore FILE --replace --data ${quoted(dataFolder)}`} name={text.restoreCommand} />
        </div>
      </li>
      <li>{start}</li>
    </ol>
  );
}

/** As one word of a shell; double quotes serve both kinds of shell. */
function quoted(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : `"${path}"`;
}
