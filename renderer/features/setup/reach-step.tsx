import { Building2, Globe } from 'lucide-react';
import type { ReactElement } from 'react';
import { ChecksView, useChecks } from '../../forms/machine/checks.tsx';
import { WatchPanel } from '../../forms/machine/watch-panel.tsx';
import { setupText } from '../../text/setup.ts';
import { Field, RadioCards, TextInput } from '../../ui/index.ts';
import { wantedPorts } from './answers.ts';
import type { StepProps } from './step-props.ts';

const text = setupText.reach;

export function ReachStep({ answers, change }: StepProps): ReactElement {
  const { fromInternet, publicName } = answers;
  const { sftp, ftp } = wantedPorts(answers);
  const checks = useChecks('setup.checkReach', {
    fromInternet,
    publicName: publicName.trim(),
    ...(sftp === undefined ? {} : { sftp }),
    ...(ftp === undefined ? {} : { ftp }),
  });
  return (
    <>
      <RadioCards
        label={text.where}
        value={fromInternet ? 'internet' : 'inside'}
        onChange={(where) => change({ fromInternet: where === 'internet' })}
        options={[
          { value: 'inside', title: text.inside, help: text.insideHelp, icon: Building2 },
          { value: 'internet', title: text.internet, help: text.internetHelp, icon: Globe },
        ]}
      />
      {fromInternet && (
        <Field label={text.publicName} help={text.publicNameHelp}>
          <TextInput value={publicName} onChange={(name) => change({ publicName: name })} maxLength={255} inputMode="url" />
        </Field>
      )}
      <ChecksView label={text.checks} checks={checks} onFix={showWatchPanel} />
      {fromInternet && <WatchPanel />}
    </>
  );
}

/** The remedy *watch* is the panel below the rows. */
function showWatchPanel({ fix }: { readonly fix: { readonly id: string } | null }): boolean {
  if (fix?.id !== 'watch') return false;
  document.getElementById('watch-title')?.scrollIntoView();
  return true;
}
