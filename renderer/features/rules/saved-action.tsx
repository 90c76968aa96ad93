import { Bookmark } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { flowsText } from '../../text/flows.ts';
import { Button, Dialog, Field, Notice, showToast, TextInput } from '../../ui/index.ts';
import { type DraftStep, stepTitle } from './draft.ts';

/** Says that the step goes by a saved action, and lets go of that. */
export function SavedNotice({ step, onChange }: { readonly step: DraftStep; readonly onChange: (step: DraftStep) => void }): ReactElement {
  const actions = useQuery('actions.list', {});
  const name = actions.data?.find(({ id }) => id === step.savedAction)?.name ?? String(step.savedAction);
  return (
    <Notice kind="notice">
      <p>{flowsText.savedAs(name)}</p>
      <div className="mt-2">
        <Button small onClick={() => onChange(withoutSaved(step))}>
          {flowsText.letGo}
        </Button>
      </div>
    </Notice>
  );
}

/** The same step with the action as its own. */
function withoutSaved({ key, ...step }: DraftStep): DraftStep {
  return { ...(Object.fromEntries(Object.entries(step).filter(([name]) => name !== 'savedAction')) as typeof step), key };
}

/** Keeps the step's action under a name, and lets the step go by that from then on. */
export function SaveAction({ step, onChange }: { readonly step: DraftStep; readonly onChange: (step: DraftStep) => void }): ReactElement {
  const [asking, setAsking] = useState(false);
  const [name, setName] = useState('');
  const save = useCommand('actions.save', ['actions.']);

  async function keep(): Promise<void> {
    const saved = await save.run({ name: name.trim(), description: '', action: step.action, config: step.config });
    if (saved === undefined) return;
    setAsking(false);
    showToast({ title: flowsText.actionSaved(saved.name) });
    onChange({ ...step, savedAction: saved.id, config: saved.config });
  }

  return (
    <div>
      <Button
        small
        icon={Bookmark}
        onClick={() => {
          setName(stepTitle(step));
          setAsking(true);
        }}
      >
        {flowsText.saveAction}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={flowsText.saveAction}
        actions={
          <Button kind="primary" busy={save.busy} disabled={name.trim() === ''} onClick={() => void keep()}>
            {flowsText.saveAction}
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          <p>{flowsText.saveActionHelp}</p>
          {save.error !== undefined && <Notice kind="failure">{save.error.message}</Notice>}
          <Field label={flowsText.name} name="name">
            <TextInput value={name} maxLength={255} onChange={setName} />
          </Field>
        </div>
      </Dialog>
    </div>
  );
}
