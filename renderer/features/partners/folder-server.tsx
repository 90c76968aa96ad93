import { type ReactElement, type ReactNode, useState } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { Folder } from '../../../engine/contract/folder.ts';
import { type SftpServer, sftpServerSchema } from '../../../engine/contract/remote-server.ts';
import type { FieldErrors } from '../../forms/field-errors.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { MoreFields } from '../../forms/more-fields.tsx';
import { SchemaControl } from '../../forms/schema-control.tsx';
import { formFields } from '../../forms/schema-fields.ts';
import { useCommand } from '../../stores/use-query.ts';
import { groupsText } from '../../text/groups.ts';
import { Button, ErrorState, Notice } from '../../ui/index.ts';

type FolderServerProps = {
  readonly folder: Folder | undefined;
  /** Of the folder there. */
  readonly path: string;
  readonly server: Readonly<Record<string, unknown>>;
  readonly onChange: (server: Record<string, unknown>) => void;
  /** What was said when it was saved. */
  readonly error: AppError | undefined;
  /** Further fields, which stand before the test. */
  readonly children: ReactNode;
};

/** The server that a folder lies on, with a test of what stands in the fields. */
export function FolderServer({ folder, path, server, onChange, error, children }: FolderServerProps): ReactElement {
  const test = useCommand('folders.test');
  const [entries, setEntries] = useState<number>();
  const errors = errorsOf(error, test.error);
  const isElsewhere = test.error !== undefined && test.error.field?.startsWith('remote.') !== true;

  async function tryOut(): Promise<void> {
    setEntries(undefined);
    const name = folder === undefined ? {} : { name: folder.name };
    setEntries((await test.run({ ...name, path: path === '' ? '/' : path, remote: server as SftpServer }))?.entries);
  }

  return (
    <>
      <MoreFields
        fields={formFields(sftpServerSchema)}
        path="remote"
        errors={errors}
        renderField={(field) => (
          <SchemaControl
            field={field}
            path={`remote.${field.name}`}
            value={server[field.name]}
            onChange={(value) => onChange({ ...server, [field.name]: value })}
            onBlur={() => undefined}
            errors={errors}
            sample={undefined}
          />
        )}
      />
      {children}
      <div className="flex flex-col gap-2">
        <div>
          <Button small busy={test.busy} onClick={() => void tryOut()}>
            {groupsText.test}
          </Button>
        </div>
        {entries !== undefined && <Notice kind="ok">{groupsText.tested(entries)}</Notice>}
        {isElsewhere && <ErrorState title={groupsText.testFailed} error={test.error} />}
      </div>
    </>
  );
}

function errorsOf(...given: readonly (AppError | undefined)[]): FieldErrors {
  const found = new Map<string, string>();
  for (const error of given) if (error?.field?.startsWith('remote.') === true) found.set(error.field, fieldWords(error));
  return found;
}
