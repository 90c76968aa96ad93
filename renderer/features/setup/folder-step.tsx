import type { ReactElement } from 'react';
import { ChecksView, useChecks } from '../../forms/machine/checks.tsx';
import { FolderInput } from '../../forms/machine/folder-input.tsx';
import { setupText } from '../../text/setup.ts';
import { Field } from '../../ui/index.ts';
import type { StepProps } from './step-props.ts';

const text = setupText.folder;

export function FolderStep({ answers: { folder }, change, problemAt }: StepProps): ReactElement {
  const checks = useChecks('setup.checkFolder', folder === '' ? undefined : { path: folder });
  return (
    <>
      <Field label={text.label} help={text.help} error={problemAt('folder')}>
        <FolderInput value={folder} onChange={(path) => change({ folder: path })} />
      </Field>
      {folder !== '' && <ChecksView label={text.checks} checks={checks} />}
    </>
  );
}
