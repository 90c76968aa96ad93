import { type ReactElement, useState } from 'react';
import { type Admin, adminInputSchema } from '../../../engine/contract/admin.ts';
import { API_PERMISSIONS, type ApiPermission, permissionsWithin } from '../../../engine/contract/method.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { adminsText as text, ALWAYS } from '../../text/admins.ts';
import { settingsText } from '../../text/settings.ts';
import { Checkbox, ErrorState, Field, FormDialog, SecretInput, Select, showToast, TextInput } from '../../ui/index.ts';
import { ConfirmIdentity } from '../../forms/confirm-identity.tsx';

const FIELDS: readonly string[] = Object.keys(adminInputSchema.shape);

/** Adds an administrator, or changes one. */
export function AdminDialog({ admin, onClose }: { readonly admin: Admin | undefined; readonly onClose: () => void }): ReactElement {
  const save = useCommand('admins.save', ['admins.']);
  const { may } = useRights();
  const [name, setName] = useState(admin?.name ?? '');
  const [description, setDescription] = useState(admin?.description ?? '');
  const [email, setEmail] = useState(admin?.email ?? '');
  const [password, setPassword] = useState('');
  const [enabled, setEnabled] = useState(admin?.enabled ?? true);
  const [permissions, setPermissions] = useState<readonly ApiPermission[]>(admin?.permissions ?? API_PERMISSIONS.filter(may));
  const [role, setRole] = useState(admin?.role ?? '');
  const roles = useQuery('roles.list', {}).data?.map(({ name: known }) => known) ?? [];
  const { error } = save;
  const needsConfirmation = error?.code === 'forbidden' && error.field === 'name';
  const errorAt = (field: string): string | undefined => (error?.field?.split('.')[0] === field ? fieldWords(error) : undefined);
  const isElsewhere = error !== undefined && !FIELDS.includes(error.field?.split('.')[0] ?? '');
  /** What can be given by whoever looks, to one with this role. */
  const possible = permissionsWithin(role === '' ? null : role, API_PERMISSIONS).filter(may);
  const isGiven = (permission: ApiPermission): boolean => permission === ALWAYS || permissions.includes(permission);
  const given = permissionsWithin(role === '' ? null : role, API_PERMISSIONS).filter(isGiven);

  async function submit(): Promise<void> {
    const saved = await save.run({
      name,
      description,
      email,
      enabled,
      role: role === '' ? null : role,
      permissions: given,
      ...(password === '' ? {} : { password }),
    });
    if (saved === undefined) return;
    showToast({ title: text.saved });
    onClose();
  }

  // One dialogue at a time: what was typed waits behind the question.
  if (needsConfirmation) return <ConfirmIdentity onClose={save.clearError} onConfirmed={() => void submit()} />;
  return (
    <FormDialog
      title={admin === undefined ? text.addTitle : text.editTitle(admin.name)}
      onClose={onClose}
      submit={text.save}
      onSubmit={() => void submit()}
      busy={save.busy}
    >
      {isElsewhere && <ErrorState title={text.failed} error={error} />}
      <Field label={text.name} help={text.nameHelp} error={errorAt('name')}>
        <TextInput value={name} onChange={setName} readOnly={admin !== undefined} maxLength={255} autoComplete="off" />
      </Field>
      <Field label={text.description} error={errorAt('description')}>
        <TextInput value={description} onChange={setDescription} maxLength={1024} />
      </Field>
      <Field label={text.email} error={errorAt('email')}>
        <TextInput type="email" value={email} onChange={setEmail} maxLength={320} autoComplete="off" />
      </Field>
      <Field label={text.password} help={admin?.hasPassword === true ? text.passwordStored : text.passwordHelp} error={errorAt('password')}>
        <SecretInput
          value={password}
          onChange={setPassword}
          what={text.what}
          stored={admin?.hasPassword === true}
          autoComplete="new-password"
        />
      </Field>
      <Checkbox label={text.active} checked={enabled} onChange={setEnabled} />
      {(roles.length > 0 || role !== '') && (
        <Field label={text.role} help={text.roleHelp} error={errorAt('role')}>
          <Select
            options={['', ...new Set([...roles, ...(role === '' ? [] : [role])])].map((value) => ({
              value,
              label: value === '' ? text.noRole : value,
            }))}
            value={role}
            onChange={setRole}
          />
        </Field>
      )}
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1.5 font-medium">{text.may}</legend>
        <Checkbox
          label={text.mayAll}
          help={text.mayAllHelp}
          checked={possible.every(isGiven)}
          mixed={given.length > 1 && !possible.every(isGiven)}
          onChange={(on) => setPermissions(on ? possible : [])}
        />
        <div className="flex flex-col gap-2 ps-6.5">
          {API_PERMISSIONS.map((permission) => (
            <Checkbox
              key={permission}
              label={settingsText.permissions[permission]}
              disabled={permission === ALWAYS || !possible.includes(permission)}
              checked={given.includes(permission)}
              onChange={(on) => setPermissions(on ? [...given, permission] : given.filter((other) => other !== permission))}
            />
          ))}
        </div>
        {errorAt('permissions') !== undefined && (
          <p role="alert" className="text-sm text-failure">
            {errorAt('permissions')}
          </p>
        )}
      </fieldset>
    </FormDialog>
  );
}
