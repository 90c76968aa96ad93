import { type ReactElement, useState } from 'react';
import { type Membership, MEMBERSHIPS } from '../../../engine/contract/account.ts';
import { type Group, type GroupSettings, groupSettingsSchema } from '../../../engine/contract/group.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { groupsText } from '../../text/groups.ts';
import { uiText } from '../../text/ui.ts';
import { Button, Dialog, Disclosure, ErrorState, Field, NumberInput, Select, SizeInput, TextInput } from '../../ui/index.ts';
import { MountList, NameRules } from './shared-folders.tsx';

type Members = Group['members'];

const TYPES = ['none', ...MEMBERSHIPS].map((value) => ({ value, label: groupsText.types[value as Membership | 'none'] }));

/** Makes or changes a group: what its members take over, and who they are. */
export function GroupDialog({ group, onClose }: { readonly group: Group | undefined; readonly onClose: () => void }): ReactElement {
  const save = useCommand('groups.save', ['groups.', 'accounts.', 'folders.']);
  const [name, setName] = useState(group?.name ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const [settings, setSettings] = useState<GroupSettings>(() => group?.settings ?? groupSettingsSchema.parse({}));
  const [members, setMembers] = useState<Members>(group?.members ?? []);
  const [problem, setProblem] = useState<string>();
  const change = (part: Partial<GroupSettings>): void => setSettings({ ...settings, ...part });
  const errorAt = (field: string): string | undefined =>
    save.error?.field === field || save.error?.field?.startsWith(`${field}.`) === true ? fieldWords(save.error) : undefined;
  const isElsewhere =
    save.error !== undefined && !['name', 'settings.home', 'settings.folders', 'settings.patterns'].some((field) => errorAt(field));

  async function submit(): Promise<void> {
    if ((await save.run({ name, description, settings, members })) !== undefined) onClose();
  }

  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={group === undefined ? groupsText.addGroup : group.name}
      keepOpen
      actions={
        <>
          <Button onClick={onClose}>{uiText.cancel}</Button>
          <Button type="submit" form="group" kind="primary" busy={save.busy}>
            {groupsText.save}
          </Button>
        </>
      }
    >
      <form
        id="group"
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === undefined) void submit();
        }}
      >
        {isElsewhere && <ErrorState title={groupsText.failed} error={save.error} />}
        {group === undefined && (
          <Field label={groupsText.name} help={groupsText.nameHelp} error={errorAt('name')}>
            <TextInput value={name} onChange={setName} maxLength={255} />
          </Field>
        )}
        <Field label={groupsText.columns.description}>
          <TextInput value={description} onChange={setDescription} maxLength={1024} />
        </Field>
        <MemberList members={members} onChange={setMembers} />
        <Field label={groupsText.storage} help={groupsText.storageHelp} error={problem}>
          <SizeInput
            value={settings.quotaBytes === 0 ? null : settings.quotaBytes}
            onChange={(next) => change({ quotaBytes: next ?? 0 })}
            onProblem={setProblem}
          />
        </Field>
        <Field label={groupsText.sessions} help={groupsText.sessionsHelp}>
          <NumberInput
            value={settings.limits.sessions === 0 ? null : settings.limits.sessions}
            onChange={(next) => change({ limits: { ...settings.limits, sessions: next ?? 0 } })}
            min={0}
          />
        </Field>
        <MountList value={settings.folders} onChange={(folders) => change({ folders })} error={errorAt('settings.folders')} />
        <Disclosure title={groupsText.more} defaultOpen={settings.home !== '' || settings.patterns.length > 0}>
          <Field label={groupsText.home} help={groupsText.homeHelp} error={errorAt('settings.home')}>
            <TextInput mono value={settings.home} onChange={(home) => change({ home })} />
          </Field>
          <NameRules value={settings.patterns} onChange={(patterns) => change({ patterns })} error={errorAt('settings.patterns')} />
        </Disclosure>
      </form>
    </Dialog>
  );
}

/** Every partner with how it belongs to the group. */
function MemberList({ members, onChange }: { readonly members: Members; readonly onChange: (members: Members) => void }): ReactElement {
  const accounts = useQuery('accounts.list', {}).data ?? [];
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{groupsText.columns.members}</legend>
      {accounts.map(({ username, displayName }) => {
        const own = members.find((member) => member.username === username)?.type ?? 'none';
        const label = displayName === '' ? username : displayName;
        return (
          <div key={username} className="flex items-center justify-between gap-4">
            <span>{label}</span>
            <Select
              small
              aria-label={groupsText.membershipOf(label)}
              options={TYPES}
              value={own}
              onChange={(type) => {
                const others = members.filter((member) => member.username !== username);
                onChange(type === 'none' ? others : [...others, { username, type: type as Membership }]);
              }}
            />
          </div>
        );
      })}
      <p className="text-sm text-muted">{accounts.length === 0 ? groupsText.noPartners : groupsText.membersHelp}</p>
    </fieldset>
  );
}
