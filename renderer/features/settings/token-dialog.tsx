import { type ReactElement, useState } from 'react';
import { type ApiPermission, TOKEN_PERMISSIONS } from '../../../engine/contract/method.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand } from '../../stores/use-query.ts';
import { settingsText } from '../../text/settings.ts';
import { Button, Checkbox, CopyText, Dialog, ErrorState, Field, FormDialog, Notice, Select, TextInput } from '../../ui/index.ts';

const text = settingsText.tokens;
const DAY_MS = 86_400_000;
const EXPIRIES = { never: null, days30: 30 * DAY_MS, days90: 90 * DAY_MS, year: 365 * DAY_MS } as const;
type Expiry = keyof typeof EXPIRIES;

/** Makes a token and shows its text this once. */
export function TokenDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const create = useCommand('tokens.create', ['tokens.']);
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<readonly ApiPermission[]>([]);
  const [expiry, setExpiry] = useState<Expiry>('never');
  const [made, setMade] = useState<string | undefined>(undefined);
  const { error } = create;
  const isElsewhere = error !== undefined && error.field !== 'name' && error.field !== 'permissions';

  async function submit(): Promise<void> {
    const length = EXPIRIES[expiry];
    const token = await create.run({
      name,
      permissions: [...permissions],
      ...(length === null ? {} : { expiresAt: new Date(Date.now() + length).toISOString() }),
    });
    setMade(token?.token);
  }

  if (made !== undefined) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={text.dialog}
        keepOpen
        actions={
          <Button kind="primary" onClick={onClose}>
            {text.done}
          </Button>
        }
      >
        <Notice kind="warning">{text.shown}</Notice>
        <CopyText block text={made} name={text.tokenName} />
      </Dialog>
    );
  }
  return (
    <FormDialog title={text.dialog} onClose={onClose} submit={text.create} busy={create.busy} onSubmit={() => void submit()}>
      {isElsewhere && <ErrorState title={text.failed} error={error} />}
      <Field label={text.name} help={text.nameHelp} error={error?.field === 'name' ? fieldWords(error) : undefined}>
        <TextInput value={name} onChange={setName} maxLength={255} />
      </Field>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1.5 font-medium">{text.permissions}</legend>
        {TOKEN_PERMISSIONS.map((permission) => (
          <Checkbox
            key={permission}
            label={settingsText.permissions[permission]}
            checked={permissions.includes(permission)}
            onChange={(on) => setPermissions(on ? [...permissions, permission] : permissions.filter((other) => other !== permission))}
          />
        ))}
        {error?.field === 'permissions' && (
          <p role="alert" className="text-sm text-failure">
            {text.permissionsMissing}
          </p>
        )}
      </fieldset>
      <Field label={text.expires}>
        <Select
          options={(Object.keys(EXPIRIES) as Expiry[]).map((value) => ({ value, label: text.expiries[value] }))}
          value={expiry}
          onChange={setExpiry}
        />
      </Field>
    </FormDialog>
  );
}
