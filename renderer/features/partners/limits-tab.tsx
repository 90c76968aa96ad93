import { type ReactElement, useState } from 'react';
import { type Control, Controller } from 'react-hook-form';
import { z } from 'zod';
import { type Limits, limitsSchema } from '../../../engine/contract/access.ts';
import type { Account } from '../../../engine/contract/account.ts';
import { formatBytes } from '../../text/format.ts';
import { limitsText } from '../../text/limits.ts';
import { partnersText } from '../../text/partners.ts';
import { Button, Disclosure, Field, KeyValues, NumberInput, SizeInput } from '../../ui/index.ts';
import { AccountForm } from './account-form.tsx';
import { HoursList } from './hours-list.tsx';
import { useResetTransfers } from './use-reset-transfers.ts';

const limitsTabSchema = z.object({
  quotaBytes: z.int().min(0),
  quotaFiles: z.int().min(0),
  // The defaults of its parts were filled in when it was read.
  limits: limitsSchema as z.ZodType<Limits, Limits>,
});
type Values = z.infer<typeof limitsTabSchema>;

type NumberName = 'quotaBytes' | 'quotaFiles' | `limits.${Exclude<keyof Limits, 'hours'>}`;

/** Every figure in the order in which they are shown; `unit` makes it a plain number, without one it is a size. */
const FIGURES: readonly { readonly name: NumberName; readonly unit?: string; readonly usual?: true; readonly max?: number }[] = [
  { name: 'quotaBytes', usual: true },
  { name: 'limits.warnAtPercent', unit: limitsText.percent, usual: true, max: 100 },
  { name: 'limits.sessions', unit: limitsText.sessionsUnit, usual: true },
  { name: 'limits.uploadBytesPerSecond', usual: true },
  { name: 'limits.downloadBytesPerSecond', usual: true },
  { name: 'quotaFiles', unit: limitsText.filesUnit },
  { name: 'limits.largestUploadBytes' },
  { name: 'limits.transferUploadBytes' },
  { name: 'limits.transferDownloadBytes' },
  { name: 'limits.transferTotalBytes' },
  { name: 'limits.idleMinutes', unit: limitsText.minutesUnit },
  { name: 'limits.passwordDays', unit: limitsText.daysUnit, max: 3650 },
  { name: 'limits.passwordBits', unit: limitsText.bitsUnit, max: 256 },
];

/** How much the partner may do, and when. What is not in use is behind *Show all*. */
export function LimitsTab({ account }: { readonly account: Account }): ReactElement {
  const { quotaBytes, quotaFiles, limits } = account;
  const values: Values = { quotaBytes, quotaFiles, limits };
  // By what is kept, not by what is typed: a field does not move while somebody is in it.
  const shown = FIGURES.filter(({ name, usual }) => usual === true || figureOf(values, name) !== 0);
  const others = FIGURES.filter((figure) => !shown.includes(figure));
  const reset = useResetTransfers(account.username);
  const hasTransferLimit = limits.transferUploadBytes + limits.transferDownloadBytes + limits.transferTotalBytes > 0;
  return (
    <div className="flex flex-col gap-6">
      <p className="max-w-prose text-muted">{limitsText.intro}</p>
      <KeyValues
        items={[
          { key: partnersText.usageLabel, value: partnersText.usage(formatBytes(account.usedBytes), account.usedFiles) },
          ...(hasTransferLimit
            ? [
                {
                  key: limitsText.transferred,
                  value: (
                    <span className="flex flex-wrap items-center gap-3">
                      {limitsText.transferredValue(formatBytes(account.uploadedBytes), formatBytes(account.downloadedBytes))}
                      <Button small busy={reset.busy} onClick={reset.run}>
                        {limitsText.reset}
                      </Button>
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
      <AccountForm account={account} schema={limitsTabSchema} values={values} toInput={(changed) => changed}>
        {(control) => (
          <>
            {shown.map((figure) => (
              <Figure key={figure.name} control={control} {...figure} />
            ))}
            <Controller
              control={control}
              name="limits.hours"
              render={({ field, fieldState }) => (
                <HoursList value={field.value} onChange={field.onChange} error={fieldState.error?.message} />
              )}
            />
            <Disclosure title={partnersText.showAll}>
              {others.map((figure) => (
                <Figure key={figure.name} control={control} {...figure} />
              ))}
            </Disclosure>
          </>
        )}
      </AccountForm>
    </div>
  );
}

function Figure({
  control,
  name,
  unit,
  max,
}: {
  readonly control: Control<Values>;
  readonly name: NumberName;
  readonly unit?: string;
  readonly max?: number;
}): ReactElement {
  const [problem, setProblem] = useState<string>();
  const { label, help } = limitsText.figures[name];
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState }) => (
        <Field label={label} help={help} error={problem ?? fieldState.error?.message} name={name}>
          {unit === undefined ? (
            <SizeInput
              value={field.value === 0 ? null : field.value}
              onChange={(next) => field.onChange(next ?? 0)}
              onBlur={field.onBlur}
              onProblem={setProblem}
              placeholder={limitsText.unlimited}
            />
          ) : (
            <NumberInput
              value={field.value === 0 ? null : field.value}
              onChange={(next) => field.onChange(next ?? 0)}
              onBlur={field.onBlur}
              unit={unit}
              min={0}
              max={max}
            />
          )}
        </Field>
      )}
    />
  );
}

function figureOf(values: Values, name: NumberName): number {
  if (name === 'quotaBytes' || name === 'quotaFiles') return values[name];
  const key = name.slice('limits.'.length) as Exclude<keyof Limits, 'hours'>;
  return values.limits[key];
}
