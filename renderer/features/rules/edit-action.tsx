import { type ReactElement, useState } from 'react';
import { findAction } from '../../../engine/actions/catalog.ts';
import type { SavedAction } from '../../../engine/contract/flow.ts';
import { SchemaForm } from '../../forms/index.ts';
import { useCommand } from '../../stores/use-query.ts';
import { flowsText } from '../../text/flows.ts';
import { Button, Dialog, Field, Notice, showToast, TextInput } from '../../ui/index.ts';
import { below, byField } from './form-problems.ts';

type Props = {
  readonly action: SavedAction;
  readonly onClose: () => void;
};

/** Changes a saved action for everything that uses it; one that cannot work is kept with its problems, as the rules that use it are. */
export function EditAction({ action, onClose }: Props): ReactElement {
  const [name, setName] = useState(action.name);
  const [config, setConfig] = useState(action.config);
  const save = useCommand('actions.save', ['actions.', 'rules.', 'flows.']);
  const schema = findAction(action.action)?.config;
  const problems = below(byField(action.problems), 'config');

  async function keep(): Promise<void> {
    const { id, description } = action;
    const saved = await save.run({ id, name: name.trim(), description, action: action.action, config });
    if (saved === undefined) return;
    showToast({ title: flowsText.actionSaved(saved.name) });
    onClose();
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={flowsText.editTitle(action.name)}
      wide
      keepOpen
      actions={
        <Button kind="primary" busy={save.busy} disabled={name.trim() === ''} onClick={() => void keep()}>
          {flowsText.saveChanges}
        </Button>
      }
    >
      <div className="flex flex-col gap-5">
        {action.usedBy.length > 0 && <p>{flowsText.editHelp(action.usedBy.map((user) => user.name))}</p>}
        {save.error !== undefined && <Notice kind="failure">{save.error.message}</Notice>}
        <Field label={flowsText.name} name="name">
          <TextInput value={name} maxLength={255} onChange={setName} />
        </Field>
        {schema === undefined ? (
          <Notice kind="warning">{flowsText.unknownAction}</Notice>
        ) : (
          <SchemaForm schema={schema} value={action.config} onChange={setConfig} problems={problems} />
        )}
      </div>
    </Dialog>
  );
}
