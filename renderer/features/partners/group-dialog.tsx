import { type ReactElement, useState } from 'react';
import { type Membership, MEMBERSHIPS } from '../../../engine/contract/account.ts';
import { type Group, type GroupSettings, groupSettingsSchema } from '../../../engine/contract/group.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { groupsText } from '../../text/groups.ts';
import { partnersText } from '../../text/partners.ts';
import { Disclosure, ErrorState, Field, FormDialog, NumberInput, Select, SizeInput, TextInput } from '../../ui/index.ts';
import { FolderRules, type FolderRule } from './folder-rules.tsx';
import { linesOf, POLICY_SWITCHES, PolicyAddresses, PolicyChoices, PolicySwitch } from './policy-fields.tsx';
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
  // A list while it is edited: two rules may have one path for a moment.
  const [rules, setRules] = useState<readonly FolderRule[]>(() =>
    Object.entries(settings.permissions).map(([path, rights]) => ({ path, rights })),
  );
  // As they are typed: a line may be half an address for a moment.
  const [addresses, setAddresses] = useState(settings.signIn.addresses.join('\n'));
  const [deniedAddresses, setDeniedAddresses] = useState(settings.signIn.deniedAddresses.join('\n'));
  const isTwice = new Set(rules.map(({ path }) => path)).size < rules.length;
  const change = (part: Partial<GroupSettings>): void => setSettings({ ...settings, ...part });
  const changeSignIn = (part: Partial<GroupSettings['signIn']>): void => change({ signIn: { ...settings.signIn, ...part } });
  const errorAt = (field: string): string | undefined =>
    save.error?.field === field || save.error?.field?.startsWith(`${field}.`) === true ? fieldWords(save.error) : undefined;
  const isElsewhere =
    save.error !== undefined &&
    !['name', 'settings.home', 'settings.folders', 'settings.patterns', 'settings.permissions', 'settings.signIn'].some((field) =>
      errorAt(field),
    );

  async function submit(): Promise<void> {
    const permissions = Object.fromEntries(rules.map(({ path, rights }) => [path, rights]));
    const signIn = { ...settings.signIn, addresses: linesOf(addresses), deniedAddresses: linesOf(deniedAddresses) };
    const saved = await save.run({ name, description, settings: { ...settings, permissions, signIn }, members });
    if (saved !== undefined) onClose();
  }

  return (
    <FormDialog
      wide
      title={group === undefined ? groupsText.addGroup : group.name}
      onClose={onClose}
      submit={groupsText.save}
      busy={save.busy}
      onSubmit={() => {
        if (problem === undefined && !isTwice) void submit();
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
      <fieldset>
        <legend className="mb-1 font-medium">{groupsText.rights}</legend>
        <FolderRules
          intro={groupsText.rightsHelp}
          canBeEmpty
          rules={rules}
          onChange={setRules}
          error={errorAt('settings.permissions')}
          pathErrors={rules.map(({ path }, index) =>
            rules.findIndex((rule) => rule.path === path) === index ? undefined : partnersText.folders.duplicate,
          )}
        />
      </fieldset>
      <Disclosure title={groupsText.signIn} defaultOpen={isStrict(group)}>
        <p className="max-w-prose text-muted">{groupsText.signInHelp}</p>
        {POLICY_SWITCHES.map((part) => (
          <PolicySwitch
            key={part}
            name={part}
            value={settings.signIn[part]}
            onChange={(on) => changeSignIn({ [part]: on })}
            error={errorAt(`settings.signIn.${part}`)}
          />
        ))}
        <PolicyChoices
          name="protocols"
          value={settings.signIn.protocols}
          onChange={(protocols) => changeSignIn({ protocols: [...protocols] })}
          error={errorAt('settings.signIn.protocols')}
        />
        <PolicyChoices
          name="deniedMethods"
          value={settings.signIn.deniedMethods}
          onChange={(deniedMethods) => changeSignIn({ deniedMethods: [...deniedMethods] })}
          error={errorAt('settings.signIn.deniedMethods')}
        />
        <PolicyAddresses name="addresses" value={addresses} onChange={setAddresses} error={errorAt('settings.signIn.addresses')} />
        <PolicyAddresses
          name="deniedAddresses"
          value={deniedAddresses}
          onChange={setDeniedAddresses}
          error={errorAt('settings.signIn.deniedAddresses')}
        />
      </Disclosure>
      <Disclosure title={groupsText.more} defaultOpen={settings.home !== '' || settings.patterns.length > 0}>
        <Field label={groupsText.home} help={groupsText.homeHelp} error={errorAt('settings.home')}>
          <TextInput mono value={settings.home} onChange={(home) => change({ home })} />
        </Field>
        <NameRules value={settings.patterns} onChange={(patterns) => change({ patterns })} error={errorAt('settings.patterns')} />
      </Disclosure>
    </FormDialog>
  );
}

/** Whether the group says anything about the sign-in. */
function isStrict(group: Group | undefined): boolean {
  return Object.values(group?.settings.signIn ?? {}).some((value) => (typeof value === 'boolean' ? value : value.length > 0));
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
