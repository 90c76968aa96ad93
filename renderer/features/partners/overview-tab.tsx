import type { ReactElement } from 'react';
import { Controller } from 'react-hook-form';
import { z } from 'zod';
import { type Account, accountInputSchema } from '../../../engine/contract/account.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { formatBytes, formatRelative } from '../../text/format.ts';
import { partnersText } from '../../text/partners.ts';
import { Field, KeyValues, Notice, Select, Switch, TextArea, TextInput, Time } from '../../ui/index.ts';
import { AccountForm } from './account-form.tsx';
import { BlockedNotice } from './blocked-notice.tsx';

const overviewSchema = z.object({
  displayName: z.string().max(255),
  email: accountInputSchema.shape.email.unwrap(),
  contact: z.string().max(255),
  notes: z.string().max(16_384),
  enabled: z.boolean(),
  /** Empty: none. */
  role: z.string(),
  /** A date of the calendar, empty for never. */
  expiresAt: z.string(),
});

/** The calendar day of a moment in the machine's zone, as date fields want it. */
function dayOf(iso: string | null): string {
  if (iso === null) return '';
  const day = new Date(iso);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** Who the partner is, and whether it may come. */
export function OverviewTab({
  account,
  lately,
  now,
}: {
  readonly account: Account;
  readonly lately: Output<'accounts.overview'>[number] | undefined;
  readonly now: number;
}): ReactElement {
  const failed = lately?.failedSignIn ?? null;
  const { displayName, email, contact, notes, enabled, expiresAt, role } = account;
  const { role: ownRole } = useRights();
  const roles = useQuery('roles.list', {}).data?.map(({ name }) => name) ?? [];
  return (
    <div className="flex flex-col gap-6">
      <BlockedNotice account={account} failedFrom={failed?.address ?? null} now={now} />
      {failed !== null && (
        <Notice kind="warning">{partnersText.lastFailed(failed.reason, formatRelative(failed.at, now), failed.address ?? '')}</Notice>
      )}
      <KeyValues
        items={[
          { key: partnersText.columns.user, value: account.username, mono: true },
          { key: partnersText.home, value: account.home, mono: true },
          { key: partnersText.usageLabel, value: partnersText.usage(formatBytes(account.usedBytes), account.usedFiles) },
          {
            key: partnersText.columns.seen,
            value: account.lastSignInAt === null ? partnersText.never : <Time at={account.lastSignInAt} show="date-time" />,
          },
          { key: partnersText.createdAt, value: <Time at={account.createdAt} show="date" /> },
        ]}
      />
      <AccountForm
        account={account}
        schema={overviewSchema}
        values={{ displayName, email, contact, notes, enabled, role: role ?? '', expiresAt: dayOf(expiresAt) }}
        toInput={({ expiresAt: day, role: chosen, ...rest }) => ({
          ...rest,
          role: chosen === '' ? null : chosen,
          expiresAt: day === '' ? null : new Date(`${day}T00:00:00`).toISOString(),
        })}
      >
        {(control) => (
          <>
            <Controller
              control={control}
              name="displayName"
              render={({ field, fieldState }) => (
                <Field label={partnersText.displayName} error={fieldState.error?.message} name="displayName">
                  <TextInput value={field.value} onChange={field.onChange} onBlur={field.onBlur} maxLength={255} />
                </Field>
              )}
            />
            <Controller
              control={control}
              name="email"
              render={({ field, fieldState }) => (
                <Field label={partnersText.email} help={partnersText.emailHelp} error={fieldState.error?.message} name="email">
                  <TextInput type="email" value={field.value} onChange={field.onChange} onBlur={field.onBlur} />
                </Field>
              )}
            />
            <Controller
              control={control}
              name="contact"
              render={({ field, fieldState }) => (
                <Field label={partnersText.contact} help={partnersText.contactHelp} error={fieldState.error?.message} name="contact">
                  <TextInput value={field.value} onChange={field.onChange} onBlur={field.onBlur} maxLength={255} />
                </Field>
              )}
            />
            <Controller
              control={control}
              name="notes"
              render={({ field, fieldState }) => (
                <Field label={partnersText.notes} error={fieldState.error?.message} name="notes">
                  <TextArea value={field.value} onChange={field.onChange} onBlur={field.onBlur} rows={3} />
                </Field>
              )}
            />
            {ownRole === null && (roles.length > 0 || role !== null) && (
              <Controller
                control={control}
                name="role"
                render={({ field, fieldState }) => (
                  <Field label={partnersText.role} help={partnersText.roleHelp} error={fieldState.error?.message} name="role">
                    <Select
                      options={['', ...new Set([...roles, ...(role === null ? [] : [role])])].map((value) => ({
                        value,
                        label: value === '' ? partnersText.noRole : value,
                      }))}
                      value={field.value}
                      onChange={field.onChange}
                    />
                  </Field>
                )}
              />
            )}
            <Controller
              control={control}
              name="enabled"
              render={({ field }) => (
                <Switch label={partnersText.enabled} help={partnersText.enabledHelp} checked={field.value} onChange={field.onChange} />
              )}
            />
            <Controller
              control={control}
              name="expiresAt"
              render={({ field, fieldState }) => (
                <Field label={partnersText.expires} help={partnersText.expiresHelp} error={fieldState.error?.message} name="expiresAt">
                  <TextInput type="date" value={field.value} onChange={field.onChange} onBlur={field.onBlur} />
                </Field>
              )}
            />
          </>
        )}
      </AccountForm>
    </div>
  );
}
