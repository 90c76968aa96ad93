import { type ReactElement, useDeferredValue } from 'react';
import { useQuery } from '../../stores/use-query.ts';
import { partnerFormText } from '../../text/partner-form.ts';
import { Field, Status, TextArea } from '../../ui/index.ts';

/** A pasted public key, read by the engine while it is typed: its type and fingerprint, or why it cannot be used. */
export function KeyField({
  value,
  onChange,
  error,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
}): ReactElement {
  const typed = useDeferredValue(value.trim());
  const read = useQuery('accounts.checkKey', typed === '' ? undefined : { key: typed });
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={partnerFormText.key}
        help={partnerFormText.keyHelp}
        error={error ?? (read.loading ? undefined : read.error?.message)}
        name="publicKeys"
      >
        <TextArea value={value} onChange={onChange} mono rows={4} />
      </Field>
      {read.data !== undefined && (
        <div role="status">
          <Status kind="ok">
            <span className="font-mono text-sm break-all whitespace-normal">
              {partnerFormText.keyRead(read.data.type, read.data.fingerprint)}
            </span>
          </Status>
        </div>
      )}
    </div>
  );
}
