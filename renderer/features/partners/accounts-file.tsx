import { Download, Upload } from 'lucide-react';
import { type ReactElement, useRef, useState } from 'react';
import { type AccountsFile, accountsFileSchema, type ImportRow } from '../../../engine/contract/accounts-file.ts';
import { ConfirmIdentity } from '../../forms/confirm-identity.tsx';
import { saveBytes } from '../../rpc/save-bytes.ts';
import { useCommand } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { accountsFileText as text } from '../../text/accounts-file.ts';
import { Button, Checkbox, type Column, ErrorState, FormDialog, Notice, showToast, Table } from '../../ui/index.ts';
import { PagePart } from './page-part.tsx';

/** Partners with their groups, roles and folders as a file, for another machine. */
export function AccountsFilePart(): ReactElement {
  const { calls } = useRights();
  const exported = useCommand('accounts.export', []);
  const picker = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<AccountsFile>();
  const [problem, setProblem] = useState<string>();
  const [hashes, setHashes] = useState(false);
  const { error } = exported;
  const needsConfirmation = error?.code === 'forbidden' && error.field === 'hashes';

  async function save(): Promise<void> {
    const made = await exported.run({ hashes });
    if (made === undefined) return;
    saveBytes(text.fileName(made.exportedAt.slice(0, 10)), 'application/json', new TextEncoder().encode(JSON.stringify(made, null, 2)));
  }

  async function read(chosen: File): Promise<void> {
    const found = accountsFileSchema.safeParse(parsed(await chosen.text()));
    setProblem(found.success ? undefined : (found.error.issues[0]?.message ?? text.unreadable));
    setFile(found.data);
  }

  return (
    <PagePart title={text.title}>
      <p className="max-w-prose text-muted">{text.help}</p>
      {error !== undefined && !needsConfirmation && <ErrorState title={text.failed} error={error} />}
      {problem !== undefined && (
        <Notice kind="failure" title={text.cannotRead} live>
          {problem}
        </Notice>
      )}
      {calls('accounts.export') && <Checkbox label={text.hashes} help={text.hashesHelp} checked={hashes} onChange={setHashes} />}
      {hashes && <Notice kind="warning">{text.hashesWarning}</Notice>}
      <div className="flex flex-wrap gap-3">
        {calls('accounts.export') && (
          <Button icon={Download} busy={exported.busy} onClick={() => void save()}>
            {text.save}
          </Button>
        )}
        {calls('accounts.import') && (
          <Button icon={Upload} onClick={() => picker.current?.click()}>
            {text.open}
          </Button>
        )}
        <input
          ref={picker}
          type="file"
          accept=".json,application/json"
          className="hidden"
          aria-label={text.open}
          onChange={({ currentTarget }) => {
            const [chosen] = currentTarget.files ?? [];
            // The same file can be chosen again once it was put right.
            currentTarget.value = '';
            if (chosen !== undefined) void read(chosen);
          }}
        />
      </div>
      {file !== undefined && <ImportDialog file={file} onClose={() => setFile(undefined)} />}
      {needsConfirmation && <ConfirmIdentity onClose={exported.clearError} onConfirmed={() => void save()} />}
    </PagePart>
  );
}

const COLUMNS: readonly Column<ImportRow>[] = [
  { id: 'name', title: text.columns.name, cell: ({ kind, name }) => text.what(text.kinds[kind], name) },
  { id: 'change', title: text.columns.change, cell: ({ change, message }) => text.change(text.changes[change], message) },
];

/** Says what the file would do before it does it. */
function ImportDialog({ file, onClose }: { readonly file: AccountsFile; readonly onClose: () => void }): ReactElement {
  const run = useCommand('accounts.import', ['accounts.', 'groups.', 'roles.', 'folders.']);
  const [replace, setReplace] = useState(false);
  const [rows, setRows] = useState<readonly ImportRow[]>();

  async function submit(): Promise<void> {
    const done = await run.run({ file, replace, dryRun: rows === undefined });
    if (done === undefined) return;
    if (rows === undefined) {
      setRows(done.rows);
      return;
    }
    const failed = done.rows.filter(({ change }) => change === 'failed');
    setRows(failed);
    if (failed.length > 0) return;
    showToast({ title: text.done });
    onClose();
  }

  return (
    <FormDialog
      wide
      title={text.dialog}
      onClose={onClose}
      submit={rows === undefined ? text.preview : text.import}
      busy={run.busy}
      onSubmit={() => void submit()}
    >
      {run.error !== undefined && <ErrorState title={text.failed} error={run.error} />}
      <p>{text.holds(file.accounts.length, file.groups.length, file.roles.length, file.folders.length)}</p>
      <Checkbox
        label={text.replace}
        help={text.replaceHelp}
        checked={replace}
        onChange={(on) => {
          setReplace(on);
          setRows(undefined);
        }}
      />
      {rows !== undefined &&
        (rows.length === 0 ? (
          <p className="text-muted">{text.nothing}</p>
        ) : (
          <Table
            label={text.rows}
            rows={rows}
            columns={COLUMNS}
            rowId={({ kind, name }) => `${kind} ${name}`}
            rowName={({ name }) => name}
          />
        ))}
    </FormDialog>
  );
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
