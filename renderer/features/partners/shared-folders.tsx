import { type ReactElement, useState } from 'react';
import { Controller } from 'react-hook-form';
import { z } from 'zod';
import { type FilePattern, filePatternList, type Mount, mountList } from '../../../engine/contract/access.ts';
import type { Account } from '../../../engine/contract/account.ts';
import { ListControl } from '../../forms/list-control.tsx';
import { useQuery } from '../../stores/use-query.ts';
import { foldersText } from '../../text/folders.ts';
import { Checkbox, Field, Select, Switch, TextInput } from '../../ui/index.ts';
import { AccountForm } from './account-form.tsx';

// The defaults of their parts were filled in when they were read.
const sharedSchema = z.object({
  folders: mountList as z.ZodType<Mount[], Mount[]>,
  patterns: filePatternList as z.ZodType<FilePattern[], FilePattern[]>,
});

/** Shared folders in the partner's tree, and which names of files are allowed where. */
export function SharedFolders({ account }: { readonly account: Account }): ReactElement {
  const { folders, patterns } = account;
  return (
    <AccountForm account={account} schema={sharedSchema} values={{ folders, patterns }} toInput={(values) => values}>
      {(control) => (
        <>
          <Controller
            control={control}
            name="folders"
            render={({ field, fieldState }) => (
              <MountList value={field.value} onChange={field.onChange} error={messageOf(fieldState.error)} />
            )}
          />
          <Controller
            control={control}
            name="patterns"
            render={({ field, fieldState }) => (
              <NameRules value={field.value} onChange={field.onChange} error={messageOf(fieldState.error)} />
            )}
          />
        </>
      )}
    </AccountForm>
  );
}

type ListProps<T> = { readonly value: readonly T[]; readonly onChange: (value: T[]) => void; readonly error: string | undefined };

/** Shared folders with the paths at which they are seen. */
export function MountList({ value, onChange, error }: ListProps<Mount>): ReactElement {
  const known = useQuery('folders.list', {}).data?.flatMap(({ name, remote }) => (remote === null ? [name] : [])) ?? [];
  return (
    <ListControl
      title={foldersText.shared}
      help={known.length === 0 ? foldersText.noneYet : foldersText.sharedHelp}
      path="folders"
      error={error}
      items={value}
      onChange={(items) => onChange(items as Mount[])}
      grouped
      makeItem={(): Mount => ({ path: '/shared', folder: known[0] ?? '', countsInAccount: false })}
      renderItem={(item, _index, change) => <MountFields mount={item as Mount} known={known} onChange={change} />}
    />
  );
}

/** Which names of files are allowed in which folders. */
export function NameRules({ value, onChange, error }: ListProps<FilePattern>): ReactElement {
  return (
    <ListControl
      title={foldersText.patterns}
      help={foldersText.patternsHelp}
      path="patterns"
      error={error}
      items={value}
      onChange={(items) => onChange(items as FilePattern[])}
      grouped
      makeItem={(): FilePattern => ({ path: '/', allowed: [], denied: [], hidden: false })}
      renderItem={(item, _index, change) => <PatternFields entry={item as FilePattern} onChange={change} />}
    />
  );
}

function MountFields({
  mount,
  known,
  onChange,
}: {
  readonly mount: Mount;
  readonly known: readonly string[];
  readonly onChange: (mount: Mount) => void;
}): ReactElement {
  const names = known.includes(mount.folder) || mount.folder === '' ? known : [...known, mount.folder];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-4">
        <div className="min-w-48 flex-1">
          <Field label={foldersText.path}>
            <TextInput mono value={mount.path} onChange={(path) => onChange({ ...mount, path })} />
          </Field>
        </div>
        <div className="min-w-48 flex-1">
          <Field label={foldersText.folder}>
            <Select
              options={names.map((name) => ({ value: name, label: name }))}
              value={mount.folder === '' ? null : mount.folder}
              onChange={(folder) => onChange({ ...mount, folder })}
            />
          </Field>
        </div>
      </div>
      <Checkbox
        label={foldersText.counts}
        checked={mount.countsInAccount}
        onChange={(countsInAccount) => onChange({ ...mount, countsInAccount })}
      />
    </div>
  );
}

function PatternFields({
  entry,
  onChange,
}: {
  readonly entry: FilePattern;
  readonly onChange: (entry: FilePattern) => void;
}): ReactElement {
  return (
    <div className="flex flex-col gap-3">
      <Field label={foldersText.path}>
        <TextInput mono value={entry.path} onChange={(path) => onChange({ ...entry, path })} />
      </Field>
      <Field label={foldersText.denied} help={foldersText.patternHelp}>
        <WordsInput value={entry.denied} onChange={(denied) => onChange({ ...entry, denied })} />
      </Field>
      <Field label={foldersText.allowed} help={foldersText.allowedHelp}>
        <WordsInput value={entry.allowed} onChange={(allowed) => onChange({ ...entry, allowed })} />
      </Field>
      <Switch label={foldersText.hidden} checked={entry.hidden} onChange={(hidden) => onChange({ ...entry, hidden })} />
    </div>
  );
}

/** Patterns with spaces between them. What is typed stays as it is; the list follows it. */
function WordsInput({
  value,
  onChange,
}: {
  readonly value: readonly string[];
  readonly onChange: (words: string[]) => void;
}): ReactElement {
  const [typed, setTyped] = useState(value.join(' '));
  const shown = wordsOf(typed).join(' ') === value.join(' ') ? typed : value.join(' ');
  return (
    <TextInput
      mono
      value={shown}
      onChange={(text) => {
        setTyped(text);
        onChange(wordsOf(text));
      }}
    />
  );
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

/** The first thing wrong with a list, whose errors may stand at its entries. */
function messageOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('message' in error && typeof error.message === 'string' && error.message !== '') return error.message;
  for (const inner of Object.values(error)) {
    const found = messageOf(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
