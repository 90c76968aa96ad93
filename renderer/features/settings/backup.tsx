import { Archive } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Backup } from '../../../engine/contract/methods/backups.ts';
import { Changeable } from '../../forms/changeable.tsx';
import { FolderInput } from '../../forms/machine/folder-input.tsx';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { upkeepText } from '../../text/upkeep.ts';
import { Button, Bytes, Checkbox, type Column, CopyText, ErrorState, Link, Notice, Skeleton, Table, Time } from '../../ui/index.ts';
import { Setting } from './fields.tsx';
import { Part } from './part.tsx';
import { RecoveryPassphrase } from './recovery-passphrase.tsx';
import type { SectionProps } from './section-props.ts';
import { SECTION_PATHS } from './sections.ts';
import { SettingsForm, useSettingsForm } from './settings-form.tsx';

const text = upkeepText.backup;

const COLUMNS: readonly Column<Backup>[] = [
  { id: 'made', title: text.columns.made, cell: ({ madeAt }) => <Time at={madeAt} show="date-time" />, sortBy: ({ madeAt }) => madeAt },
  {
    id: 'name',
    title: text.columns.name,
    cell: ({ name, isOurs }) => (
      <>
        <span className="break-all">{name}</span>
        {!isOurs && <span className="block text-muted">{text.foreign}</span>}
      </>
    ),
    wideOnly: true,
  },
  {
    id: 'size',
    title: text.columns.size,
    cell: ({ bytes }) => <Bytes value={bytes} />,
    sortBy: ({ bytes }) => bytes,
    align: 'end',
  },
  { id: 'log', title: text.columns.log, cell: ({ includesLog }) => (includesLog ? text.withLog : text.withoutLog) },
];

export function BackupSection({ settings }: SectionProps): ReactElement {
  const backups = useQuery('backups.list', {});
  return (
    <>
      <Part title={upkeepText.passphrase.title} help={upkeepText.passphrase.help}>
        <Changeable by="secrets.setPassphrase">
          <RecoveryPassphrase />
        </Changeable>
      </Part>
      <Part title={text.title} help={text.help}>
        <Changeable by="backups.create">
          <MakeBackup ready={backups.data?.passphraseSet === true} />
        </Changeable>
        {backups.data === undefined ? (
          backups.error === undefined ? (
            <Skeleton rows={3} shape="row" />
          ) : (
            <ErrorState title={text.cannotRead} error={backups.error} onRetry={backups.reload} />
          )
        ) : backups.data.backups.length === 0 ? (
          <p className="text-muted">{text.empty}</p>
        ) : (
          <Table
            label={text.list}
            rows={backups.data.backups}
            columns={COLUMNS}
            rowId={({ name }) => name}
            rowName={({ name }) => name}
            dense
          />
        )}
      </Part>
      <Part title={text.place}>
        <SettingsForm settings={settings} paths={SECTION_PATHS.backup}>
          <BackupFolder usual={backups.data?.folder} />
        </SettingsForm>
      </Part>
      <Part title={text.nightly} help={text.nightlyHelp}>
        <div>
          <Link href={routes.newRule()} button="secondary">
            {text.nightlyGo}
          </Link>
        </div>
      </Part>
      <Restore newest={newestPath(backups.data)} />
    </>
  );
}

function newestPath(data: { readonly folder: string; readonly backups: readonly Backup[] } | undefined): string {
  const name = data?.backups[0]?.name;
  if (data === undefined || name === undefined) return upkeepText.restore.example;
  const separator = data.folder.includes('\\') ? '\\' : '/';
  return `${data.folder}${separator}${name}`;
}

function MakeBackup({ ready }: { readonly ready: boolean }): ReactElement {
  const create = useCommand('backups.create', ['backups.']);
  const [includeLog, setIncludeLog] = useState(true);
  const [made, setMade] = useState<string | undefined>(undefined);

  async function make(): Promise<void> {
    setMade(undefined);
    const backup = await create.run({ includeLog });
    if (backup !== undefined) setMade(backup.name);
  }

  return (
    <>
      <Checkbox label={text.includeLog} help={text.includeLogHelp} checked={includeLog} onChange={setIncludeLog} />
      <div className="flex flex-wrap items-center gap-3">
        <Button icon={Archive} busy={create.busy} disabled={!ready} onClick={() => void make()}>
          {text.make}
        </Button>
        {!ready && <span className="text-muted">{text.needsPassphrase}</span>}
      </div>
      {create.error !== undefined && <ErrorState title={text.failed} error={create.error} />}
      {made !== undefined && (
        <Notice kind="ok" live>
          {text.made(made)}
        </Notice>
      )}
    </>
  );
}

function BackupFolder({ usual }: { readonly usual: string | undefined }): ReactElement {
  const { value, change } = useSettingsForm();
  return (
    <Setting path="backup.folder">
      <FolderInput value={String(value('backup.folder'))} placeholder={usual} onChange={(path) => change('backup.folder', path)} />
    </Setting>
  );
}

/** Restoring takes the place of what runs, so it is done by a command while nothing does. */
function Restore({ newest }: { readonly newest: string }): ReactElement {
  const { title, help, steps, command } = upkeepText.restore;
  const file = /\s/.test(newest) ? `"${newest}"` : newest;
  const commands: Readonly<Record<number, string>> = {
    2: `npx gatehouse restore ${file} --check`,
    3: `npx gatehouse restore ${file}`,
  };
  return (
    <Part title={title} help={help}>
      <ol className="flex list-decimal flex-col gap-3 ps-5">
        {steps.map((step, index) => (
          <li key={step}>
            {step}
            {commands[index] !== undefined && (
              <div className="pt-1">
                <CopyText text={commands[index]} name={command} />
              </div>
            )}
          </li>
        ))}
      </ol>
    </Part>
  );
}
