import type { ReactElement } from 'react';
import { Controller } from 'react-hook-form';
import { z } from 'zod';
import { PERMISSIONS } from '../../../engine/contract/access.ts';
import type { Account } from '../../../engine/contract/account.ts';
import { partnersText } from '../../text/partners.ts';
import { AccountForm } from './account-form.tsx';
import { Browse } from './browse.tsx';
import { FolderRules } from './folder-rules.tsx';
import { SharedFolders } from './shared-folders.tsx';

const text = partnersText.folders;

const ruleSchema = z.object({ path: z.string().regex(/^\//, text.absolute), rights: z.array(z.enum(PERMISSIONS)) });

const foldersSchema = z.object({
  permissions: z.array(ruleSchema).refine((rules) => new Set(rules.map(({ path }) => path)).size === rules.length, text.duplicate),
});

/** What may be done where, and a look at the result. */
export function FoldersTab({ account }: { readonly account: Account }): ReactElement {
  const rules = Object.entries(account.permissions).map(([path, rights]) => ({ path, rights }));
  return (
    <div className="flex flex-col gap-8">
      <AccountForm
        account={account}
        schema={foldersSchema}
        values={{ permissions: rules }}
        toInput={({ permissions }) => ({ permissions: Object.fromEntries(permissions.map(({ path, rights }) => [path, rights])) })}
      >
        {(control) => (
          <Controller
            control={control}
            name="permissions"
            render={({ field, fieldState }) => (
              <FolderRules
                intro={text.intro}
                rules={field.value}
                onChange={field.onChange}
                // An error of one entry comes as a list of errors, one of the whole as a message.
                error={fieldState.error?.message ?? fieldState.error?.root?.message}
                pathErrors={
                  Array.isArray(fieldState.error)
                    ? fieldState.error.map((entry: { path?: { message?: string } } | undefined) => entry?.path?.message)
                    : []
                }
              />
            )}
          />
        )}
      </AccountForm>
      <SharedFolders account={account} />
      <Browse username={account.username} />
    </div>
  );
}
